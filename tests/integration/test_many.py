"""Thousands of starts, many at a time: every result right, nothing left.

benchmarks/ does it with 10,000 and compares; here fewer show the same leak.
"""

import asyncio
import gc
import os
import threading
from collections.abc import Awaitable, Callable

import pytest

from child_process import (
    CommandFailed,
    exec_file,
    run,
    run_sync,
    spawn,
)
from tests.support import hosts
from tests.support.loops import Loops

STARTS = 2000
AT_ONCE = 50

CROWD = """
    import asyncio, os, sys, threading
    from child_process import run

    STARTS, AT_ONCE, LOOP = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]

    def state():
        with open("/proc/self/status") as file:
            rss = next(int(l.split()[1]) for l in file if l.startswith("VmRSS"))
        return len(os.listdir("/proc/self/fd")), threading.active_count(), rss

    async def work(numbers, wrong):
        for number in numbers:
            result = await run("sh", ["-c", f"echo {number}; exit {number % 200}"],
                               check=False)
            if (result.stdout, result.code) != (f"{number}\\n", number % 200):
                wrong.append(result)

    async def crowd(starts):
        wrong, numbers = [], iter(range(starts))
        await asyncio.gather(*[work(numbers, wrong) for _ in range(AT_ONCE)])
        return wrong

    async def main():
        wrong = await crowd(200)
        before = state()
        wrong += await crowd(STARTS)
        after = state()
        try:
            os.waitpid(-1, os.WNOHANG)
            zombies = 1
        except ChildProcessError:
            zombies = 0
        print(len(wrong), zombies, *(b - a for a, b in zip(before, after)))

    if LOOP == "uvloop":
        import uvloop
        uvloop.run(main())
    else:
        asyncio.run(main())
"""


def test_two_thousand_starts_50_at_a_time(loops: Loops) -> None:
    """All results right, no zombie, as many descriptors and threads, +5 MiB at most."""
    answer = hosts.said(CROWD, STARTS, AT_ONCE, loops.name)

    wrong, zombies, descriptors, threads, kib = map(int, answer.split())
    assert (0, 0, 0, 0) == (wrong, zombies, descriptors, threads)
    assert kib <= 5 * 1024


async def test_exits_in_the_same_moment_are_all_seen() -> None:
    """300 children that end at once: 300 statuses, none coalesced away."""
    read, write = os.pipe()
    children = [
        spawn(
            "sh",
            ["-c", f"read x; exit {number % 250}"],
            stdio=[read, "ignore", "ignore"],
        )
        for number in range(300)
    ]
    os.close(read)
    assert all(child.pid for child in children)

    os.close(write)
    statuses = await asyncio.gather(*[child.wait() for child in children])

    assert [number % 250 for number in range(300)] == [s.code for s in statuses]


async def test_starts_beside_busy_threads_do_not_lock_up() -> None:
    """60 starts while two threads import, log and allocate: none hangs."""
    over = threading.Event()
    threads = [threading.Thread(target=_busy, args=[over]) for _ in range(2)]
    for thread in threads:
        thread.start()

    results = []
    for _ in range(3):
        results += await asyncio.gather(*[run("echo", ["hi"]) for _ in range(20)])
    over.set()
    for thread in threads:
        thread.join()

    assert ["hi\n"] * 60 == [result.stdout for result in results]


def _busy(over: threading.Event) -> None:
    import importlib
    import logging

    logger = logging.getLogger("busy")
    while not over.is_set():
        importlib.reload(importlib.import_module("colorsys"))
        logger.debug("%s", bytearray(100_000))


async def _a_run_that_is_over() -> None:
    await exec_file("sh", ["-c", "echo a; echo b >&2"])


async def _a_failure() -> None:
    with pytest.raises(CommandFailed):
        await run("sh", ["-c", "exit 3"])


async def _a_start_that_failed() -> None:
    with pytest.raises(FileNotFoundError):
        await run("no-such-program")


async def _a_run_that_was_stopped() -> None:
    with pytest.raises(CommandFailed):
        await run("sleep", ["30"], timeout=0.05)


async def _a_run_that_was_fed() -> None:
    await run("cat", input=[b"x" * 100_000] * 3)


async def _a_block_that_was_left() -> None:
    async with spawn("cat", stdio=["pipe"] * 3) as child:
        assert child.stdout is not None
        child.stdout.on("data", len)
        child.on("exit", lambda *_: None)


async def _a_block_that_was_broken_off() -> None:
    async with spawn("yes") as child:
        assert child.stdout is not None
        await child.stdout.read(10)


async def _a_blocking_failure() -> None:
    with pytest.raises(CommandFailed):
        run_sync("sh", ["-c", "exit 3"])


SCENARIOS = [
    _a_run_that_is_over,
    _a_failure,
    _a_start_that_failed,
    _a_run_that_was_stopped,
    _a_run_that_was_fed,
    _a_block_that_was_left,
    _a_block_that_was_broken_off,
    _a_blocking_failure,
]


@pytest.mark.parametrize(
    "scenario", SCENARIOS, ids=[s.__name__.strip("_") for s in SCENARIOS]
)
async def test_a_child_is_freed_with_its_last_reference(
    scenario: Callable[[], Awaitable[None]],
) -> None:
    """No cycle holds it until the garbage collector comes, and megabytes with it."""
    await scenario()  # what is loaded and cached at first use
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)

    try:
        await scenario()
        gc.collect()
        kinds = {type(one) for one in gc.garbage}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()

    assert set() == {k for k in kinds if k.__module__.startswith("child_process")}


def test_blocking_runs_on_many_threads_are_told_apart() -> None:
    """Eight threads, 25 blocking runs each: everybody gets their own result."""
    results: dict[int, list[str]] = {}

    def work(number: int) -> None:
        results[number] = [run_sync("echo", [f"{number}.{i}"]).text for i in range(25)]

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected = {n: [f"{n}.{i}" for i in range(25)] for n in range(8)}
    assert expected == results


INTERRUPTED = """
    import asyncio, signal, sys
    from child_process import run, run_sync

    ticks = 0
    def tick(*_):
        global ticks
        ticks += 1
    signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)

    async def main():
        results = []
        for _ in range(10):
            results += await asyncio.gather(*[run("echo", ["hi"]) for _ in range(20)])
        return results

    results = asyncio.run(main()) + [run_sync("echo", ["hi"]) for _ in range(50)]
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(sum(result.stdout == "hi\\n" for result in results), ticks > 10)
"""


def test_signals_to_us_do_not_disturb_starts() -> None:
    """A thousand signals a second while 250 programs start: EINTR is never seen."""
    assert "250 True\n" == hosts.said(INTERRUPTED)
