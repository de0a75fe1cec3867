"""Stopwatches that the peers with an event loop share. Unit: seconds."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator

T = TypeVar("T")

BEAT = 0.001


class Held(Generic[T]):
    """Await *work* and add up how long its own steps hold the loop.

    A coroutine runs until it has to wait, and nothing else runs meanwhile: for
    ``asyncio.create_subprocess_exec`` that is what its call costs the loop.
    """

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self._work = work
        self.seconds = 0.0

    def __await__(self) -> Generator[Any, Any, T]:
        while True:
            began = time.perf_counter()
            try:
                waits_for = self._work.send(None)
            except StopIteration as end:
                value: T = end.value
                return value
            finally:
                self.seconds += time.perf_counter() - began
            yield waits_for


@asynccontextmanager
async def heartbeat() -> AsyncIterator[list[float]]:
    """Beat every millisecond meanwhile; the list is how late each beat was."""
    late: list[float] = []

    async def beat() -> None:
        while True:
            due = time.perf_counter() + BEAT
            await asyncio.sleep(BEAT)
            late.append(time.perf_counter() - due)

    task = asyncio.create_task(beat())
    try:
        yield late
    finally:
        task.cancel()


async def side_by_side(
    one: Callable[[], Awaitable[object]], count: int, at_once: int
) -> None:
    """Await *one* *count* times, *at_once* at a time."""

    async def line(length: int) -> None:
        for _ in range(length):
            await one()

    lengths = [count // at_once + (i < count % at_once) for i in range(at_once)]
    async with asyncio.TaskGroup() as group:
        for length in lengths:
            group.create_task(line(length))


def summary(began: float, held: list[float], late: list[float]) -> dict[str, float]:
    """Return a spawn job's reply: the whole, the typical call, the late beats."""
    return {
        "seconds": time.perf_counter() - began,
        "held": statistics.median(held),
        "late": sorted(late)[int(len(late) * 0.99)] if late else 0.0,
    }
