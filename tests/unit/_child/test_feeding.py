import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from child_process._child.feeding import feed
from child_process._child.writable import Writable
from child_process._transport.pipes import WritePipe


class Fed:
    """A stdin that is fed, and what came of it."""

    def __init__(self, source: Any) -> None:
        loop = asyncio.get_running_loop()
        self.read, write = os.pipe()
        os.set_blocking(self.read, False)
        os.set_blocking(write, False)
        self.stdin = Writable(loop, WritePipe(loop, write))
        self.failures: list[BaseException] = []
        self.task = feed(loop, self.stdin, source, self.failures.append)

    async def all_said(self) -> bytes:
        """Return all that is written until the end."""
        parts = []
        while True:
            closed = self.stdin.closed
            try:
                parts.append(os.read(self.read, 1024 * 1024))
            except BlockingIOError:
                await asyncio.sleep(0)
            if closed and not parts[-1]:
                break
        os.close(self.read)
        if self.task is not None:
            await self.task
        return b"".join(parts)


async def _pieces() -> AsyncIterator[bytes]:
    for letter in "abc":
        await asyncio.sleep(0)
        yield letter.encode() * 100_000


EXPECTED = b"a" * 100_000 + b"b" * 100_000 + b"c" * 100_000


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(EXPECTED, id="bytes"),
        pytest.param([letter * 100_000 for letter in "abc"], id="list of text"),
        pytest.param(_pieces, id="async iterator"),
    ],
)
async def test_a_source_is_written_to_its_end(source: Any) -> None:
    """However fast the child reads, it gets everything, then the end of file."""
    fed = Fed(source() if callable(source) else source)

    said = await fed.all_said()

    assert EXPECTED == said
    assert [] == fed.failures


async def test_a_source_waits_for_its_reader() -> None:
    """No more is taken from it than the pipe and the high-water mark hold."""
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield bytes(65536)

    fed = Fed(endless())
    for _ in range(5):
        await asyncio.sleep(0)
    fed.stdin.destroy()
    os.close(fed.read)

    assert len(taken) < 32


async def test_a_source_of_many_small_pieces_lets_the_loop_turn() -> None:
    """A child that reads as fast as we write would stop the loop otherwise."""
    taken: list[int] = []

    def letters() -> Iterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield b"x"

    fed = Fed(letters())
    at_once = len(taken)
    said = await fed.all_said()

    assert at_once < 1000
    assert b"x" * 1000 == said


def _broken() -> Iterator[bytes]:
    yield b"a"
    message = "the source broke"
    raise OSError(message)


async def _broken_async() -> AsyncIterator[bytes]:
    for piece in _broken():
        yield piece


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        pytest.param(_broken, OSError, id="iterator"),
        pytest.param(_broken_async, OSError, id="async iterator"),
        pytest.param(lambda: [b"a", 1], TypeError, id="list with a number"),
    ],
)
async def test_a_source_that_raises_is_told(source: Any, kind: type[Exception]) -> None:
    """The child lacks the rest: it gets no end of file as if that were all."""
    fed = Fed(source())
    if fed.task is not None:
        await fed.task

    open_still = not fed.stdin.closed
    fed.stdin.destroy()
    os.close(fed.read)

    (failure,) = fed.failures
    assert kind is type(failure)
    assert open_still


async def test_a_child_that_wants_no_more_is_no_failure() -> None:
    """Its stdin is closed, the source is left alone."""
    fed = Fed(_pieces())
    os.close(fed.read)

    assert fed.task is not None
    await fed.task

    assert [] == fed.failures
    assert fed.stdin.closed
