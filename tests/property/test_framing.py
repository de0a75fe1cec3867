"""Framing: any slicing, any garbage."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from child_process.ipc import FrameTooLarge, LengthFramer, LineFramer
from child_process.ipc.framing import length_frame, line_frame

FRAMINGS = [
    pytest.param(LengthFramer, length_frame, id="advanced"),
    pytest.param(LineFramer, line_frame, id="json"),
]
payloads_of_lines = st.lists(
    st.binary(max_size=64).map(lambda b: b.replace(b"\n", b""))
)


@pytest.mark.parametrize(("framing", "frame"), FRAMINGS)
@given(payloads=payloads_of_lines, data=st.data())
def test_frames_survive_any_slicing(
    framing: type[LengthFramer | LineFramer],
    frame: Callable[[bytes], bytes],
    payloads: list[bytes],
    data: st.DataObject,
) -> None:
    """However the kernel slices the stream, the same frames come out, in order."""
    wire = b"".join(frame(payload) for payload in payloads)
    framer = framing()
    received: list[bytes] = []

    while wire:
        cut = data.draw(st.integers(min_value=1, max_value=len(wire)))
        framer.feed(wire[:cut])
        if data.draw(st.booleans()):
            received += iter(framer.next_frame, None)
        wire = wire[cut:]
    received += iter(framer.next_frame, None)

    assert payloads == received
    assert not framer.partial


@given(payloads=payloads_of_lines, data=st.data())
def test_blocks_are_the_same_lines(payloads: list[bytes], data: st.DataObject) -> None:
    """Whole lines at once are the lines one by one."""
    wire = b"".join(map(line_frame, payloads))
    framer = LineFramer()
    received = b""

    while wire:
        cut = data.draw(st.integers(min_value=1, max_value=len(wire)))
        framer.feed(wire[:cut])
        if data.draw(st.booleans()) and (one := framer.next_frame()) is not None:
            received += one + b"\n"
        while block := framer.next_block():
            received += block
        wire = wire[cut:]

    assert b"".join(map(line_frame, payloads)) == received


@pytest.mark.parametrize(("framing", "frame"), FRAMINGS)
@given(chunks=st.lists(st.binary(max_size=64), max_size=12))
def test_no_bytes_can_do_worse_than_a_documented_error(
    framing: type[LengthFramer | LineFramer],
    frame: Callable[[bytes], bytes],
    chunks: list[bytes],
) -> None:
    """Any bytes at all yield frames, then a wait for more or `FrameTooLarge`."""
    framer = framing(limit=32)

    with suppress(FrameTooLarge):
        for chunk in chunks:
            framer.feed(chunk)
            for payload in iter(framer.next_frame, None):
                assert len(payload) <= 32
