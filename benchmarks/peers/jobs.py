"""What every Python peer is to do, so that all do the same.

Sizes are bytes, times seconds. `node_peer.js` repeats what it needs of this.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from benchmarks.peers import gauges

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable

    from benchmarks.peers.serving import Reply

HELLO = ("echo", "hello")
HELLO_OUTPUT = b"hello\n"
STALL = 1.0

# Before anything is counted: what is made once (a thread pool, a launcher's
# thread, the allocator's arenas) is not what a start leaves behind.
STARTS_BEFORE_COUNTING = 300


def writer(kind: str, size: int) -> list[str]:
    """Return the program that writes *size* bytes: *kind* is how it does so."""
    if kind == "head":  # writes 8 KiB at a time
        return ["head", "-c", str(size), "/dev/zero"]
    if kind == "dd":  # writes 64 KiB at a time
        return [
            "dd",
            "if=/dev/zero",
            "bs=65536",
            f"count={size // 65536}",
            "status=none",
        ]
    raise LookupError(kind)


def expect(expected: object, actual: object) -> None:
    """A wrong result is not a fast one."""
    if expected != actual:
        message = f"expected {expected!r}, got {actual!r}"
        raise AssertionError(message)


def stall_points(size: int, stalls: int, dice: random.Random) -> list[int]:
    """Return after how many bytes the reader is to stall, in order."""
    return sorted(dice.randrange(size // 20, size - size // 20) for _ in range(stalls))


async def many_starts(
    one: Callable[[tuple[str, ...]], Awaitable[tuple[int | None, bytes | None]]],
    count: int,
    at_once: int,
) -> Reply:
    """Start *count* children, *at_once* at a time; tell what stays behind.

    *one* starts an argv and returns its exit code and its stdout. Each child
    says its own number and ends with a code of its own.
    """
    wrong = 0

    async def line(numbers: range) -> None:
        nonlocal wrong
        for number in numbers:
            code = number % 256
            script = f"echo {number}; exit {code}"
            answer = await one(("sh", "-c", script))
            wrong += answer != (code, b"%d\n" % number)

    async def run(total: int) -> None:
        async with asyncio.TaskGroup() as group:
            for first in range(at_once):
                group.create_task(line(range(first, total, at_once)))

    await run(STARTS_BEFORE_COUNTING)
    fds, threads, rss = gauges.descriptors(), gauges.threads(), gauges.resident()
    began = time.perf_counter()
    await run(count)
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "wrong": wrong,
        "zombies": gauges.children().count("Z"),
        "descriptors": gauges.descriptors() - fds,
        "threads": gauges.threads() - threads,
        "growth": gauges.resident() - rss,
    }
