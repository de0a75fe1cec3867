"""The jobs by this package, on asyncio's loop or another one.

``argv[1]``: asyncio or uvloop. The version named is the package's.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from typing import TYPE_CHECKING, Any

import child_process
from benchmarks.peers import gauges, ipc_jobs, jobs, timing
from benchmarks.peers.serving import Reply, serve_on_loop

if TYPE_CHECKING:
    import mmap
    from collections.abc import Awaitable, Callable

READ_ONLY_STDOUT = ["ignore", "pipe", "inherit"]


async def spawn(*, pipes: bool, count: int, at_once: int) -> Reply:
    stdio = "pipe" if pipes else "ignore"
    held = []

    async def one() -> None:
        began = time.perf_counter()
        child = child_process.spawn("true", stdio=stdio)
        held.append(time.perf_counter() - began)
        status = await child.wait_closed()
        jobs.expect(0, status.code)

    began = time.perf_counter()
    async with timing.heartbeat() as late:
        await timing.side_by_side(one, count, at_once)
    return timing.summary(began, held, late)


async def pace(*, count: int, at_once: int) -> Reply:
    """Start and wait, with stdio ignored, as fast as may be."""

    async def one() -> None:
        child = child_process.spawn("true", stdio="ignore")
        status = await child.wait()
        jobs.expect(0, status.code)

    began = time.perf_counter()
    await timing.side_by_side(one, count, at_once)
    return {"seconds": time.perf_counter() - began}


async def spawn_under(
    *, ballast: int, count: int, uid: int | None = None, files: int | None = None
) -> Reply:
    """Start, one by one, with *ballast* bytes resident."""
    while sum(map(len, _ballast)) < ballast:
        _ballast.append(gauges.ballast(1 << 30))
    options: dict[str, Any] = {}
    if uid is not None:
        options |= {"uid": uid, "cwd": "/"}
    if files is not None:
        options["limits"] = child_process.Limits(files=files)
    held = []
    for _ in range(count):
        began = time.perf_counter()
        child = child_process.spawn("true", **options)
        held.append(time.perf_counter() - began)
        status = await child.wait_closed()
        jobs.expect(0, status.code)
    return {"held": statistics.median(held)}


_ballast: list[mmap.mmap] = []


async def stream(*, writer: str, size: int, how: str) -> Reply:
    began = time.perf_counter()
    file, *args = jobs.writer(writer, size)
    child = child_process.spawn(file, args, stdio=READ_ONLY_STDOUT)
    total = await READERS[how](child, [])
    status = await child.wait_closed()
    jobs.expect(0, status.code)
    jobs.expect(size, total)
    return {"seconds": time.perf_counter() - began}


async def memory(*, size: int, how: str, stalls: int, seed: int) -> Reply:
    await spawn(pipes=True, count=5, at_once=1)
    stops = jobs.stall_points(size, stalls, random.Random(seed))
    before = gauges.resident()
    file, *args = jobs.writer("head", size)
    child = child_process.spawn(file, args, stdio=READ_ONLY_STDOUT)
    total = await READERS[how](child, stops)
    status = await child.wait_closed()
    jobs.expect(0, status.code)
    jobs.expect(size, total)
    return {"growth": gauges.peak() - before}


async def exec_(*, count: int, how: str) -> Reply:
    verb: Any = getattr(child_process, how)
    began = time.perf_counter()
    for _ in range(count):
        result = await verb(jobs.HELLO[0], jobs.HELLO[1:])
        jobs.expect(jobs.HELLO_OUTPUT.decode(), result.stdout)
    return {"seconds": time.perf_counter() - began}


def exec_sync(*, count: int) -> Reply:
    began = time.perf_counter()
    for _ in range(count):
        result = child_process.run_sync(jobs.HELLO[0], jobs.HELLO[1:])
        jobs.expect(jobs.HELLO_OUTPUT.decode(), result.stdout)
    return {"seconds": time.perf_counter() - began}


async def starts(*, count: int, at_once: int) -> Reply:
    async def one(argv: tuple[str, ...]) -> tuple[int | None, bytes | None]:
        result = await child_process.run(argv[0], argv[1:], check=False, encoding=None)
        return result.code, result.stdout

    return await jobs.many_starts(one, count, at_once)


async def _by_data(child: child_process.ChildProcess, stops: list[int]) -> int:
    stdout = child.stdout
    assert stdout is not None
    total = 0

    def on_data(chunk: bytes) -> None:
        nonlocal total
        total += len(chunk)
        if stops and total >= stops[0]:
            del stops[0]
            stdout.pause()
            asyncio.get_running_loop().call_later(jobs.STALL, stdout.resume)

    stdout.on("data", on_data)
    await child.wait_closed()
    return total


async def _by_for(child: child_process.ChildProcess, stops: list[int]) -> int:
    assert child.stdout is not None
    total = 0
    async for chunk in child.stdout:
        total += len(chunk)
        if stops and total >= stops[0]:
            del stops[0]
            await asyncio.sleep(jobs.STALL)
    return total


READERS: dict[str, Callable[..., Awaitable[int]]] = {"data": _by_data, "for": _by_for}


if __name__ == "__main__":
    serve_on_loop(
        "child_process",
        child_process.__version__,
        {
            "spawn": spawn,
            "spawn_under": spawn_under,
            "pace": pace,
            "stream": stream,
            "memory": memory,
            "exec": exec_,
            "starts": starts,
            **ipc_jobs.JOBS,
        },
        {"exec_sync": exec_sync},
    )
