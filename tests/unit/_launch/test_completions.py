import asyncio
import gc
import os
from functools import partial

from child_process._launch import at_exit
from child_process._launch._spawn import Inbox, Start
from child_process._launch.completions import Completions
from child_process._launch.native import NativeHandle
from tests.support import leaks, samples, waiting
from tests.support.loops import Loops

TRUE = samples.plan("/bin/true")


def start() -> Start:
    """Return the start of a program that ends at once."""
    return Start(b"/bin/true", ("true",), {}, {}, 0)


async def test_a_loop_hears_of_what_it_began() -> None:
    """Each once, on the loop's own thread; two may be started at the same time."""
    loop = asyncio.get_running_loop()
    handles = [NativeHandle(TRUE) for _ in range(20)]
    told: list[int] = []

    for handle in handles:
        handle.start_soon(loop, partial(lambda one: told.append(one.pid or 0), handle))
    await waiting.until(lambda: len(told) == len(handles))
    for handle in handles:
        waiting.readable(handle.exit_fd)
        handle.reap()

    assert sorted(handle.pid or 0 for handle in handles) == sorted(told)
    assert Completions.of(loop) is Completions.of(loop)


def test_one_loop_after_the_other_takes_one_descriptor(loops: Loops) -> None:
    """What a loop was told by is kept for the next one."""

    async def once() -> None:
        handle, told = NativeHandle(TRUE), asyncio.Event()
        handle.start_soon(asyncio.get_running_loop(), told.set)
        await told.wait()
        waiting.readable(handle.exit_fd)
        handle.reap()

    before = leaks.descriptors()
    for _ in range(3):
        loops.run(once)
    gc.collect()

    assert before == leaks.descriptors()


def test_what_a_closed_loop_began_is_reaped(loops: Loops) -> None:
    """Nobody is told; the process does not stay as a zombie."""
    loop = loops.new()
    told: list[str] = []
    handle = NativeHandle(TRUE)

    handle.start_soon(loop, lambda: told.append("told"))
    loop.close()
    reaped = waiting.becomes_true(lambda: handle.usage is not None)
    at_exit.let_go(handle)

    assert reaped
    assert [] == told


def test_a_start_is_told_of_by_what_ran_it() -> None:
    """Run here because there was no thread: the inbox has it all the same."""
    inbox = Inbox()
    one = start()
    one.submit(inbox, 7)
    one.run()

    seen = waiting.readable(inbox.fileno())
    tickets = [inbox.take(), inbox.take()]
    outcome = one.outcome()

    assert seen
    assert [[7], []] == tickets
    assert outcome is not None
    os.waitpid(outcome[0], 0)
