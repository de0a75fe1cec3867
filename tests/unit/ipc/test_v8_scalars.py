"""Numbers on the wire."""

from __future__ import annotations

import pytest

from child_process.ipc.errors import BadFrame
from child_process.ipc.v8_scalars import (
    double,
    index_key,
    int32,
    is_index,
    is_short,
    numeric,
    read_varint,
    varint,
)


@pytest.mark.parametrize("number", [0, 1, 127, 128, 16383, 16384, 2**32 - 1])
def test_a_varint_reads_back(number: int) -> None:
    """What is written is read, and where it ends is known."""
    written = varint(number)

    assert (number, len(written)) == read_varint(written + b"\xff", 0)


def test_a_varint_is_five_bytes_at_most() -> None:
    """A sixth byte is refused, a missing one is noticed."""
    with pytest.raises(BadFrame):
        read_varint(b"\x80" * 6, 0)
    with pytest.raises(IndexError):
        read_varint(b"\x80", 0)


def test_small_and_large_ints() -> None:
    """Zigzag: the sign is the lowest bit."""
    assert (b"I\0", b"I\1", b"I\2", b"I\x80\1") == tuple(map(int32, (0, -1, 1, 64)))


@pytest.mark.parametrize(
    ("number", "short"),
    [
        (1.0, True),
        (0.0, True),
        (-0.0, False),
        (0.5, False),
        (2.0**31, False),
        (float("nan"), False),
        (float("inf"), False),
        (-(2**31), True),
    ],
)
def test_which_numbers_are_short(number: float, *, short: bool) -> None:
    """Whole, of 32 bits, and not minus zero."""
    assert short is is_short(number)


def test_a_list_of_numbers_is_all_short_or_all_double() -> None:
    """As V8's elements: one fraction makes all of them doubles."""
    assert b"I\2I\4" == numeric([1, 2.0], {int, float})
    assert double(1) + double(0.5) == numeric([1, 0.5], {int, float})
    assert double(1) + double(2**40) == numeric([1, 2**40], {int})
    assert numeric([1, 2**60], {int}) is None
    assert numeric([0.5, 2**60], {int, float}) is None
    assert numeric(["a"], {str}) is None
    assert numeric([], set()) is None


@pytest.mark.parametrize("name", ["0", "7", "10", "4294967294"])
def test_what_is_an_index(name: str) -> None:
    """Whole numbers as JavaScript prints them, up to 2**32 - 2."""
    assert is_index(name)


@pytest.mark.parametrize(
    "name", ["", "07", "-1", "1.5", "4294967295", "१", "x", "1" * 99]
)
def test_what_is_no_index(name: str) -> None:
    """Everything else is a name."""
    assert not is_index(name)


def test_an_index_beyond_31_bits_is_a_double() -> None:
    """As V8 writes it."""
    assert (b"I\2", double(2**31)) == (index_key(1), index_key(2**31))
