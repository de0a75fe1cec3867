import asyncio
import os
import signal

import pytest

from child_process import ExitStatus, spawn
from child_process.errors import OptionTypeError, SpawnError, UnknownSignal

KILLED = ExitStatus(signal="SIGKILL", signal_number=9)


async def test_the_pid_is_there_as_soon_as_it_is_asked_for() -> None:
    """Read before the start is complete, it waits for it."""
    child = spawn("sleep", ["60"], stdio="ignore")

    pid = child.pid
    os.kill(pid or 0, 0)
    child.kill("SIGKILL")

    assert KILLED == await child.wait()
    assert pid == child.pid


@pytest.mark.parametrize("name", ["SIGKILL", "sigkill", 9, signal.SIGKILL])
async def test_killing_sends_a_signal(name: str | int) -> None:
    """By name or number; `killed` says that it was sent."""
    child = spawn("sleep", ["60"], stdio="ignore")

    asked = child.kill(0)
    sent = child.kill(name)
    status = await child.wait()
    late = child.kill()

    assert (True, True, False) == (asked, sent, late)
    assert KILLED == status
    assert child.killed


async def test_an_unknown_signal_is_refused() -> None:
    """And nothing is sent."""
    async with spawn("cat") as child:
        with pytest.raises(UnknownSignal):
            child.kill("SIGNOPE")
        with pytest.raises(OptionTypeError):
            child.kill(None)  # type: ignore[arg-type]  # wrong on purpose

    assert child.exit_code == 0
    assert not child.killed


async def test_stopping_waits_for_the_end() -> None:
    """With the child's own teardown, or with one of its own; the reason is kept."""
    one = spawn("sleep", ["60"], stdio="ignore")
    other = spawn("sleep", ["60"], stdio="ignore")

    first = await one.stop()
    second = await other.stop([("SIGINT", 5)], reason="no longer needed")
    again = await other.stop(reason="again")

    assert ("SIGTERM", "stopped") == (first.signal, one.reason)
    assert ("SIGINT", "no longer needed") == (second.signal, other.reason)
    assert second == again


async def test_stopping_what_has_ended_gives_its_status() -> None:
    """There is nothing to stop, and no reason."""
    child = spawn("true", stdio="ignore")
    await child.wait()

    status = await child.stop()

    assert status.ok
    assert child.reason is None


async def test_stopping_what_was_never_started_raises() -> None:
    """As every awaiting call does."""
    child = spawn("no-such-program")

    with pytest.raises(SpawnError):
        await child.stop()


async def test_a_wait_may_be_repeated_and_shared() -> None:
    """By many at once, before and after the end."""
    child = spawn("true", stdio="ignore")

    many = await asyncio.gather(*[child.wait() for _ in range(3)])
    late = await child.wait()

    assert [late] * 3 == many


async def test_a_block_ends_its_child() -> None:
    """A normal end closes stdin and waits; the usage is known then."""
    async with spawn("cat") as child:
        before = child.usage

    assert before is None
    assert 0 == child.exit_code
    assert child.usage is not None


async def test_a_block_raises_a_failed_start() -> None:
    """On entry: the body is not run."""
    with pytest.raises(FileNotFoundError):
        async with spawn("no-such-program"):
            pytest.fail("the body ran")


async def test_a_block_that_raises_stops_its_child() -> None:
    """The exception goes on once it has ended."""
    child = spawn("sleep", ["60"])

    with pytest.raises(ZeroDivisionError):
        async with child:
            _ = 1 / 0

    assert "SIGTERM" == child.signal_code
    assert "error" == child.reason


async def test_a_block_that_leaves_off_reading_stops_its_child() -> None:
    """Nobody will read the rest."""
    async with spawn("sh", ["-c", "echo a; exec sleep 60"]) as child:
        assert child.stdout is not None
        first = await anext(child.stdout)

    assert b"a\n" == first
    assert "left" == child.reason


async def test_lines_come_from_both_streams() -> None:
    """With the name of each."""
    async with spawn("sh", ["-c", "echo a; echo b >&2"]) as child:
        lines = [(line.stream, line.text) async for line in child.lines()]

    assert [("stderr", "b"), ("stdout", "a")] == sorted(lines)


async def test_letting_go_can_be_taken_back() -> None:
    """Both answer the child itself."""
    async with spawn("cat") as child:
        assert child is child.unref()
        assert child is child.ref()

    assert child is child.ref()
