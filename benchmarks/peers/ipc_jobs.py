"""What `bench_ipc` and `bench_fork_start` have a parent do, by this package.

``ipc_jobs.js`` is the same by Node. *child* names a file of ``children/``.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers import gauges, jobs
from child_process import fork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from benchmarks.peers.serving import Reply
    from child_process import ChildProcess

CHILDREN = Path(__file__).parent / "children"

# Messages before the clock runs: JavaScript is compiled, accelerators imported.
WARM_UP = 20_000


async def ipc_echo(*, child: str, count: int) -> Reply:
    """Send *count* messages without waiting for answers; tell how long all take."""
    async with started(child) as process:
        await _echoed(process, WARM_UP)
        return {"seconds": await _echoed(process, count)}


async def ipc_trip(*, child: str, count: int) -> Reply:
    """Send *count* messages, each once the one before was answered."""
    async with started(child) as process:
        await _echoed(process, WARM_UP)
        return {"seconds": await _trips(process, count)}


async def ipc_request(*, child: str, count: int) -> Reply:
    """Do the same by ``await child.request(...)``."""
    async with started(child) as process:
        for number in range(WARM_UP // 2):
            await process.request(_message(number))
        began = time.perf_counter()
        for number in range(count):
            answer = await process.request(_message(number))
        seconds = time.perf_counter() - began
        jobs.expect(_message(count - 1), answer)
        return {"seconds": seconds}


async def ipc_transfer(*, size: int, how: str) -> Reply:
    """Send *size* bytes at once; tell how long it takes until the child has them.

    It is done twice, and the second time counts: memory that a system has not
    given out before is slow, whoever gets it.
    """
    data = bytes(range(256)) * (size // 256)
    async with started("measure.py", serialization="advanced") as process:
        for _ in range(2):
            began = time.perf_counter()
            if how == "buffers":
                process.send("data", buffers=[data])
            else:
                process.send(data)
            answer = await process.receive()
            seconds = time.perf_counter() - began
            jobs.expect(len(data), answer)
            jobs.expect(0, await _asked(process, 0))  # all is freed meanwhile
        return {"seconds": seconds}


async def ipc_memory(*, count: int) -> Reply:
    """Send *count* messages there and back; tell how much both ends grew."""
    async with started("measure.py") as process:
        await _echoed(process, 5 * WARM_UP)
        jobs.expect("begin", await _asked(process, "begin"))
        before = gauges.resident()
        await _echoed(process, count)
        growth = gauges.peak() - before
        return {"growth": max(growth, await _asked(process, "growth"))}


async def fork_start(*, child: str, count: int) -> Reply:
    """Start *count* children, one at a time; tell how long a first answer takes."""
    seconds = 0.0
    for number in range(-1, count):
        began = time.perf_counter()
        async with fork(CHILDREN / child) as process:
            process.send(_message(number))
            answer = await process.receive()
            seconds += (time.perf_counter() - began) * (number >= 0)
            jobs.expect(_message(number), answer)
            process.disconnect()
    return {"seconds": seconds}


@asynccontextmanager
async def started(child: str, **options: Any) -> AsyncIterator[ChildProcess]:
    """Start *child*, and end it by disconnecting."""
    target = "benchmarks.peers.children.measure" if child == "measure.py" else None
    async with fork(target or CHILDREN / child, **options) as process:
        yield process
        process.disconnect()
        status = await process.wait()
        jobs.expect(0, status.code)


def _message(number: int) -> dict[str, Any]:
    return {"n": number, "s": "hello"}


async def _asked(process: ChildProcess, message: Any) -> Any:
    process.send(message)
    return await process.receive()


async def _echoed(process: ChildProcess, count: int) -> float:
    """Send *count* messages, as fast as they are taken, and get them back."""
    done = asyncio.get_running_loop().create_future()
    came = 0

    def on_message(message: dict[str, Any], _handle: None) -> None:
        nonlocal came
        came += 1
        if came == count:
            done.set_result(message)

    process.on("message", on_message)
    channel = process.channel
    assert channel is not None
    began = time.perf_counter()
    for number in range(count):
        if not process.send({"n": number, "s": "hello"}):
            await channel.drain()
    jobs.expect(_message(count - 1), await done)
    seconds = time.perf_counter() - began
    process.off("message", on_message)
    return seconds


async def _trips(process: ChildProcess, count: int) -> float:
    done = asyncio.get_running_loop().create_future()
    came = 0

    def on_message(message: dict[str, Any], _handle: None) -> None:
        nonlocal came
        came += 1
        if came == count:
            done.set_result(message)
        else:
            process.send({"n": came, "s": "hello"})

    process.on("message", on_message)
    began = time.perf_counter()
    process.send({"n": 0, "s": "hello"})
    jobs.expect(_message(count - 1), await done)
    seconds = time.perf_counter() - began
    process.off("message", on_message)
    return seconds


JOBS = {
    "ipc_echo": ipc_echo,
    "ipc_trip": ipc_trip,
    "ipc_request": ipc_request,
    "ipc_transfer": ipc_transfer,
    "ipc_memory": ipc_memory,
    "fork_start": fork_start,
}
