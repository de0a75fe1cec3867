"""Whatever is cancelled, at whichever await: nothing is left when it is over.

Cancellations are put in one by one, at the first await that suspends, then at
the second, and so on until none is left to cancel.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from child_process import (
    ChildProcess,
    CommandFailed,
    exec,
    exec_file,
    run,
    spawn,
)
from tests.integration.waiting import until
from tests.support import leaks, programs
from tests.support.injecting import cancelled_at

Scenario = Callable[[], Coroutine[Any, Any, Any]]

GRACE = [("SIGTERM", 0.02)]
STUBBORN = "trap '' TERM; sleep 30 & echo ready; wait; wait"


async def _a_conversation() -> None:
    async with spawn("cat") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"x" * 300_000)
        await child.stdout.read(100)
        await child.stdin.drain()
        child.stdin.end()
        async for _ in child.stdout:
            pass
        await child.wait()
        await child.wait_closed()


async def _a_block_without_a_word() -> None:
    async with spawn("sh", ["-c", "echo hi; sleep 0.01; echo ho >&2"]):
        pass


async def _lines_that_are_left() -> None:
    async with spawn("sh", ["-c", "echo a; echo b >&2; sleep 30"]) as child:
        async for line in child.lines():
            if line.stream == "stderr":
                break


async def _a_stubborn_tree() -> None:
    async with spawn("sh", ["-c", STUBBORN], teardown=GRACE) as child:
        assert child.stdout is not None
        await anext(child.stdout.lines())
        await child.stop()


async def _an_error_in_the_block() -> None:
    async with spawn("sh", ["-c", STUBBORN], teardown=GRACE) as child:
        assert child.stdout is not None
        await anext(child.stdout.lines())
        raise ValueError


async def _a_run() -> None:
    await run("cat", input=b"x" * 300_000)


async def _a_run_past_its_limit() -> None:
    await run("sh", ["-c", STUBBORN], teardown=GRACE, timeout=0.02)


async def _a_run_whose_pipe_is_held() -> None:
    await run("sh", ["-c", "sleep 0.05 & echo hi"], tree="all", drain=1)


async def _a_shell_line() -> None:
    await exec("echo a; sleep 0.01; echo b >&2; exit 3")


async def _numbers() -> AsyncIterator[bytes]:
    for _ in range(3):
        await asyncio.sleep(0)
        yield b"x" * 100_000


async def _a_run_that_is_fed() -> None:
    await exec_file("cat", input=_numbers())


async def _a_failed_start() -> None:
    await run("true", cwd="/nowhere")


SCENARIOS = [
    _a_conversation,
    _a_block_without_a_word,
    _lines_that_are_left,
    _a_stubborn_tree,
    _an_error_in_the_block,
    _a_run,
    _a_run_past_its_limit,
    _a_run_whose_pipe_is_held,
    _a_shell_line,
    _a_run_that_is_fed,
    _a_failed_start,
]
EXPECTED = (asyncio.CancelledError, CommandFailed, ValueError, FileNotFoundError)
MOST = 200
"""Awaits of one scenario: more would be a loop without end."""

each_scenario = pytest.mark.parametrize(
    "scenario", SCENARIOS, ids=[s.__name__.strip("_") for s in SCENARIOS]
)


async def outcome(running: cancelled_at) -> BaseException | None:
    """Return what *running* raised."""
    try:
        await running
    except EXPECTED as error:
        return error
    return None


@each_scenario
async def test_nothing_is_left_by_a_cancellation_at_any_await(
    scenario: Scenario,
) -> None:
    """Cancelled at await 1, 2, 3 …: no process, descriptor or task is left."""
    watch = leaks.Watch("")
    tasks = asyncio.all_tasks()

    for number in range(1, MOST):
        running = cancelled_at(scenario(), number)
        error = await outcome(running)
        if running.steps < number:
            break  # it ended before: there are no more awaits

        assert isinstance(error, asyncio.CancelledError), f"at await {number}"
        await asyncio.sleep(0)  # a cancelled feeder ends on the next turn
        left = watch.leftovers()
        assert not left, f"at await {number}:\n{left}"
        assert tasks == asyncio.all_tasks(), f"at await {number}"
    else:
        pytest.fail(f"more than {MOST} awaits")


@each_scenario
async def test_nothing_is_left_by_two_cancellations(scenario: Scenario) -> None:
    """Cancelled at an await and again at the next: the teardown still completes."""
    watch = leaks.Watch("")

    for number in range(1, MOST):
        running = cancelled_at(scenario(), number, number + 1, number + 2)
        await outcome(running)
        if running.steps < number:
            break

        await asyncio.sleep(0)
        left = watch.leftovers()
        assert not left, f"at await {number}:\n{left}"


async def test_a_cancellation_during_the_grace_is_raised_after_it() -> None:
    """The task is cancelled twice while the child takes its time: one error, later."""
    program, *args = programs.python("ignore_sigterm.py")
    heard: list[str] = []

    async def hold() -> None:
        async with spawn(program, args, teardown=[("SIGTERM", 0.2)]) as child:
            assert child.stdout is not None
            await anext(child.stdout.lines())
            child.on("exit", lambda _, signal: heard.append(signal))
            heard.append("ready")
            await child.wait()

    task = asyncio.create_task(hold())
    await until(lambda: heard)
    task.cancel()
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ["ready", "SIGKILL"] == heard


async def test_breaking_off_ends_the_child_with_its_block() -> None:
    """`break` out of `async for`: the endless writer is gone when the block is."""
    async with spawn("yes") as child:
        assert child.stdout is not None
        async for line in child.stdout.lines():
            assert "y" == line
            break

    assert "SIGTERM" == child.signal_code
    assert "left" == child.reason
    assert child.stdout.closed


async def test_raising_ends_the_child_with_its_block() -> None:
    """An exception in the middle of `async for` flies on, after the child's end."""
    children: list[ChildProcess] = []

    async def divide() -> None:
        async with spawn("yes") as child:
            children.append(child)
            assert child.stdout is not None
            async for _ in child.stdout:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await divide()

    (child,) = children
    assert "SIGTERM" == child.signal_code
    assert "error" == child.reason


async def test_a_group_that_fails_ends_every_child() -> None:
    """One of several in a TaskGroup fails: the others' children end before the group."""
    children = []

    async def hold() -> None:
        async with spawn("sleep", ["30"]) as child:
            children.append(child)
            await child.wait()

    async def fail() -> None:
        await until(lambda: len(children) == 3)
        await run("false")

    async def all_at_once() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(hold())
            group.create_task(fail())

    with pytest.raises(ExceptionGroup) as caught:
        await all_at_once()

    assert [CommandFailed] == [type(error) for error in caught.value.exceptions]
    assert ["SIGTERM"] * 3 == [child.signal_code for child in children]


async def test_a_task_that_was_cancelled_before_it_began_starts_nothing() -> None:
    """No child comes to be by a task that never ran."""
    task = asyncio.create_task(_a_run())
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
