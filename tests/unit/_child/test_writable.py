import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from child_process._child.writable import HIGH_WATER, Writable
from child_process._transport.pipes import WritePipe

BIG = bytes(1024 * 1024)


@dataclass
class Ends:
    """A stream that we write, and the end that a child would read."""

    stdin: Writable
    read: int
    heard: list[str] = field(default_factory=list)

    def said(self) -> bytes:
        """Return what is in the pipe now, or ``b""``."""
        try:
            return os.read(self.read, len(BIG))
        except BlockingIOError:
            return b""

    def leave(self) -> None:
        """Read no more."""
        if self.read >= 0:
            os.close(self.read)
            self.read = -1

    async def all_said(self) -> bytes:
        """Return all that is written until the end."""
        parts = []
        while not self.stdin.closed:
            parts.append(self.said())
            await asyncio.sleep(0)
        parts += iter(self.said, b"")
        return b"".join(parts)


@pytest.fixture
def made() -> Iterator[list[Ends]]:
    """The streams that a test made; closed after it."""
    every: list[Ends] = []
    yield every
    for ends in every:
        ends.leave()


def ends(made: list[Ends]) -> Ends:
    """Return a new stream, which notes its events."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    loop = asyncio.get_running_loop()
    one = Ends(Writable(loop, WritePipe(loop, write)), read)
    for event in ("drain", "finish", "error", "close"):
        one.stdin.on(event, lambda *args, event=event: one.heard.append(event))
    made.append(one)
    return one


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param("ä", "ä".encode(), id="text is UTF-8"),
        pytest.param("\udcff", b"\xff", id="bytes that travel in a str"),
        pytest.param(b"a\0", b"a\0", id="bytes"),
        pytest.param(bytearray(b"b"), b"b", id="bytearray"),
        pytest.param(memoryview(b"abc")[1:], b"bc", id="memoryview"),
        pytest.param("", b"", id="nothing"),
    ],
)
async def test_text_and_bytes_are_written(
    made: list[Ends], data: Any, expected: bytes
) -> None:
    """What the kernel takes at once is there at once."""
    one = ends(made)

    more = one.stdin.write(data)
    said = one.said()
    one.stdin.end()

    assert more is True
    assert expected == said
    assert ["finish", "close"] == one.heard
    assert len(expected) == one.stdin.bytes_written


async def test_only_text_and_bytes_are_written(made: list[Ends]) -> None:
    """Anything else is a mistake of the program."""
    one = ends(made)

    with pytest.raises(TypeError):
        one.stdin.write(1)  # type: ignore[arg-type]  # wrong on purpose
    one.stdin.destroy()


async def test_a_full_pipe_asks_to_wait(made: list[Ends]) -> None:
    """False, then "drain" once all was taken; nothing is lost, the order is kept."""
    one = ends(made)

    first = one.stdin.write(BIG)
    length = one.stdin.writable_length
    second = one.stdin.write(b"after")
    one.stdin.end()
    said = await one.all_said()

    assert (False, False) == (first, second)
    assert HIGH_WATER <= length < len(BIG)
    assert BIG + b"after" == said
    assert 0 == one.stdin.writable_length
    assert ["finish", "close"] == one.heard


async def test_drain_is_told_once_there_is_room_again(made: list[Ends]) -> None:
    """After a `write` that answered False, and only then."""
    one = ends(made)
    one.stdin.write(BIG)
    drained = asyncio.ensure_future(one.stdin.drain())

    while not drained.done():
        one.said()
        await asyncio.sleep(0)
    one.stdin.end()

    assert ["drain", "finish", "close"] == one.heard
    assert drained.result() is None


async def test_a_little_that_waits_is_no_reason_to_wait(made: list[Ends]) -> None:
    """Below the high-water mark `write` says True, and no "drain" follows."""
    one = ends(made)
    while one.stdin.writable_length == 0:
        one.stdin.write(b"x" * 1000)

    more = one.stdin.write(b"y")
    one.stdin.end()
    await one.all_said()

    assert more is True
    assert ["finish", "close"] == one.heard


async def test_a_buffer_may_be_changed_after_it_was_written(made: list[Ends]) -> None:
    """What waits is our own copy."""
    one = ends(made)
    buffer = bytearray(b"a" * len(BIG))

    one.stdin.write(buffer)
    buffer[:] = b"b" * len(BIG)
    one.stdin.end()
    said = await one.all_said()

    assert b"a" * len(BIG) == said


async def test_draining_an_idle_stream_returns_at_once(made: list[Ends]) -> None:
    """There is nothing to wait for."""
    one = ends(made)

    await one.stdin.drain()
    one.stdin.end(b"x")
    await one.stdin.drain()

    assert b"x" == one.said()


async def test_a_reader_that_left_is_no_error_but_to_who_asks(
    made: list[Ends],
) -> None:
    """The rest is thrown away; `drain` and a listener are told."""
    one = ends(made)
    one.leave()

    answers = [one.stdin.write(b"x"), one.stdin.write(b"y")]
    one.stdin.end()

    assert [False, False] == answers
    assert ["error", "close"] == one.heard
    assert one.stdin.closed
    assert -1 == one.stdin.fileno()
    with pytest.raises(BrokenPipeError):
        await one.stdin.drain()


async def test_a_reader_that_leaves_wakes_who_waits(made: list[Ends]) -> None:
    """A `drain` does not wait for a reader that is gone."""
    one = ends(made)
    one.stdin.write(BIG)
    drained = asyncio.ensure_future(one.stdin.drain())
    await asyncio.sleep(0)

    one.leave()

    with pytest.raises(BrokenPipeError):
        await drained
    assert ["error", "close"] == one.heard


async def test_nothing_can_be_written_after_the_end(made: list[Ends]) -> None:
    """As in Node, it is a mistake of the program; a second end is none."""
    one = ends(made)
    one.stdin.write(BIG)
    one.stdin.end()

    with pytest.raises(ValueError, match="after end"):
        one.stdin.write(b"x")
    one.stdin.end()
    one.stdin.destroy()
    one.stdin.destroy()

    assert ["error", "close"] == one.heard


async def test_destroying_an_empty_stream_is_no_error(made: list[Ends]) -> None:
    """Nothing was thrown away."""
    one = ends(made)

    one.stdin.destroy()
    await one.stdin.drain()

    assert ["close"] == one.heard


async def test_a_listener_of_finish_may_destroy(made: list[Ends]) -> None:
    """Closing happens once."""
    one = ends(made)
    one.stdin.on("finish", one.stdin.destroy)

    one.stdin.end()

    assert ["finish", "close"] == one.heard
