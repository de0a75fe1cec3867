"""Reading dates, maps, errors and other objects of V8's format."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime
from typing import Any

import pytest

from child_process.ipc import (
    BadFrame,
    BigInt,
    Boxed,
    JSArrayBuffer,
    JSDate,
    JSError,
    JSMap,
    JSRegExp,
    JSSet,
    JSView,
)
from child_process.ipc.v8_reader import decode


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        ("440000000000001440", datetime(1970, 1, 1, 0, 0, 0, 5000, tzinfo=UTC)),
        ("440000dcc208b23e43", JSDate(8.64e15)),
        ("79", Boxed(value=True)),
        ("78", Boxed(value=False)),
        ("6e000000000000f03f", Boxed(1)),
        ("73220161", Boxed("a")),
        ("7a100500000000000000", Boxed(BigInt(5))),
        ("522201618002", JSRegExp("a", "v")),
        ("5263046100ac2003", JSRegExp("a€", "gi")),
        ("3b490249043a02", JSMap({1: 2})),
        ("2749022201612c02", {1, "a"}),
        ("2749" + "02542c02", JSSet([1, True])),
        ("27410024" + "00002c01", JSSet([[]])),
        ("420261ff", JSArrayBuffer(bytearray(b"a\xff"))),
        ("7e02080000", JSArrayBuffer(bytearray(2), 8)),
        ("42046162636456" + "4201020" + "0", bytearray(b"bc")),
        ("4202ff0156" + "7700020" + "0", array("h", [511])),
        ("5c000a026869", b"hi"),
        ("5c00010161", bytearray(b"a")),
        ("5c00090161", JSView("DataView", b"a")),
        ("5c000d020000", JSView("Float16Array", b"\0\0")),
        ("5c016f7b00", {}),
        ("722e", JSError()),
        (
            "72546d22016d7322017363305e"[:-2] + "2e",
            JSError("m", name="TypeError", stack="s", cause=None),
        ),
        (
            "72526d22016d6330732201732e",
            JSError("m", name="RangeError", stack="s", cause=None),
        ),
    ],
)
def test_an_object_is_read_and_referred_to(payload: str, value: Any) -> None:
    """Alone, and twice in a list by reference."""
    found = decode(bytes.fromhex("ff0f" + payload))

    assert (type(value), value) == (type(found), found)


def test_an_invalid_date_is_no_datetime() -> None:
    """NaN is not equal to itself, so it is looked at."""
    found = decode(bytes.fromhex("ff0f44000000000000f87f"))

    assert "JSDate(milliseconds=nan)" == repr(found)


def test_a_view_written_with_its_buffer_has_an_id_of_its_own() -> None:
    """The buffer is 1, the view 2."""
    payload = "ff0f4103" + "420161564200010" + "0" + "5e01" + "5e02" + "240003"

    found = decode(bytes.fromhex(payload))

    assert [bytearray(b"a"), JSArrayBuffer(bytearray(b"a")), bytearray(b"a")] == found
    assert found[0] is found[2]


def test_a_host_object_and_its_copy_are_two_ids() -> None:
    """Node takes one for the object and one for what it is copied to."""
    found = decode(
        bytes.fromhex("ff0f4103" + "5c016f7b00" + "5e01" + "5e02" + "240003")
    )

    assert found[0] is found[1] is found[2]


def test_cycles_through_a_set_a_map_and_an_error() -> None:
    """Each may hold itself."""
    members = decode(bytes.fromhex("ff0f27" + "5e00" + "2c01"))
    entries = decode(bytes.fromhex("ff0f3b" + "30" + "5e00" + "3a02"))
    error = decode(bytes.fromhex("ff0f72" + "63" + "5e00" + "2e"))

    assert members in members  # noqa: PLR0124 - the point
    assert entries[None] is entries
    assert error.cause is error.__cause__ is error


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("4400", id="date cut short"),
        pytest.param("7330", id="String of null"),
        pytest.param("52220161c000", id="RegExp with a flag of the engine's"),
        pytest.param("3b30303a01", id="map, wrong count"),
        pytest.param("2730302c03", id="set, wrong count"),
        pytest.param("42ff0f61", id="buffer cut short"),
        pytest.param("7e0201" + "0000", id="longer than its most"),
        pytest.param("4201615642000200", id="view beyond its buffer"),
        pytest.param("4201615630000100", id="view of no kind"),
        pytest.param("420361616156770003" + "00", id="half an element"),
        pytest.param("5c0003" + "0161", id="half an element of a host view"),
        pytest.param("5c00" + "0e0161", id="host view of no kind"),
        pytest.param("5c02", id="host object of no kind"),
        pytest.param("5c015e00", id="reference to a host object in the making"),
        pytest.param("72302e", id="error with an unknown part"),
        pytest.param("726d302e", id="error whose message is null"),
    ],
)
def test_what_is_no_object_is_a_bad_frame(payload: str) -> None:
    """And nothing but a `BadFrame`."""
    with pytest.raises(BadFrame):
        decode(bytes.fromhex("ff0f" + payload))
