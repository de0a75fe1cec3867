"""`timeout`: the call ends in time, with its tree, and says why."""

import os
import signal
import time

import pytest

from child_process import CommandFailed, TimeoutExceeded, run, spawn
from tests.integration.conftest import Runs
from tests.integration.waiting import lives, state_of, survivors, until
from tests.support import programs

HELD = "sleep 60 & echo hi; wait"


async def test_a_limit_holds_although_a_grandchild_holds_the_pipe(runs: Runs) -> None:
    """The issue's own case: in time, output kept, nobody left.

    0.8 s on an idle machine; the bound here leaves room for a busy one.
    """
    began = time.monotonic()

    with pytest.raises(TimeoutExceeded) as caught:
        await runs("sh", ["-c", HELD], timeout=0.3)

    error = caught.value
    assert 0.3 <= time.monotonic() - began < 2.5
    assert ("timeout", "hi\n", True) == (
        error.result.reason,
        error.stdout,
        error.result.timed_out,
    )
    assert 0.3 == error.seconds


async def test_a_limit_holds_although_the_grandchild_left_the_session(
    runs: Runs,
) -> None:
    """The same with `setsid`: the walk finds it while its parent lives."""
    began = time.monotonic()
    script = "setsid sh -c 'echo $$; exec sleep 60' & wait"

    with pytest.raises(TimeoutExceeded) as caught:
        await runs("sh", ["-c", script], timeout=0.3)

    assert time.monotonic() - began < 2.5
    assert [] == survivors([int(caught.value.result.text)])


async def test_a_stubborn_child_is_killed_after_the_grace(runs: Runs) -> None:
    """SIGTERM ignored: KILL once the grace is over, and the error says both."""
    program, *args = programs.python("ignore_sigterm.py")

    with pytest.raises(TimeoutExceeded) as caught:
        await runs(program, args, timeout=1, teardown=[("SIGTERM", 0.2)])

    result = caught.value.result
    assert ("timeout", "SIGKILL", None) == (result.reason, result.signal, result.code)
    assert "ready\n" == result.stdout
    message = str(caught.value)
    assert "timed out after 1 seconds" in message
    assert "SIGKILL" in message


async def test_a_stubborn_grandchild_is_killed_after_the_grace(runs: Runs) -> None:
    """The root goes at SIGTERM; whoever ignores it is waited for, then killed."""
    program, *args = programs.python("grandchild.py", "stubborn")

    with pytest.raises(TimeoutExceeded) as caught:
        await runs(program, args, timeout=1, teardown=[("SIGTERM", 0.2)])

    assert "SIGTERM" == caught.value.result.signal
    assert [] == survivors([int(caught.value.result.text)])


async def test_a_child_may_say_goodbye(runs: Runs) -> None:
    """What it writes during the grace is kept; its code 0 does not hide the limit."""
    program, *args = programs.python("on_sigterm.py", 0)

    with pytest.raises(TimeoutExceeded) as caught:
        await runs(program, args, timeout=1)

    result = caught.value.result
    assert (0, "ready\nbye\n") == (result.code, result.stdout)
    assert not result.ok


async def test_the_teardown_is_walked_in_order(runs: Runs) -> None:
    """Each signal gets its time; the first that ends the child is the last."""
    script = "trap 'echo INT' INT; trap 'echo HUP; exit 9' HUP; echo; while :; do sleep 0.05; done"
    steps = [("SIGINT", 0.3), ("SIGHUP", 3.0), ("SIGTERM", 3.0)]

    with pytest.raises(TimeoutExceeded) as caught:
        await runs("sh", ["-c", script], timeout=0.3, teardown=steps)

    assert ["", "INT", "HUP"] == caught.value.result.lines()
    assert 9 == caught.value.result.code


async def test_kill_signal_is_what_a_stop_sends_first(runs: Runs) -> None:
    """`kill_signal` takes SIGTERM's place."""
    with pytest.raises(TimeoutExceeded) as caught:
        await runs("sleep", ["30"], timeout=0.1, kill_signal="SIGUSR1")

    assert "SIGUSR1" == caught.value.result.signal


async def test_a_stopped_child_is_ended_too() -> None:
    """One that was suspended is continued, so that SIGTERM reaches it."""
    async with spawn("sleep", ["30"]) as child:
        pid = child.pid
        assert pid is not None
        child.kill("SIGSTOP")
        await until(lambda: state_of(pid) == "T")

        status = await child.stop()

    assert "SIGTERM" == status.signal


async def test_a_child_that_ends_in_time_is_not_touched(runs: Runs) -> None:
    """A limit that was not reached changes nothing."""
    result = await runs("echo", ["hi"], timeout=30)

    assert ("hi\n", None, True) == (result.stdout, result.reason, result.ok)


async def test_check_false_returns_what_was_stopped(runs: Runs) -> None:
    """The same facts, as a result."""
    result = await runs("sleep", ["30"], timeout=0.1, check=False)

    assert ("timeout", "SIGTERM", False) == (result.reason, result.signal, result.ok)


async def test_a_limit_ends_the_wait_for_the_end_of_file(runs: Runs) -> None:
    """With drain=None a holder is waited for, within the limit, and left alone."""
    result = await runs("sh", ["-c", "sleep 30 & echo $!"], drain=None, timeout=0.3)

    pid = int(result.text)
    assert lives(pid)
    assert (True, False) == (result.ok, result.drained)
    os.kill(pid, signal.SIGKILL)


async def test_a_spawned_child_has_its_limit_too() -> None:
    """`spawn(timeout=)` stops the tree; the reason is told, nothing is raised."""
    async with spawn("sh", ["-c", HELD], timeout=0.3) as child:
        status = await child.wait()

    assert ("SIGTERM", "timeout") == (status.signal, child.reason)


async def test_the_first_cause_is_the_reason() -> None:
    """A limit that passes while a stop is under way is not the cause."""
    with pytest.raises(CommandFailed) as caught:
        await run(
            "sh",
            ["-c", "trap '' TERM; yes"],
            max_buffer=10,
            timeout=0.2,
            teardown=[("SIGTERM", 0.4)],
        )

    assert "max_buffer" == caught.value.result.reason
