"""The jobs by asyncio's own subprocesses, on asyncio's loop or another one.

``argv[1]``: asyncio or uvloop. The version named is Python's.
"""

from __future__ import annotations

import asyncio
import platform
import random
import time
from asyncio.subprocess import DEVNULL, PIPE, Process

from benchmarks.peers import gauges, jobs, timing
from benchmarks.peers.serving import Reply, serve_on_loop


async def spawn(*, pipes: bool, count: int, at_once: int) -> Reply:
    stdio = PIPE if pipes else DEVNULL
    held = []

    async def one() -> None:
        start = timing.Held(
            asyncio.create_subprocess_exec(
                "true", stdin=stdio, stdout=stdio, stderr=stdio
            )
        )
        process = await start
        held.append(start.seconds)
        if pipes:
            await process.communicate()
        jobs.expect(0, await process.wait())

    began = time.perf_counter()
    async with timing.heartbeat() as late:
        await timing.side_by_side(one, count, at_once)
    return timing.summary(began, held, late)


async def stream(*, writer: str, size: int, limit: int = 1 << 16) -> Reply:
    began = time.perf_counter()
    process = await _start_writer(writer, size, limit)
    assert process.stdout is not None
    total = 0
    while chunk := await process.stdout.read(65536):
        total += len(chunk)
    jobs.expect(0, await process.wait())
    jobs.expect(size, total)
    return {"seconds": time.perf_counter() - began}


async def memory(*, size: int, stalls: int, seed: int) -> Reply:
    await spawn(pipes=True, count=5, at_once=1)
    stops = jobs.stall_points(size, stalls, random.Random(seed))
    before = gauges.resident()
    process = await _start_writer("head", size, 1 << 16)
    assert process.stdout is not None
    total = 0
    while chunk := await process.stdout.read(65536):
        total += len(chunk)
        if stops and total >= stops[0]:
            del stops[0]
            await asyncio.sleep(jobs.STALL)
    jobs.expect(0, await process.wait())
    jobs.expect(size, total)
    return {"growth": gauges.peak() - before}


async def exec_(*, count: int) -> Reply:
    began = time.perf_counter()
    for _ in range(count):
        process = await asyncio.create_subprocess_exec(
            *jobs.HELLO, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        stdout, _stderr = await process.communicate()
        jobs.expect(jobs.HELLO_OUTPUT, stdout)
    return {"seconds": time.perf_counter() - began}


async def starts(*, count: int, at_once: int) -> Reply:
    async def one(argv: tuple[str, ...]) -> tuple[int, bytes]:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        stdout, _stderr = await process.communicate()
        return await process.wait(), stdout

    return await jobs.many_starts(one, count, at_once)


async def _start_writer(writer: str, size: int, limit: int) -> Process:
    return await asyncio.create_subprocess_exec(
        *jobs.writer(writer, size), stdin=DEVNULL, stdout=PIPE, limit=limit
    )


if __name__ == "__main__":
    serve_on_loop(
        "asyncio",
        platform.python_version(),
        {
            "spawn": spawn,
            "stream": stream,
            "memory": memory,
            "exec": exec_,
            "starts": starts,
        },
    )
