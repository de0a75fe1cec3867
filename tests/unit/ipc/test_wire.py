"""A mode: framing and codec together."""

from __future__ import annotations

import pytest

from child_process.ipc import BadFrame, FrameTooLarge
from child_process.ipc.wire import Mode, open_wire

modes = pytest.mark.parametrize("mode", ["json", "advanced"])


@modes
def test_values_go_through(mode: Mode) -> None:
    """Frames of one end are values at the other, whole or in pieces."""
    near, far = open_wire(mode), open_wire(mode)
    data = b"".join(bytes(near.frame(n)) for n in (1, "two", [3]))

    assert ([1, "two", [3]], None) == far.feed(data)
    assert ([], None) == far.feed(data[:3][:1])
    assert far.partial
    assert [1] == far.feed(data[1:])[0][:1]
    assert not far.partial


@modes
def test_values_before_a_bad_frame_count(mode: Mode) -> None:
    """They come with what is wrong."""
    wire = open_wire(mode)
    bad = b"\n\n" if mode == "json" else b"\0\0\0\0"

    values, error = wire.feed(bytes(wire.frame(1)) + bad + bytes(wire.frame(2)))

    assert [1] == values
    assert isinstance(error, BadFrame)


@modes
def test_values_before_a_frame_too_large_count(mode: Mode) -> None:
    """In the same chunk, or alone."""
    large = b"x" * 99 if mode == "json" else b"\0\1\0\0"

    for before, expected in ((b"", []), (bytes(open_wire(mode).frame(1)), [1])):
        values, error = open_wire(mode, 20).feed(before + large)
        assert expected == values
        assert isinstance(error, FrameTooLarge)
