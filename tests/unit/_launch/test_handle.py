import errno
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from child_process._launch import handle as module
from child_process._launch import posix_spawn
from child_process._launch.handle import PosixHandle
from child_process._values.plan import LaunchPlan
from child_process.errors import SpawnError
from tests.support import leaks, samples, waiting

SLEEP = samples.plan("/bin/sleep", "60")
TRUE = samples.plan("/bin/true")


def nobody(handle: PosixHandle, done: Callable[[], None]) -> NoReturn:
    """Refuse to start on another thread."""
    raise AssertionError


def started(plan: LaunchPlan) -> PosixHandle:
    """Return the handle of *plan*, started here."""
    handle = PosixHandle(plan, nobody)
    handle.wait_started()
    return handle


def test_whatever_goes_wrong_is_a_failed_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The launcher's thread lives on after a fault of ours."""

    def fail(*args: Any) -> NoReturn:
        message = "a fault"
        raise RuntimeError(message)

    monkeypatch.setattr(posix_spawn, "start", fail)
    handle = started(TRUE)

    assert handle.error is not None
    assert "a fault" in handle.error.detail


def test_a_name_is_looked_up_by_whoever_starts_it() -> None:
    """In the PATH of the plan, and not before."""
    handle = PosixHandle(samples.plan("true"), nobody)
    named = handle.plan.program
    handle.wait_started()

    assert ("true", None) == (named, handle.error)
    assert handle.plan.program in {"/bin/true", "/usr/bin/true"}
    waiting.readable(handle.exit_fd)
    handle.reap()


def test_many_threads_start_it_once() -> None:
    """Whoever comes first starts it; the others wait for that."""
    handle = PosixHandle(SLEEP, nobody)
    barrier = threading.Barrier(8)
    seen: list[int | None] = []

    def start() -> None:
        barrier.wait()
        handle.wait_started()
        seen.append(handle.pid)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    handle.send_signal(signal.SIGKILL)
    waiting.readable(handle.exit_fd)
    handle.reap()

    assert [handle.pid] * 8 == seen
    assert handle.pid is not None


def test_before_the_start_there_is_nothing_to_signal() -> None:
    """No pid, no status, no error; the pipes are there."""
    handle = PosixHandle(samples.plan("/bin/true", stdio=samples.PIPES), nobody)

    facts = (handle.pid, handle.poll(), handle.error, handle.send_signal(9))
    handle.reap()

    assert (None, None, None, False) == facts
    assert {0, 1, 2} == set(handle.fds)


@pytest.mark.parametrize(
    ("changes", "step", "number"),
    [
        pytest.param({"program": "/no/such"}, "exec", errno.ENOENT, id="no program"),
        pytest.param({"program": "no-such"}, "lookup", errno.ENOENT, id="no name"),
        pytest.param({"cwd": "/no/such"}, "cwd", errno.ENOENT, id="no cwd"),
        pytest.param(
            {"stdio": (99_999,) * 3}, "stdio", errno.EBADF, id="no descriptor"
        ),
        pytest.param(
            {"environ": {b"A": b"x" * 200_000}}, "exec", errno.E2BIG, id="too long"
        ),
    ],
)
def test_a_failed_start_is_an_error_that_is_held(
    changes: dict[str, Any], step: str, number: int
) -> None:
    """It is not raised; nothing runs, and only our ends of the pipes are open."""
    handle = started(samples.plan("/bin/true", **changes))

    assert isinstance(handle.error, SpawnError)
    assert (step, number) == (handle.error.step, handle.error.errno)
    assert handle.pid is None
    assert handle.poll() is None
    handle.reap()


def test_a_closed_file_is_a_bad_descriptor(tmp_path: Path) -> None:
    """A file object that was closed says ValueError; the system would say EBADF."""
    file = (tmp_path / "file").open("wb")
    file.close()

    handle = started(samples.plan("/bin/true", stdio=(*samples.QUIET[:2], file)))

    assert handle.error is not None
    assert errno.EBADF == handle.error.errno


@pytest.mark.parametrize(
    ("failures", "starts"),
    [
        pytest.param(2, True, id="room after two"),
        pytest.param(99, False, id="no room at all"),
    ],
)
def test_a_full_process_table_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, failures: int, *, starts: bool
) -> None:
    """EAGAIN is a matter of moments, most of the time."""
    real, left = posix_spawn.start, [failures]

    def start(*args: Any) -> int:
        if left[0]:
            left[0] -= 1
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return real(*args)

    monkeypatch.setattr(posix_spawn, "start", start)
    handle = started(TRUE)
    if starts:
        waiting.readable(handle.exit_fd)
        handle.reap()

    assert starts is (handle.error is None)
    assert starts or isinstance(handle.error, BlockingIOError)


def test_a_start_without_a_descriptor_for_its_end_is_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process whose end could not be seen does not stay."""
    pids: list[int] = []

    def refuse(pid: int) -> tuple[int, bool]:
        pids.append(pid)
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(module, "open_exit_fd", refuse)
    handle = started(SLEEP)

    assert handle.error is not None
    assert errno.EMFILE == handle.error.errno
    assert handle.pid is None
    with pytest.raises(ChildProcessError):
        os.waitpid(pids[0], 0)


def test_a_handle_that_is_dropped_closes_its_descriptors() -> None:
    """A loop that was closed early leaves nothing open."""
    before = leaks.descriptors()
    handle = started(samples.plan("/bin/true", stdio=samples.PIPES))
    assert handle.pid is not None
    waiting.readable(handle.exit_fd)
    os.waitpid(handle.pid, 0)

    del handle

    assert before == leaks.descriptors()
