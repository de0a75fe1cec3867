"""`timeout` and `kill_signal`: who is ended how, and what says so."""

import sys
import time
from typing import Any

import pytest

from child_process import (
    AbortController,
    OptionError,
    TimeoutExceeded,
    exec,
    exec_file,
    spawn,
    spawn_sync,
)
from tests.conformance.children import code, record, runs
from tests.support import programs

SOON = 0.3
"""Seconds in which a child surely gets to the point, and a test may wait."""


@pytest.mark.node_test("exec-timeout-expire")
async def test_exec_that_takes_too_long_is_ended() -> None:
    """The error says by which signal, that we did it, and what was run."""
    with pytest.raises(TimeoutExceeded) as caught:
        await exec("sleep 60", timeout=SOON)

    error = caught.value
    assert (True, None, "SIGTERM") == (error.killed, error.result.code, error.signal)
    assert ("ETIMEDOUT", "timeout") == (error.code, error.result.reason)
    assert ("sleep 60", "", "") == (error.cmd, error.stdout, error.stderr)


@pytest.mark.node_test("exec-timeout-kill")
@pytest.mark.parametrize("name", ["SIGKILL", "sigint", 10], ids=str)
async def test_exec_is_ended_by_its_kill_signal(name: Any) -> None:
    """`kill_signal` is what a time limit sends."""
    names = {"SIGKILL": "SIGKILL", "sigint": "SIGINT", 10: "SIGUSR1"}

    with pytest.raises(TimeoutExceeded) as caught:
        await exec("exec sleep 60", timeout=SOON, kill_signal=name)

    assert (True, names[name]) == (caught.value.killed, caught.value.signal)


@pytest.mark.node_test("exec-timeout-not-expired")
@pytest.mark.parametrize(
    "timeout",
    [
        pytest.param(30, id="ample"),
        pytest.param(2**30 / 1000, id="2**30 ms"),
        pytest.param(1e12, id="31,000 years"),
        pytest.param(0, id="none"),
    ],
)
async def test_a_limit_that_is_not_reached_does_nothing(timeout: float) -> None:
    """The command ends by itself."""
    result = await exec("echo hi", timeout=timeout)

    assert ("hi\n", None) == (result.stdout, result.reason)


@pytest.mark.node_test("exec-timeout-expire")
async def test_what_was_said_before_the_limit_is_kept() -> None:
    """The error holds the output up to then."""
    with pytest.raises(TimeoutExceeded) as caught:
        await exec("echo out; echo err >&2; sleep 60", timeout=SOON)

    assert ("out\n", "err\n") == (caught.value.stdout, caught.value.stderr)


@pytest.mark.node_test("spawn-timeout-kill-signal")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, "SIGTERM", id="default"),
        pytest.param({"kill_signal": "SIGKILL"}, "SIGKILL", id="given"),
    ],
)
async def test_spawn_that_takes_too_long_is_ended(
    options: dict[str, Any], expected: str
) -> None:
    """There is no "error": exit and close tell the signal."""
    child = spawn("sleep", ["60"], timeout=SOON, **options)
    told = record(child)

    await child.wait_closed()

    assert [("spawn",), ("exit", None, expected), ("close", None, expected)] == told
    assert "timeout" == child.reason


@pytest.mark.node_test("spawn-timeout-kill-signal")
@pytest.mark.parametrize("timeout", [-1, "badValue", {}, [], True])
async def test_a_wrong_limit_is_refused(timeout: Any) -> None:
    """It is told at the call."""
    with pytest.raises(OptionError) as caught:
        spawn("true", timeout=timeout)

    assert "timeout" == caught.value.option


@pytest.mark.node_test("spawn-timeout-kill-signal")
async def test_a_limit_and_a_signal_leave_no_listener() -> None:
    """Once a time limit ended the child, nothing waits for the abort."""
    controller = AbortController()
    child = spawn("sleep", ["60"], timeout=SOON, signal=controller.signal)

    during = controller.signal.listener_count
    await child.wait_closed()

    assert (1, 0) == (during, controller.signal.listener_count)


@pytest.mark.node_test("spawnsync-timeout", "sequential/execsync")
def test_spawn_sync_that_takes_too_long_returns_the_error() -> None:
    """`error` is ETIMEDOUT, `signal` how it ended, `status` None."""
    result = spawn_sync("sleep", ["60"], timeout=SOON)

    assert isinstance(result.error, TimeoutExceeded)
    assert ("ETIMEDOUT", None, "SIGTERM") == (
        result.error.code,
        result.status,
        result.signal,
    )


@pytest.mark.node_test("spawnsync-timeout")
def test_spawn_sync_within_its_limit_is_no_error() -> None:
    """A long limit costs nothing."""
    began = time.monotonic()

    result = spawn_sync("true", timeout=2**31)

    assert (None, 0, None) == (result.error, result.status, result.signal)
    assert time.monotonic() - began < 10


@pytest.mark.node_test("spawnsync-timeout")
def test_a_child_that_answers_the_signal_with_a_code_has_both() -> None:
    """The status is the child's own; the error says what happened."""
    file, *args = programs.python("on_sigterm.py", 129)

    result = spawn_sync(file, args, timeout=2 * SOON, encoding="utf-8")

    assert isinstance(result.error, TimeoutExceeded)
    assert (129, None, "ready\nbye\n") == (result.status, result.signal, result.stdout)


@pytest.mark.node_test("spawnsync-kill-signal")
@pytest.mark.parametrize(
    ("kill_signal", "expected"),
    [
        pytest.param(None, "SIGTERM", id="default"),
        pytest.param("SIGKILL", "SIGKILL", id="name"),
        pytest.param("sigkill", "SIGKILL", id="small name"),
        pytest.param(9, "SIGKILL", id="number"),
    ],
)
def test_spawn_sync_ends_by_its_kill_signal(kill_signal: Any, expected: str) -> None:
    """In all its forms."""
    given = {} if kill_signal is None else {"kill_signal": kill_signal}

    result = spawn_sync("sleep", ["60"], timeout=SOON, **given)

    assert (expected, None) == (result.signal, result.status)


@pytest.mark.node_test("spawnsync-kill-signal")
@pytest.mark.parametrize("kill_signal", ["SIGNOPE", 0, 999])
def test_spawn_sync_refuses_an_unknown_kill_signal(kill_signal: Any) -> None:
    """Before anything starts, and although it may never be sent."""
    with pytest.raises(OptionError) as caught:
        spawn_sync("true", kill_signal=kill_signal)

    assert "ERR_UNKNOWN_SIGNAL" == caught.value.code


@pytest.mark.node_test("exec-timeout-kill", "spawn-timeout-kill-signal")
async def test_a_limit_ends_what_the_shell_started_too() -> None:
    """Node ends the shell only: here nothing of the tree stays."""
    source = (
        "import os; os.fork(); os.write(1, b'%d\\n' % os.getpid())\nwhile True: pass"
    )

    with pytest.raises(TimeoutExceeded) as caught:
        await exec_file(sys.executable, code(source), timeout=2 * SOON)

    pids = [int(line) for line in (caught.value.stdout or "").split()]
    assert 2 == len(pids)
    assert [] == [pid for pid in pids if runs(pid)]
