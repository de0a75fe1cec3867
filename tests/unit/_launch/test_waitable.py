import os
import signal
from collections.abc import Callable
from typing import NoReturn

import pytest

from child_process._launch import exit_fd as exit_fd_module
from child_process._launch.handle import PosixHandle
from child_process._values.plan import LaunchPlan
from child_process._values.status import ExitStatus
from child_process.errors import ExitStatusLost
from tests.support import samples, waiting

SLEEP = samples.plan("/bin/sleep", "60")
TRUE = samples.plan("/bin/true")
KILLED = ExitStatus(signal="SIGKILL", signal_number=9)


def nobody(handle: PosixHandle, done: Callable[[], None]) -> NoReturn:
    """Refuse to start on another thread."""
    raise AssertionError


def started(plan: LaunchPlan) -> PosixHandle:
    """Return the handle of *plan*, started here."""
    handle = PosixHandle(plan, nobody)
    handle.wait_started()
    return handle


@pytest.fixture(params=["pidfd", "thread"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How an exit is seen: what the system has, and what is left without it."""
    if request.param == "thread":
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    return str(request.param)


def test_a_life_from_start_to_reaping(way: str) -> None:
    """It runs, gets a signal, ends, tells how as often as asked, and is reaped."""
    handle = started(SLEEP)
    running = (handle.error, handle.poll(), handle.send_signal(0))

    sent = handle.send_signal(signal.SIGKILL)
    seen = waiting.readable(handle.exit_fd)
    told = [handle.poll(), handle.poll()]
    ended = handle.send_signal(0)
    handle.reap()
    handle.reap()

    assert (None, None, True) == running
    assert seen
    assert [KILLED, KILLED] == told
    assert KILLED == handle.poll()
    assert not ended
    assert not handle.send_signal(signal.SIGKILL)
    assert handle.usage is not None
    assert -1 == handle.exit_fd
    assert isinstance(sent, bool)


def test_a_number_stays_taken_until_the_reaping(way: str) -> None:
    """Until then a group of that number cannot be a stranger's."""
    handle = started(TRUE)
    assert handle.pid is not None
    waiting.readable(handle.exit_fd)

    handle.poll()
    taken = os.waitid(os.P_PID, handle.pid, os.WEXITED | os.WNOWAIT)
    handle.reap()

    assert taken is not None
    with pytest.raises(ChildProcessError):
        os.waitpid(handle.pid, 0)


def test_nothing_is_reaped_that_runs(way: str) -> None:
    """`reap` of a running process does nothing."""
    handle = started(SLEEP)

    handle.reap()
    runs = handle.send_signal(signal.SIGKILL) or handle.poll() is not None
    waiting.readable(handle.exit_fd)
    handle.reap()

    assert runs
    assert KILLED == handle.poll()


def test_a_lost_status_is_an_error_and_an_end(way: str) -> None:
    """Something else took the status: that it ended is known all the same."""
    handle = started(TRUE)
    assert handle.pid is not None
    os.waitpid(handle.pid, 0)
    seen = waiting.readable(handle.exit_fd)

    with pytest.raises(ExitStatusLost) as caught:
        handle.poll()
    quietly = handle.poll_quietly()
    handle.reap()

    assert seen
    assert handle.pid == caught.value.pid
    assert ExitStatus() == quietly
    assert not handle.send_signal(0)
    assert handle.usage is None


def test_a_status_may_be_lost_after_it_was_seen() -> None:
    """Then only the usage is unknown."""
    handle = started(TRUE)
    assert handle.pid is not None
    waiting.readable(handle.exit_fd)
    handle.poll()

    os.waitpid(handle.pid, 0)
    handle.reap()

    assert ExitStatus(code=0) == handle.poll()
    assert handle.usage is None


@pytest.mark.parametrize("signal_number", [0, signal.SIGKILL])
def test_a_system_that_cannot_look_without_taking(
    monkeypatch: pytest.MonkeyPatch, signal_number: int
) -> None:
    """MacOS before Python 3.13: the status and the usage come from the thread."""
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    monkeypatch.delattr(os, "waitid")
    handle = started(SLEEP if signal_number else TRUE)

    before = handle.poll() if signal_number else None
    handle.send_signal(signal_number)
    seen = waiting.readable(handle.exit_fd)
    status = handle.poll()
    handle.reap()

    assert before is None
    assert seen
    assert (KILLED if signal_number else ExitStatus(code=0)) == status
    assert handle.usage is not None


def test_a_status_that_the_thread_did_not_get_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody else was quicker than the thread."""
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    monkeypatch.delattr(os, "waitid")
    handle = started(TRUE)
    waiting.readable(handle.exit_fd)
    exit_fd_module.taken(handle.pid or 0)

    with pytest.raises(ExitStatusLost):
        handle.poll()
    handle.reap()

    assert handle.usage is None
