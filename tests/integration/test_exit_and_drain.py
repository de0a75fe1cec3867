"""The exit of a process is one thing, the end of its output another."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from child_process import ExitStatus, run, spawn
from tests.integration.conftest import Runs
from tests.integration.waiting import lives, survivors, until
from tests.support import programs

HOLDER = ["-c", "sleep 30 & echo $!"]


@contextmanager
def ended(pid: int) -> Iterator[None]:
    """End *pid*, which was left alive on purpose, in the end."""
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)


async def test_wait_returns_at_the_exit_although_the_pipe_is_held() -> None:
    """`wait` is about the process: 50 ms when idle, against a holder of 30 s."""
    child = spawn("sh", HOLDER)
    assert child.stdout is not None
    pid = int(await anext(child.stdout.lines()))
    began = time.monotonic()

    with ended(pid):
        status = await child.wait()
        waited = time.monotonic() - began
        closed = child.stdout.closed

    await child.wait_closed()
    assert ExitStatus(code=0) == status
    assert waited < 0.5
    assert not closed


async def test_close_waits_for_whoever_holds_the_pipe() -> None:
    """`close` comes when the grandchild has ended, and not before; `exit` does not."""
    heard: list[str] = []
    child = spawn("sh", HOLDER)
    assert child.stdout is not None
    child.on("exit", lambda *_: heard.append("exit"))
    child.on("close", lambda *_: heard.append("close"))
    pid = int(await anext(child.stdout.lines()))

    with ended(pid):
        await child.wait()
        before = [*heard]
    await child.wait_closed()

    assert ["exit"] == before
    assert ["exit", "close"] == heard


async def test_a_run_returns_soon_after_the_exit(runs: Runs) -> None:
    """The output is complete; that the pipe is still held is said, not waited for."""
    began = time.monotonic()

    result = await runs("sh", ["-c", "sleep 60 & echo $!; echo hi"])

    pid, hi = result.lines()
    with ended(int(pid)):
        assert time.monotonic() - began < 2.5
        assert ("hi", False, True) == (hi, result.drained, result.ok)
        assert lives(int(pid))


async def test_output_that_keeps_coming_is_read_after_the_exit(runs: Runs) -> None:
    """A background writer is read on as long as it says something in time."""
    writer = "for i in 1 2 3 4 5 6; do sleep 0.1; echo $i; done"

    result = await runs("sh", ["-c", f"({writer}) & echo 0"], drain=1)

    assert list("0123456") == result.lines()
    assert result.drained


async def test_silence_ends_the_reading(runs: Runs) -> None:
    """What comes after `drain` seconds of silence is not waited for."""
    script = "(echo soon; exec sleep 30) & echo $!"

    result = await runs("sh", ["-c", script], drain=0.2)

    pid, soon = sorted(result.lines())
    with ended(int(pid)):
        assert ("soon", False) == (soon, result.drained)


async def test_no_drain_at_all_still_reads_what_is_there(runs: Runs) -> None:
    """drain=0 loses nothing that was written before the exit."""
    result = await runs("head", ["-c", "300000", "/dev/zero"], drain=0, encoding=None)

    assert bytes(300_000) == result.stdout


async def test_drain_none_waits_for_the_end_of_file(runs: Runs) -> None:
    """As Node does: what a grandchild says after half a second is in the result."""
    result = await runs("sh", ["-c", "(sleep 0.5; echo late) & echo soon"], drain=None)

    assert ["soon", "late"] == result.lines()
    assert result.drained


async def test_a_closed_stdout_is_an_end_before_the_exit() -> None:
    """A child that closes its output and lives: the end now, the exit later."""
    program, *args = programs.python("close_outputs.py", 0.5)
    heard: list[str] = []
    child = spawn(program, args)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.on("data", print).on("end", lambda: heard.append("stdout"))
    child.stderr.on("data", print).on("end", lambda: heard.append("stderr"))
    child.on("exit", lambda *_: heard.append("exit"))
    child.on("close", lambda *_: heard.append("close"))

    await child.wait_closed()

    assert {"stdout", "stderr"} == set(heard[:2])
    assert ["exit", "close"] == heard[2:]


async def test_everybody_who_waits_is_told_the_same() -> None:
    """100 tasks wait for one child and get one status; so do 100 for one run."""
    child = spawn("sh", ["-c", "exit 3"])
    running = run("sh", ["-c", "echo hi"])

    statuses = await asyncio.gather(*[child.wait() for _ in range(100)])
    result = await running
    again = await asyncio.gather(*[child.wait_closed() for _ in range(100)])

    assert {ExitStatus(code=3)} == {*statuses, *again}
    assert "hi" == result.text


async def test_cancelling_one_who_waits_leaves_the_others_waiting() -> None:
    """`wait` is only waiting: its cancellation ends neither child nor others."""
    async with spawn("cat") as child:
        first = asyncio.create_task(child.wait())
        other = asyncio.create_task(child.wait())
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert child.stdin is not None
        child.stdin.end()
        status = await other

    assert 0 == status.code


# ------------------------------------------------------------- whose tree


async def test_a_daemon_is_left_alone(runs: Runs) -> None:
    """What a command that ended by itself left on purpose lives on."""
    program, *args = programs.python("daemon.py", 30)

    result = await runs(program, args)

    pid = int(result.text)
    with ended(pid):
        assert result.ok
        assert result.drained
        assert lives(pid)


async def test_tree_all_ends_what_was_left_behind(runs: Runs) -> None:
    """With tree="all" nobody of the group outlives the command."""
    result = await runs("sh", HOLDER, tree="all")

    assert result.ok
    assert [] == survivors([int(result.text)])


async def test_tree_all_ends_what_a_spawned_child_left_behind() -> None:
    """The same for `spawn`: gone when the block is."""
    async with spawn("sh", HOLDER, tree="all") as child:
        assert child.stdout is not None
        pid = int(await anext(child.stdout.lines()))

    assert [] == survivors([pid])


async def test_tree_false_stops_the_one_process(runs: Runs) -> None:
    """As Node does: the limit ends the child, and its child lives on."""
    result = await runs(
        "sh", ["-c", "sleep 30 & echo $!; wait"], tree=False, timeout=0.3, check=False
    )

    pid = int(result.text)
    with ended(pid):
        assert ("timeout", "SIGTERM") == (result.reason, result.signal)
        assert lives(pid)


async def test_kill_reaches_the_one_process() -> None:
    """`kill` is Node's: the child alone; `stop` is for the tree."""
    child = spawn("sh", ["-c", "sleep 30 & echo $!; wait"])
    assert child.stdout is not None
    pid = int(await anext(child.stdout.lines()))

    sent = child.kill()
    status = await child.wait()

    with ended(pid):
        assert (True, "SIGTERM") == (sent, status.signal)
        assert lives(pid)
    await child.wait_closed()


async def test_stop_ends_what_forks_while_it_is_stopped() -> None:
    """A tree that goes on forking, each away from its parent, is ended all the same."""
    program, *args = programs.python("fork_forever.py")

    async with spawn(program, args) as child:
        assert child.stdout is not None
        await anext(child.stdout.lines())
        group = child.pid
        assert group is not None
        await child.stop()

    await until(lambda: not _members(group))


def _members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
