"""Defects of Python's process libraries about ending: that we have none of them.

Each test is named after its number in the project's survey of those libraries.
"""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from child_process import (
    ChildProcess,
    TimeoutExceeded,
    exec,
    exec_file,
    run,
    run_command,
    run_sync,
    spawn,
)
from tests.integration.conftest import Runs
from tests.integration.waiting import lives, survivors, until, until_sync
from tests.support import hosts, programs
from tests.support.loops import Loops

# ------------------------------------------------- d05: the parent is killed

KILLED_WITH_CHILDREN = """
    import asyncio
    from child_process import spawn

    async def main():
        first, second = spawn("cat"), spawn("cat")
        print(first.pid, second.pid, flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
"""


def test_d05_children_see_the_end_of_their_stdin_when_the_parent_is_killed() -> None:
    """No child holds another one's stdin, so SIGKILL of the parent ends filters.

    That every child goes with a killed parent needs a guardian, which comes
    later; those that read from us go by themselves already.
    """
    host = hosts.start(KILLED_WITH_CHILDREN)
    assert host.stdout is not None
    pids = [int(word) for word in host.stdout.readline().split()]

    host.kill()
    hosts.finish(host)

    assert 2 == len(pids)
    assert until_sync(lambda: not survivors(pids))


ENDINGS = {
    "returns": "return",
    "raises": "raise ValueError('on purpose')",
    "exits": "sys.exit(3)",
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_d05_children_end_when_the_parent_ends_by_itself(ending: str) -> None:
    """However the interpreter comes to its end, no child is left."""
    code = f"""
        import asyncio, sys
        from child_process import spawn

        async def main():
            children = [spawn("sleep", ["30"], stdio="ignore") for _ in range(3)]
            print(*(child.pid for child in children))
            {ending}

        asyncio.run(main())
    """

    ended = hosts.run(code)

    pids = [int(word) for word in ended.out.split()]
    assert 3 == len(pids)
    assert [] == survivors(pids)


# ------------------------------------------------------- d07: cancellation

SLEEP = "sleep 30 & echo $!; wait"
Waiting = Callable[[list[ChildProcess]], Awaitable[Any]]


async def _in_a_block(started: list[ChildProcess]) -> None:
    async with spawn("sleep", ["30"]) as child:
        started.append(child)
        await child.wait()


async def _awaited(
    verb: Callable[..., ChildProcess], args: tuple[Any, ...], started: list[Any]
) -> None:
    child: Any = verb(*args)
    started.append(child)
    await child


WAYS: dict[str, Waiting] = {
    "spawn": _in_a_block,
    "exec": partial(_awaited, exec, (SLEEP,)),
    "exec_file": partial(_awaited, exec_file, ("sleep", ["30"])),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("how", ["cancel", "wait_for", "timeout", "group"])
async def test_d07_a_child_has_ended_when_its_cancelled_task_has(
    way: Waiting, how: str
) -> None:
    """Whoever cancels, and whichever way: the child is gone before the await is."""
    started: list[ChildProcess] = []
    task: Awaitable[Any] = asyncio.ensure_future(way(started))
    await until(lambda: started and started[0].pid)

    with pytest.raises((TimeoutError, asyncio.CancelledError, ExceptionGroup)):
        await _cancelled(task, how)

    child = started[0]
    assert child.pid is not None
    assert not lives(child.pid)
    assert "SIGTERM" == child.signal_code
    assert "cancelled" == child.reason


async def _cancelled(task: Awaitable[Any], how: str) -> None:
    if how == "cancel":
        assert isinstance(task, asyncio.Task)
        task.cancel()
        await task
    elif how == "wait_for":
        await asyncio.wait_for(task, 0.05)
    elif how == "timeout":
        async with asyncio.timeout(0.05):
            await task
    else:
        async with asyncio.TaskGroup() as group:
            group.create_task(_wait_for(task))
            group.create_task(_fail_soon())


async def _wait_for(task: Awaitable[Any]) -> None:
    await task


async def _fail_soon() -> None:
    await asyncio.sleep(0.02)
    raise ValueError


@pytest.mark.parametrize("verb", [run, run_command])
async def test_d07_a_cancelled_run_leaves_nothing(
    verb: Callable[..., Awaitable[Any]],
) -> None:
    """`run` returns no child to look at: the suite's leak check looks for it."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(verb("sh", ["-c", SLEEP]), 0.1)


# --------------------------------------------------------------- d13: pools


async def test_d13_a_stopped_task_takes_its_own_processes_and_no_others() -> None:
    """One of several that run at once is stopped with its tree; the rest go on.

    Pools come later; what they are made of is this.
    """
    tree = run("sh", ["-c", SLEEP], timeout=0.3)
    others = [run("sh", ["-c", "sleep 0.5; echo fine"]) for _ in range(3)]

    stopped, *fine = await asyncio.gather(tree, *others, return_exceptions=True)

    assert isinstance(stopped, TimeoutExceeded)
    assert [] == survivors([int(stopped.result.text)])
    assert ["fine\n"] * 3 == [getattr(result, "stdout", result) for result in fine]


# ------------------------------------------------------------- d20: the tree

FOUND = ["plain", "nohup", "setsid"]


async def test_d20_a_stop_ends_every_descendant_that_can_be_found(runs: Runs) -> None:
    """Plain, nohup and setsid descendants go with the one who is stopped.

    A daemon, whose parent ended before, is no descendant any more: finding it
    needs a subreaper or a control group, which come later.
    """
    program, *args = programs.python("four_ways_out.py", *FOUND)

    with pytest.raises(TimeoutExceeded) as caught:
        await runs(program, args, timeout=1)

    pids = [int(word) for word in caught.value.result.text.split()]
    assert len(FOUND) == len(pids)
    assert [] == survivors(pids)


async def test_d20_a_stop_ends_a_daemon_that_stayed_in_the_group(runs: Runs) -> None:
    """One whose parent ended is found as long as it did not leave the group."""
    script = "(sleep 30 & echo $!); sleep 30"

    with pytest.raises(TimeoutExceeded) as caught:
        await runs("sh", ["-c", script], timeout=0.5)

    assert [] == survivors([int(caught.value.result.text)])


# --------------------------------------------------- d21: the thread's death


THREAD_ENDS = """
    import asyncio, sys, threading
    from child_process import spawn

    children = []

    async def start():
        child = spawn("sleep", ["30"], stdio="ignore")
        children.append(child)
        began = asyncio.Event()
        child.on("spawn", began.set)
        await began.wait()

    thread = threading.Thread(target=asyncio.run, args=[start()])
    thread.start()
    thread.join()
    print(children[0].pid, children[0].kill(0), flush=True)
    sys.stdin.read()
"""


def test_d21_a_child_outlives_the_thread_that_started_it() -> None:
    """A child of a loop on a thread that has ended lives on, until we end.

    Dying with the parent (`die_with_parent`) comes later; whatever does it
    must pass this.
    """
    host = hosts.start(THREAD_ENDS, stdin=subprocess.PIPE)
    assert host.stdout is not None
    pid, there = host.stdout.readline().split()
    lived = lives(int(pid))

    ended = hosts.finish(host)

    assert ("True", True) == (there, lived)
    assert hosts.Ended(0, "", "") == ended
    assert not lives(int(pid))


def test_d21_a_blocking_run_on_a_thread_is_a_run(loops: Loops) -> None:
    """`run_sync` on threads that end leaves other children alone."""

    async def main() -> list[str]:
        async with spawn("cat") as child:
            calls = [asyncio.to_thread(run_sync, "echo", [str(i)]) for i in range(8)]
            results = await asyncio.gather(*calls)
            assert child.pid is not None
            assert lives(child.pid)
        return [result.text for result in results]

    assert [str(i) for i in range(8)] == loops.run(main)
