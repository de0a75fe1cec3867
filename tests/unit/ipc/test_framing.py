"""Framing by example; `tests/property/test_framing.py` has the rest."""

from __future__ import annotations

import time
from typing import Any

import pytest

from child_process.ipc import FrameTooLarge, LengthFramer, LineFramer
from child_process.ipc.framing import length_frame, line_frame


def test_a_line_is_a_frame() -> None:
    """Mode json: text up to each newline."""
    framer = LineFramer()
    framer.feed(b'1\n"a')

    assert (b"1", None) == (framer.next_frame(), framer.next_frame())
    assert framer.partial

    framer.feed(b'b"\n\n')
    assert [b'"ab"', b""] == [*iter(framer.next_frame, None)]
    assert not framer.partial


def test_a_length_is_big_endian() -> None:
    """Mode advanced: four bytes of length, then so many bytes."""
    framer = LengthFramer()
    framer.feed(b"\0\0\0\2hi\0\0")

    assert [b"hi"] == framer.next_frames()
    assert [] == framer.next_frames()
    assert framer.partial


@pytest.mark.parametrize(
    "header", [b"\x00\x00\x00\x0b", b"\xff\xff\xff\xff", b"\x80\0\0\0"]
)
def test_a_length_over_the_limit_is_refused_at_once(header: bytes) -> None:
    """The header is enough; a sign bit is no sign."""
    framer = LengthFramer(limit=10)
    framer.feed(length_frame(b"ok") + header)

    assert b"ok" == framer.next_frame()
    with pytest.raises(FrameTooLarge) as caught:
        framer.next_frame()
    assert (int.from_bytes(header, "big"), 10) == (
        caught.value.size,
        caught.value.limit,
    )
    with pytest.raises(FrameTooLarge):
        framer.next_frames()


@pytest.mark.parametrize("wire", [b"x" * 11, b"x" * 11 + b"\n", b"x" * 11 + b"\n2\n"])
def test_a_line_over_the_limit_is_refused(wire: bytes) -> None:
    """With its end or without; lines before it are given out."""
    framer = LineFramer(limit=10)
    framer.feed(b"1\n" + wire)

    assert b"1" == framer.next_frame()
    with pytest.raises(FrameTooLarge):
        framer.next_frame()
    with pytest.raises(FrameTooLarge):
        framer.next_block()


def test_what_is_refused_is_let_go() -> None:
    """After a refusal nothing is held, whatever else comes."""
    lines, lengths = LineFramer(limit=10), LengthFramer(limit=10)
    for _ in range(100):
        lines.feed(b"x" * 100)
        lengths.feed(b"\xff" * 100)

    assert ([], bytearray()) == (lines._tail, lengths._buffer)
    assert (False, False) == (lines.partial, lengths.partial)


def test_a_line_of_exactly_the_limit_is_fine() -> None:
    """The limit is of the line, not of its newline."""
    framer = LineFramer(limit=10)
    framer.feed(line_frame(b"x" * 10) * 3)

    assert [b"x" * 10] * 3 == [*iter(framer.next_frame, None)]


def test_a_block_continues_where_a_frame_ended() -> None:
    """`next_frame` and `next_block` may take turns."""
    framer = LineFramer()
    framer.feed(b"1\n2\n3\n")

    assert (b"1", b"2\n3\n", b"") == (
        framer.next_frame(),
        framer.next_block(),
        framer.next_block(),
    )


@pytest.mark.parametrize("framing", [LineFramer, LengthFramer])
def test_time_is_linear_in_chunks(framing: Any) -> None:
    """A frame in 64,000 pieces takes no quadratic time, nor do 64,000 a chunk."""
    frame = line_frame if framing is LineFramer else length_frame
    wire = frame(b"x" * 4_000_000)
    framer = framing()
    started = time.process_time()

    for start in range(0, len(wire), 64):
        framer.feed(wire[start : start + 64])
        assert framer.next_frame() is None or start + 64 >= len(wire)
    framer.feed(frame(b"y") * 64_000)
    count = sum(1 for _ in iter(framer.next_frame, None))

    assert count >= 64_000
    assert time.process_time() - started < 5
