"""Reading V8's format by example: bytes that Node 20 wrote, or could not."""

from __future__ import annotations

import math
from typing import Any

import pytest

from child_process.ipc import BadFrame, BigInt, Hole, JSArray, SparseArray, Undefined
from child_process.ipc.v8_reader import decode


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        pytest.param("5f", Undefined, id="undefined"),
        pytest.param("30", None, id="null"),
        pytest.param("54", True, id="true"),
        pytest.param("46", False, id="false"),
        pytest.param("4901", -1, id="int32"),
        pytest.param("55ffffffff0f", 2**32 - 1, id="uint32"),
        pytest.param("4e000000000000f83f", 1.5, id="double"),
        pytest.param("4e0000000000007042", 2**40, id="whole double"),
        pytest.param("5a1101000000000000" + "00", BigInt(-1), id="bigint"),
        pytest.param("5a2000000000000000000100000000000000", 2**64, id="large bigint"),
        pytest.param("2202c3e9", "Ãé", id="latin-1"),
        pytest.param("0063046100ac20", "a€", id="utf-16, padded"),
        pytest.param("530361e282ac"[:4] + "61e282", "a\ufffd", id="utf-8, damaged"),
        pytest.param(
            "6f4902220162" + "22016149047b02", {"1": "b", "a": 2}, id="object"
        ),
        pytest.param("41024902490424" + "0002", [1, 2], id="array"),
        pytest.param("41035f2d3024" + "0003", [Undefined, Hole, None], id="dense hole"),
        pytest.param("6103490049024904490640" + "0203", [1, Hole, 3], id="sparse"),
        pytest.param("610249004902490249044002" + "02", [1, 2], id="sparse, full"),
    ],
)
def test_a_value_is_read(payload: str, value: Any) -> None:
    """Each tag, alone and in a list; and its type is what the table says."""
    found = decode(bytes.fromhex("ff0f" + payload))
    inside = decode(bytes.fromhex("ff0f" + "4102" + payload + payload + "240002"))

    assert (type(value), value) == (type(found), found)
    assert [value, value] == inside


def test_small_bigints_and_minus_zero_keep_their_kind() -> None:
    """5n is a `BigInt`; -0 stays a float."""
    five = decode(bytes.fromhex("ff0f5a100500000000000000"))
    zero = decode(bytes.fromhex("ff0f4e0000000000000080"))

    assert (BigInt, 5) == (type(five), five)
    assert (float, -1.0) == (type(zero), math.copysign(1, zero))


def test_an_array_with_properties() -> None:
    """As what a regular expression's exec() returns."""
    found = decode(bytes.fromhex("ff0f410149022201612201622d"[:-2] + "240101"))

    assert JSArray([1], {"a": "b"}) == found


def test_an_array_with_properties_that_holds_itself() -> None:
    """The reference inside is to the same JSArray."""
    found = decode(bytes.fromhex("ff0f41015e00" + "2201614902" + "240101"))

    assert type(found) is JSArray
    assert found[0] is found
    assert {"a": 1} == found.properties


def test_an_array_of_holes_is_no_memory_bomb() -> None:
    """Its length is an int, whatever it says."""
    found = decode(
        bytes.fromhex("ff0f" + "61ffffffff0f" + "4902220161" + "4001ffffffff0f")
    )
    ring = decode(
        bytes.fromhex("ff0f" + "61ffffffff0f" + "49025e00" + "4001ffffffff0f")
    )

    assert SparseArray(2**32 - 1, {1: "a"}) == found
    assert ring.items[1] is ring


def test_many_arrays_of_holes_are_no_memory_bomb_either() -> None:
    """Together they get as many holes as the payload has bytes, and some."""
    one = bytes.fromhex("61e80740" + "00e807")  # a thousand holes
    found = decode(b"\xff\x0fA\x64" + one * 100 + b"$\0\x64")

    filled = sum(len(item) for item in found if isinstance(item, list))
    assert filled <= 1024 + 100 * len(one) + 10
    assert 100 == len(found)


def test_sharing_arrives() -> None:
    """A reference is to the very object."""
    found = decode(bytes.fromhex("ff0f41026f7b005e01240002"))

    assert found[0] is found[1]


def test_what_follows_the_value_is_ignored() -> None:
    """As Node does."""
    assert decode(b"\xff\x0f0rest") is None


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("", id="empty"),
        pytest.param("30", id="no header"),
        pytest.param("ff1030", id="a version to come"),
        pytest.param("ff0c30", id="a version of the past"),
        pytest.param("ff0f", id="no value"),
        pytest.param("ff0f01", id="unknown tag"),
        pytest.param("ff0f2205616263", id="string cut short"),
        pytest.param("ff0f22ffffffff0f61", id="string longer than all"),
        pytest.param("ff0f6303610061", id="half a character"),
        pytest.param("ff0f4e0000", id="double cut short"),
        pytest.param("ff0f5aff01aa", id="bigint cut short"),
        pytest.param("ff0f6f7b01", id="wrong count of properties"),
        pytest.param("ff0f6f4e000000000000f83f307b01", id="a fraction for a name"),
        pytest.param("ff0f6f49013" + "07b01", id="a negative name"),
        pytest.param("ff0f6f30307b01", id="null for a name"),
        pytest.param("ff0f41ffffffff0f", id="array without items"),
        pytest.param("ff0f410130240002", id="wrong length"),
        pytest.param("ff0f6101490030400202", id="sparse, wrong count"),
        pytest.param("ff0f5e00", id="reference to nothing"),
        pytest.param("ff0f2d", id="a hole alone"),
        pytest.param("ff0f49ffffffffffff00", id="long varint"),
        pytest.param("ff0f740030", id="transfer"),
    ],
)
def test_what_is_no_value_is_a_bad_frame(payload: str) -> None:
    """And nothing but a `BadFrame`."""
    with pytest.raises(BadFrame):
        decode(bytes.fromhex(payload))


@pytest.mark.parametrize(
    "opening", [b"A\x01", b"o\x22\x01a", b"\x5c\x01", b";0", b"'", b"rc"]
)
@pytest.mark.parametrize("depth", [450, 100_000])
def test_deep_nesting_is_a_bad_frame(opening: bytes, depth: int) -> None:
    """However it nests, and however deep the interpreter lets us go."""
    with pytest.raises(BadFrame):
        decode(b"\xff\x0f" + opening * depth)


def test_nesting_up_to_the_limit_is_read() -> None:
    """400 levels, as documented."""
    value = decode(b"\xff\x0f" + b"A\x01" * 399 + b"0" + b"$\0\x01" * 399)

    for _ in range(399):
        (value,) = value
    assert value is None
