"""Writing dates, maps, errors and other objects of V8's format."""

from __future__ import annotations

import enum
import sys
from array import array
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from child_process.ipc import (
    BigInt,
    Boxed,
    Hole,
    JSArray,
    JSArrayBuffer,
    JSDate,
    JSError,
    JSMap,
    JSRegExp,
    JSSet,
    JSView,
    NotSerializable,
    SparseArray,
)
from child_process.ipc.v8_reader import decode
from child_process.ipc.v8_writer import encode

# The old code is deprecated where there is the new one.
TEXT: Any = "w" if sys.version_info >= (3, 13) else "u"
Pair = namedtuple("Pair", "a b")  # noqa: PYI024 - the untyped kind


class Color(enum.IntEnum):
    """A number."""

    RED = 3


@dataclass
class Node:
    """One of a chain."""

    next: Any = None


@pytest.mark.parametrize(
    ("value", "payload"),
    [
        pytest.param(
            datetime(1970, 1, 1, 0, 0, 0, 5999, tzinfo=UTC),
            "440000000000001440",
            id="date",
        ),
        pytest.param(JSDate(5), "440000000000001440", id="date by number"),
        pytest.param(Boxed(value=True), "79", id="Boolean"),
        pytest.param(Boxed(value=False), "78", id="Boolean, false"),
        pytest.param(Boxed(1), "6e000000000000f03f", id="Number"),
        pytest.param(Boxed("a"), "73220161", id="String"),
        pytest.param(Boxed(BigInt(5)), "7a100500000000000000", id="BigInt"),
        pytest.param(JSRegExp("a€", "gi"), "520063046100ac2003", id="RegExp"),
        pytest.param(JSMap([(1, 2)]), "3b490249043a02", id="Map"),
        pytest.param({3}, "2749062c01", id="set"),
        pytest.param(frozenset({-0.0}), "2749002c01", id="no minus zero in a set"),
        pytest.param(JSSet([1, True]), "274902542c02", id="Set"),
        pytest.param(
            JSArray([1], {"a": 2}), "4101490222016149042401" + "01", id="array"
        ),
        pytest.param(JSArray([Hole], {"a": 2}), "61012201614904400101", id="holes"),
        pytest.param(
            SparseArray(9, {2: 1}, {"a": 2}),
            "6109490449022201614904400209",
            id="sparse",
        ),
        pytest.param(JSArrayBuffer(bytearray(b"a")), "420161", id="ArrayBuffer"),
        pytest.param(JSArrayBuffer(bytearray(b"a"), 9), "7e010961", id="resizable"),
        pytest.param(b"hi", "5c000a026869", id="Buffer"),
        pytest.param(
            [b"", b""], "41025c000a005c000a00240002", id="Buffers that are one"
        ),
        pytest.param(bytearray(b"a"), "5c00010161", id="Uint8Array"),
        pytest.param(memoryview(b"a"), "5c000a0161", id="memoryview"),
        pytest.param(array("h", [1]), "5c0003020100", id="Int16Array"),
        pytest.param(JSView("DataView", b"a"), "5c00090161", id="DataView"),
        pytest.param(
            JSError("m", name="TypeError", stack="s", cause=None),
            "72546d22016d7322017363302e",
            id="Error",
        ),
        pytest.param(JSError(), "722e", id="Error without anything"),
        pytest.param(Color.RED, "4906", id="enum"),
        pytest.param(Pair(1, 2), "410249024904240002", id="named tuple"),
        pytest.param(MappingProxyType({"a": 1}), "6f22016149027b01", id="mapping"),
        pytest.param(
            Node(Node()), "6f22046e6578746f22046e657874307b017b01", id="dataclass"
        ),
    ],
)
def test_an_object_is_written(value: Any, payload: str) -> None:
    """Byte for byte."""
    assert "ff0f" + payload == encode(value).hex()


def test_every_object_is_written_once() -> None:
    """The second time, each is a reference to the first."""
    for value in [
        *(datetime.now(UTC), JSDate(1), Boxed(1), JSRegExp("a"), {1}, JSMap(), JSSet()),
        *(JSArray(), SparseArray(1), JSArrayBuffer(bytearray()), b"ab", JSError()),
        *(Node(), ValueError(), MappingProxyType({}), array("b"), (1,)),
    ]:
        assert encode([value, value]).endswith(b"^\x01$\0\2"), value


def test_a_dataclass_may_hold_itself() -> None:
    """It is one object, though a dict stands for it."""
    node = Node()
    node.next = node

    found = decode(bytes(encode(node)))

    assert found["next"] is found


def test_an_exception_becomes_an_error() -> None:
    """With its traceback for a stack, and its cause."""
    try:
        raise IndexError("bad") from ValueError("why")  # noqa: TRY301 - to have a trace
    except IndexError as error:
        found = decode(bytes(encode(error)))

    assert ("RangeError", "bad") == (found.name, found.message)
    assert found.stack.startswith("IndexError: bad\nTraceback")
    assert ("Error", "why") == (found.cause.name, found.cause.message)


def test_numpy_arrays_are_typed_arrays() -> None:
    """One dimension is a typed array; more are arrays of them; the rest, lists."""
    numpy = pytest.importorskip("numpy")
    value = [
        numpy.array([1, 2], dtype=">i2"),
        numpy.eye(2)[:, ::-1],
        numpy.array([True]),
        numpy.array(5),
        numpy.arange(6, dtype="u1")[::2],
    ]

    rows = [array("d", [0, 1]), array("d", [1, 0])]
    expected = [array("h", [1, 2]), rows, [True], 5, bytearray([0, 2, 4])]
    assert expected == decode(bytes(encode(value)))
    with pytest.raises(NotSerializable):
        encode(numpy.zeros(2, dtype="f2"))


def test_other_buffers_are_read_as_memory() -> None:
    """What has a buffer and is nothing else: here, a ctypes array."""
    import ctypes

    assert array("i", [1, 2]) == decode(bytes(encode((ctypes.c_int * 2)(1, 2))))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        pytest.param(array(TEXT, "x"), "message", id="array of text"),
        pytest.param(SparseArray(1, {1: 2}), "message", id="index beyond length"),
        pytest.param(SparseArray(2**32), "message", id="too long"),
        pytest.param(JSArrayBuffer(bytearray(2), 1), "message", id="over its most"),
        pytest.param(JSArray([], {1: 2}), "message", id="property without a name"),  # type: ignore[dict-item]  # wrong on purpose
        pytest.param({1j}, "message{…}", id="member"),
        pytest.param(JSError(cause=1j), "message.cause", id="cause"),
        pytest.param(JSMap([(1, 1j)]), "message[1]", id="entry"),
    ],
)
def test_what_does_not_travel_is_named(value: Any, path: str) -> None:
    """The error says where in the message it sits."""
    with pytest.raises(NotSerializable) as caught:
        encode(value)

    assert path == caught.value.path
