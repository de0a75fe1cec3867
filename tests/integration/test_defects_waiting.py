"""Defects of Python's process libraries about waiting: that we have none of them.

Each test is named after its number in the project's survey of those libraries.
"""

import os
import signal
import time

import pytest

from child_process import TimeoutExceeded, spawn
from tests.integration.conftest import Runs
from tests.integration.waiting import survivors
from tests.support import programs

BACKGROUND = "sleep 30 & echo $!"


async def test_d01_timeout_holds_although_a_grandchild_holds_the_pipe(
    runs: Runs,
) -> None:
    """A time limit ends the call, the child and its grandchild, and keeps output."""
    began = time.monotonic()

    with pytest.raises(TimeoutExceeded) as caught:
        await runs("sh", ["-c", BACKGROUND + "; wait"], timeout=0.3)

    grandchild = int(caught.value.result.text)
    assert time.monotonic() - began < 3
    assert [] == survivors([grandchild])


async def test_d02_a_child_that_is_gone_is_gone_although_a_grandchild_lives() -> None:
    """`wait` returns at the exit; leaving the block does not wait for the pipe."""
    began = time.monotonic()

    async with spawn("sh", ["-c", BACKGROUND]) as child:
        assert child.stdout is not None
        grandchild = int(await anext(child.stdout.lines()))
        status = await child.wait()
        waited = time.monotonic() - began
    left = time.monotonic() - began

    assert 0 == status.code
    assert waited < 3
    assert left < 6
    assert [grandchild] == survivors([grandchild])
    os.kill(grandchild, signal.SIGKILL)


async def test_d02_a_run_returns_although_a_grandchild_lives(runs: Runs) -> None:
    """A run returns what was written, and says that the pipe is still held."""
    began = time.monotonic()

    result = await runs("sh", ["-c", BACKGROUND])

    os.kill(int(result.text), signal.SIGKILL)
    assert time.monotonic() - began < 3
    assert result.ok
    assert not result.drained


async def test_d12_statuses_are_right_when_signals_come_around_the_exit() -> None:
    """100 children that are signalled about when they exit: 7 or SIGTERM, no guess.

    What is said of a status that somebody else took: test_foreign_children.py.
    """
    statuses = []
    for _ in range(100):
        child = spawn("sh", ["-c", "exit 7"], stdio="ignore")
        child.kill("SIGTERM")
        status = await child.wait()
        child.kill("SIGTERM")
        statuses.append((status.code, status.signal))

    assert {(7, None), (None, "SIGTERM")} >= set(statuses)


@pytest.mark.parametrize("unread", [64 * 1024 + 1, 1024 * 1024])
async def test_d15_leaving_the_block_ends_although_output_is_unread(
    unread: int,
) -> None:
    """A child with more unread output than a pipe holds ends with its block.

    `wait` alone leaves the output where it is, so that the child waits for its
    reader: that is the promise of backpressure, as in Node.
    """
    program, *args = programs.python("write_bytes.py", unread)

    async with spawn(program, args) as child:
        pass

    assert 0 == child.exit_code
    assert child.reason is None


async def test_d15_a_time_limit_holds_although_output_is_unread() -> None:
    """`wait` without a reader is ended by the child's own limit."""
    program, *args = programs.python("write_bytes.py", 1024 * 1024)

    child = spawn(program, args, timeout=0.3)
    status = await child.wait()
    await child.stop()

    assert ("SIGTERM", "timeout") == (status.signal, child.reason)


@pytest.mark.parametrize("paused", [False, True], ids=["never read", "paused"])
async def test_d16_wait_returns_after_kill_although_output_is_unread(
    *, paused: bool
) -> None:
    """A killed process is dead, whatever its pipe still holds."""
    program, *args = programs.python("print_forever.py", "y")

    async with spawn(program, args) as child:
        assert child.stdout is not None
        if paused:
            child.stdout.on("data", lambda _: None)
            child.stdout.pause()
        child.kill("SIGKILL")
        status = await child.wait()

    assert "SIGKILL" == status.signal


async def test_d16_what_was_written_before_the_kill_can_be_read_after_it() -> None:
    """What the pipe holds when its writer dies is not lost."""
    async with spawn("sh", ["-c", "echo last words; kill -9 $$"]) as child:
        assert child.stdout is not None
        status = await child.wait()
        words = await child.stdout.text()

    assert ("SIGKILL", "last words\n") == (status.signal, words)
