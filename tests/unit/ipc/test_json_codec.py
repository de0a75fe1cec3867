"""Mode json by example: what each value becomes, and what is refused."""

from __future__ import annotations

import enum
import sys
from array import array
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from child_process.ipc import (
    BadFrame,
    BigInt,
    Boxed,
    Hole,
    JsonCodec,
    JSRegExp,
    NotSerializable,
    Undefined,
)
from child_process.ipc import json_codec as module

PLAIN = JsonCodec(accelerate=False)
QUICK = JsonCodec(accelerate=True)
both = pytest.mark.parametrize("codec", [PLAIN, QUICK], ids=["plain", "quick"])


class Color(enum.Enum):
    """Text."""

    RED = "red"


class Number(enum.IntEnum):
    """An int."""

    ONE = 1


@dataclass
class Point:
    """Fields."""

    x: Any
    y: Any = None


Pair = namedtuple("Pair", "a b")  # noqa: PYI024 - the untyped kind


@both
@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "null", id="none"),
        pytest.param([1, 2.5, True], "[1,2.5,true]", id="numbers"),
        pytest.param({"b": 1, "a": 2}, '{"b":1,"a":2}', id="order kept"),
        pytest.param(
            "ü\n\u2028\x7f\x1f\b😀", '"ü\\n\u2028\x7f\\u001f\\b😀"', id="text"
        ),
        pytest.param("a\ud800€", '"a\\ud800€"', id="lone surrogate"),
        pytest.param([float("nan"), float("inf")], "[null,null]", id="no number"),
        pytest.param(2**70, str(2**70), id="large int"),
        pytest.param((1, (2,)), "[1,[2]]", id="tuples"),
        pytest.param(Pair(1, 2), "[1,2]", id="named tuple"),
        pytest.param({3}, "[3]", id="set"),
        pytest.param(frozenset("a"), '["a"]', id="frozenset"),
        pytest.param(b"\1\xff", '{"type":"Buffer","data":[1,255]}', id="bytes"),
        pytest.param(bytearray(b"a"), '{"type":"Buffer","data":[97]}', id="bytearray"),
        pytest.param(
            memoryview(b"a"), '{"type":"Buffer","data":[97]}', id="memoryview"
        ),
        pytest.param(array("d", [1.5, float("nan")]), "[1.5,null]", id="array"),
        pytest.param({1: 2, None: 3, 1.5: 4}, '{"1":2,"null":3,"1.5":4}', id="names"),
        pytest.param([Color.RED, Number.ONE], '["red",1]', id="enums"),
        pytest.param(
            Point(0.5, [Point(2)]), '{"x":0.5,"y":[{"x":2,"y":null}]}', id="data"
        ),
        pytest.param({"a": Undefined, "b": 1}, '{"b":1}', id="undefined property"),
        pytest.param([Undefined, Hole], "[null,null]", id="undefined item"),
        pytest.param(BigInt(5), "5", id="bigint"),
        pytest.param([Boxed("a"), Boxed(value=True)], '["a",true]', id="boxes"),
        pytest.param(
            datetime(2020, 1, 2, 3, 4, 5, 678_999, tzinfo=UTC),
            '"2020-01-02T03:04:05.678Z"',
            id="date",
        ),
    ],
)
def test_a_value_becomes_text(codec: JsonCodec, value: Any, text: str) -> None:
    """As JSON.stringify would, and as the table of the documentation says."""
    assert text == codec.encode(value).decode()


@both
def test_an_exception_becomes_its_facts(codec: JsonCodec) -> None:
    """Name, message and stack; JSON.stringify would keep nothing."""
    facts = codec.decode(codec.encode(TypeError("bad")))

    assert ("TypeError", "bad") == (facts["name"], facts["message"])
    assert facts["stack"].startswith("TypeError: bad")


@both
def test_numpy_becomes_lists(codec: JsonCodec) -> None:
    """Arrays of any shape, scalars of any kind."""
    numpy = pytest.importorskip("numpy")
    value = {"m": numpy.eye(2), "n": numpy.int64(3), "b": numpy.bool_(True)}  # noqa: FBT003 - numpy's own

    assert {"m": [[1, 0], [0, 1]], "n": 3, "b": True} == codec.decode(
        codec.encode(value)
    )


RING: list[Any] = [1]
RING.append({"me": RING})
DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@both
@pytest.mark.parametrize(
    ("value", "path"),
    [
        pytest.param({"a": [1, 2j]}, "message['a'][1]", id="complex"),
        pytest.param(len, "message", id="function"),
        pytest.param([JSRegExp("a")], "message[0]", id="only in advanced"),
        pytest.param(RING, "message[1]['me']", id="cycle"),
        pytest.param({"x": {(1, 2): 3}}, "message['x'][(1, 2)]", id="name"),
        pytest.param({"x": Point(1j)}, "message['x']['x']", id="in a dataclass"),
        pytest.param(Undefined, "message", id="undefined"),
        pytest.param(DEEP, "message", id="too deep"),
        pytest.param(10**5000, "message", id="too many digits"),
    ],
)
def test_what_does_not_travel_is_named(codec: JsonCodec, value: Any, path: str) -> None:
    """The error says where in the message it sits."""
    with pytest.raises(NotSerializable) as caught:
        codec.encode(value)

    assert path == caught.value.path


@both
@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b"18446744073709551616", 2**64),
        (b'"\\ud800"', "\ud800"),
        (b'"a\xffb"', "a\ufffdb"),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'{"__proto__":1}', {"__proto__": 1}),
        (b" [1 , 2]\r", [1, 2]),
        (b"1e400", float("inf")),
    ],
)
def test_odd_text_is_read_as_node_reads_it(
    codec: JsonCodec, line: bytes, value: Any
) -> None:
    """And integers exactly, which Node does not."""
    assert value == codec.decode(line)


@both
@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"undefined",
        b"NaN",
        b"[Infinity]",
        b"{",
        b"1 2",
        b"'a'",
        b"\xef\xbb\xbf1",
        b"[" * 100000,
        b"9" * 5000,
        b'"\x01"',
    ],
)
def test_bad_text_is_a_bad_frame(codec: JsonCodec, line: bytes) -> None:
    """Malformed, empty, nested too deeply, or no JSON."""
    with pytest.raises(BadFrame):
        codec.decode(line)


@both
def test_lines_before_a_bad_one_count(codec: JsonCodec) -> None:
    """Values come with what is wrong with the next line."""
    values, error = codec.decode_lines(b'1\n"a"\n{\n4\n')

    assert [1, "a"] == values
    assert isinstance(error, BadFrame)


@both
def test_a_value_over_several_lines_is_bad(codec: JsonCodec) -> None:
    """Each line is a message: Node reads no other."""
    assert ([], BadFrame) == (
        (found := codec.decode_lines(b"[1,\n2]\n"))[0],
        type(found[1]),
    )
    with pytest.raises(BadFrame):
        codec.decode(b"1\n2")


def test_accelerators_are_imported_when_they_have_paid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not for the first messages; then once; and never if told so."""
    monkeypatch.setattr(module, "WORTH_AN_IMPORT", 1000)
    monkeypatch.delitem(sys.modules, "orjson", raising=False)
    monkeypatch.delitem(sys.modules, "msgspec", raising=False)
    codec = JsonCodec()
    first = codec._dumps, codec._lines

    for _ in range(20):
        codec.decode(codec.encode([1]))
    assert first != (codec._dumps, codec._lines)

    never = JsonCodec(accelerate=False)
    for _ in range(20):
        never.decode(never.encode([1]))
    assert (module._dumps, module._lines) == (never._dumps, never._lines)


def test_without_accelerators_all_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are optional: asking for them is no error where they are missing."""
    monkeypatch.setitem(sys.modules, "orjson", None)
    monkeypatch.setitem(sys.modules, "msgspec", None)

    codec = JsonCodec(accelerate=True)

    assert [1] == codec.decode(codec.encode([1]))


def test_a_python_without_the_c_encoder_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the public class does it, as well and slower."""
    monkeypatch.setitem(sys.modules, "_json", None)

    dumps = module._make_writer()

    assert b'{"a":[1,"\\ud800"]}' == dumps({"a": [1, "\ud800"]})
