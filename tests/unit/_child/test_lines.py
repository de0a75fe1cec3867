import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest

from child_process._child.lines import WAITING_LINES, Line, merged_lines
from child_process._child.readable import Readable
from child_process._transport.pipes import ReadPipe


class Child:
    """Two streams, and the ends that a child would write."""

    def __init__(self) -> None:
        self.streams: dict[int, Readable] = {}
        self.ends: dict[int, int] = {}
        loop = asyncio.get_running_loop()
        for index in (1, 2):
            read, write = os.pipe()
            os.set_blocking(read, False)
            os.set_blocking(write, False)
            self.ends[index] = write
            stream = Readable(loop, ReadPipe(loop, read), lambda: None)
            stream.uncork()
            self.streams[index] = stream

    def says(self, index: int, data: bytes) -> None:
        """Write *data* to descriptor *index*."""
        os.write(self.ends[index], data)

    def ends_stream(self, index: int) -> None:
        """Close descriptor *index*."""
        os.close(self.ends.pop(index))

    def lines(self, encoding: str = "utf-8") -> AsyncIterator[Line]:
        """Iterate over both streams' lines."""
        loop = asyncio.get_running_loop()
        return merged_lines(loop, self.streams, encoding, loop.time())


@pytest.fixture
def children() -> Iterator[list[Child]]:
    """The children of a test; their descriptors are closed after it."""
    made: list[Child] = []
    yield made
    for child in made:
        for fd in child.ends.values():
            os.close(fd)
        for stream in child.streams.values():
            stream._pipe.fd, fd = -1, stream._pipe.fd
            if fd >= 0:
                os.close(fd)


def new(children: list[Child]) -> Child:
    """Return a new child."""
    children.append(Child())
    return children[-1]


async def test_lines_of_both_streams_come_as_they_are_written(
    children: list[Child],
) -> None:
    """Each says where it was written, and when it came."""
    child = new(children)
    lines = child.lines()
    told: list[Line] = []

    for index, data in ((1, b"a\n"), (2, b"b\r\n"), (1, b"c\xff\n")):
        child.says(index, data)
        told.append(await anext(lines))
    child.says(2, b"no newline")
    child.ends_stream(2)
    child.ends_stream(1)
    told += [line async for line in lines]

    assert [
        ("stdout", "a"),
        ("stderr", "b"),
        ("stdout", "c\ufffd"),
        ("stderr", "no newline"),
    ] == [(line.stream, line.text) for line in told]
    times = [line.time for line in told]
    assert times == sorted(times)
    assert times[0] >= 0


async def test_an_encoding_may_be_given(children: list[Child]) -> None:
    """UTF-8 is the default."""
    child = new(children)
    child.says(1, b"\xe4\n")
    child.ends_stream(1)
    child.ends_stream(2)

    assert ["ä"] == [line.text async for line in child.lines("latin-1")]


async def test_a_stream_that_has_closed_already_is_no_obstacle(
    children: list[Child],
) -> None:
    """The other one is read all the same."""
    child = new(children)
    child.streams[2].destroy()
    child.says(1, b"a\n")
    child.ends_stream(1)

    assert ["a"] == [line.text async for line in child.lines()]


async def test_who_reads_slowly_makes_the_child_wait(children: list[Child]) -> None:
    """Beyond a thousand lines nothing is taken from the pipes."""
    child = new(children)
    lines = child.lines()
    block = b"x\n" * 8 * WAITING_LINES

    child.says(1, block)
    first = await anext(lines)
    paused = child.streams[1].is_paused and child.streams[2].is_paused
    child.says(1, block)
    for _ in range(20):
        await asyncio.sleep(0)
    taken = child.streams[1].bytes_read
    child.ends_stream(1)
    child.ends_stream(2)
    rest = [line async for line in lines]

    assert "x" == first.text
    assert paused
    assert len(block) == taken
    assert 2 * 8 * WAITING_LINES - 1 == len(rest)


async def test_a_stream_that_somebody_listens_to_has_no_lines(
    children: list[Child],
) -> None:
    """One chunk goes to one reader."""
    child = new(children)
    child.streams[1].on("data", print)

    with pytest.raises(RuntimeError, match='"data" listener'):
        await anext(child.lines())


async def test_what_ended_the_stream_is_raised(children: list[Child]) -> None:
    """A failed start, for one."""
    child = new(children)
    lines = child.lines()
    waiting = asyncio.ensure_future(anext(lines))
    await asyncio.sleep(0)

    for stream in child.streams.values():
        stream.destroy(OSError("gone"))

    with pytest.raises(OSError, match="gone"):
        await waiting


async def test_who_leaves_takes_nothing_more(children: list[Child]) -> None:
    """What comes afterwards stays in the pipe."""
    child = new(children)
    lines = child.lines()
    child.says(1, b"a\nb\n")
    await anext(lines)

    await lines.aclose()  # type: ignore[attr-defined]  # a generator, declared as an iterator
    child.says(1, b"c\n")
    for _ in range(5):
        await asyncio.sleep(0)

    assert 4 == child.streams[1].bytes_read
    assert child.streams[1].abandoned
