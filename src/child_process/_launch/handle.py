"""One process of ours, from its plan to its reaping: `PosixHandle`.

`FailedHandle` stands for one that could not even be tried.

Layer: launch.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import threading
import time
from typing import TYPE_CHECKING, Final

from child_process._launch import popen, posix_spawn
from child_process._launch.diagnosing import diagnose, too_long
from child_process._launch.exit_fd import open_exit_fd, taken
from child_process._launch.tree import end_at_once
from child_process._launch.wiring import Wiring, wire
from child_process._values.status import ExitStatus, Usage
from child_process.errors import ExitStatusLost, SpawnError

if TYPE_CHECKING:
    from collections.abc import Callable

    from child_process._values.plan import LaunchPlan
    from child_process.errors import ProcessError

__all__ = ["FailedHandle", "PosixHandle"]

RETRIES: Final = (0.005, 0.02, 0.08)
"""Seconds to wait before a start is tried again that found no room (EAGAIN)."""


class PosixHandle:
    """A process, started by whichever thread comes first; see `ProcessHandle`.

    Args:
        plan: What to start.
        submit: Hands the start to the launcher thread.
    """

    def __init__(
        self,
        plan: LaunchPlan,
        submit: Callable[[PosixHandle, Callable[[], None]], None],
    ) -> None:
        self.plan = plan
        self.error: SpawnError | None = None
        self.pid: int | None = None
        self.exit_fd = -1
        self.usage: Usage | None = None
        self.leads_group = plan.group or plan.session
        self.cookie = plan.cookie
        self._submit = submit
        self._pidfd = False
        self._status: ExitStatus | ExitStatusLost | None = None
        self._reaped = False
        self._claim = threading.Lock()
        self._done = threading.Event()
        self._owner = os.getpid()
        self._wiring = Wiring()
        try:
            self._wiring = wire(plan.stdio)
        except (OSError, ValueError) as error:
            # A closed file object says ValueError: to the system, EBADF.
            number = getattr(error, "errno", None) or errno.EBADF
            self.error = diagnose(number, plan, "stdio")
            self._claim.acquire()
            self._done.set()
        self.fds = self._wiring.ours

    def start_soon(self, done: Callable[[], None]) -> None:
        """Start on the launcher thread, then call *done* there."""
        self._submit(self, done)

    def wait_started(self, seconds: float | None = None) -> None:
        """Start here unless another thread is at it; then wait for that one."""
        if self._claim.acquire(blocking=False):
            try:
                self._start()
            finally:
                self._done.set()
        else:
            self._done.wait(seconds)

    def send_signal(self, signal_number: int) -> bool:
        """Send *signal_number*; False says that the process has ended."""
        if self.pid is None or self._reaped or self._owner != os.getpid():
            return False
        # A zombie can be signalled, to no effect: to the caller it has ended.
        # Asked before: a signal may end the process at once.
        if self.poll_quietly() is not None:
            return False
        try:
            if self._pidfd:
                signal.pidfd_send_signal(self.exit_fd, signal_number)
            else:
                # Not reaped, so the number is still this process's.
                os.kill(self.pid, signal_number)
        except ProcessLookupError:
            return False
        return True

    def poll(self) -> ExitStatus | None:
        """Return how it ended, or None; its number stays taken until `reap`."""
        if self._status is None and self.pid is not None:
            self._status = self._look()
        if isinstance(self._status, ExitStatusLost):
            raise self._status
        return self._status

    def poll_quietly(self) -> ExitStatus | None:
        """Return what `poll` does, and an unknown status for a lost one."""
        try:
            return self.poll()
        except ExitStatusLost:
            return ExitStatus()

    def reap(self) -> None:
        """Take the status from the system, and with it what was used."""
        if self._reaped or self.pid is None or self.poll_quietly() is None:
            return
        self._reaped = True
        if not isinstance(self._status, ExitStatusLost):
            self._take_usage(self.pid)
        fd, self.exit_fd = self.exit_fd, -1
        os.close(fd)

    def _look(self) -> ExitStatus | ExitStatusLost | None:
        assert self.pid is not None, "only a started process is looked at"
        if self._owner != os.getpid():
            return None  # a fork of this program: not its child
        if not self._pidfd and not hasattr(os, "waitid"):
            return self._look_at_what_was_taken(self.pid)
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            if self._pidfd:
                found = os.waitid(os.P_PIDFD, self.exit_fd, options)
            else:
                found = os.waitid(os.P_PID, self.pid, options)
        except ChildProcessError:
            return ExitStatusLost(self.pid)
        return found and ExitStatus.from_waitid(found.si_code, found.si_status)

    def _look_at_what_was_taken(self, pid: int) -> ExitStatus | ExitStatusLost | None:
        poller = select.poll()
        poller.register(self.exit_fd, select.POLLIN)
        if not poller.poll(0):
            return None
        found = taken(pid)
        if found is None:
            return ExitStatusLost(pid)
        self.usage = Usage.of(found[1])
        return ExitStatus.from_wait(found[0])

    def _take_usage(self, pid: int) -> None:
        if self.usage is not None:
            return  # it came with the status
        try:
            _, _, used = os.wait4(pid, os.WNOHANG)
        except ChildProcessError:
            return  # taken by somebody else since; the status is known
        self.usage = Usage.of(used)

    def _start(self) -> None:
        plan, wiring = self.plan, self._wiring
        argv, envp = posix_spawn.encode(plan)
        self.error = too_long(plan, argv + envp)
        if self.error is None:
            try:
                self.pid = self._spawn(argv, envp)
                self.exit_fd, self._pidfd = open_exit_fd(self.pid)
            except OSError as error:
                self._undo()
                self.error = diagnose(error.errno or errno.EINVAL, plan)
            except Exception as error:  # noqa: BLE001 - the thread must live on
                self._undo()
                self.error = SpawnError(
                    errno.EINVAL, plan.file, plan.args, "exec", repr(error)
                )
            except BaseException:
                # Interrupted: whoever else waits for this start is told.
                self._undo()
                self.error = diagnose(errno.EINTR, plan)
                wiring.close_theirs()
                raise
        # Ours stay: a loop may be watching them on another thread.
        wiring.close_theirs()

    def _spawn(self, argv: list[bytes], envp: list[bytes]) -> int:
        plan = self.plan
        other_user = plan.uid is not None or plan.gid is not None
        plain = other_user or not posix_spawn.available()
        start = popen.start if plain else posix_spawn.start
        for pause in RETRIES:
            try:
                return start(plan, self._wiring, argv, envp)
            except BlockingIOError:
                # No room in the process table at this moment.
                time.sleep(pause)
        return start(plan, self._wiring, argv, envp)

    def _undo(self) -> None:
        """End the process for whose exit no descriptor was left."""
        if self.pid is not None:
            end_at_once(self.pid, group=self.leads_group)
            self.pid = None

    def __del__(self) -> None:
        # A loop that was closed with the child running left these open.
        if not hasattr(self, "_wiring"):
            return  # interrupted before there was anything
        self._wiring.close()
        if self.exit_fd >= 0:
            os.close(self.exit_fd)


class FailedHandle:
    """A process that was not started, before anything was made for it.

    Args:
        error: Why.
    """

    pid: None = None
    usage: None = None
    leads_group = False
    cookie = None
    exit_fd = -1

    def __init__(self, error: ProcessError) -> None:
        self.error = error
        self.fds: dict[int, int] = {}

    def start_soon(self, done: Callable[[], None]) -> None:
        """Call *done*: there is nothing to wait for."""
        done()

    def wait_started(self, seconds: float | None = None) -> None:
        """Return: there is nothing to wait for."""

    def send_signal(self, signal_number: int) -> bool:  # noqa: ARG002
        """Return False: nothing runs."""
        return False

    def poll(self) -> ExitStatus | None:
        """Return None: nothing ended."""
        return None

    def reap(self) -> None:
        """Return: there is nothing to give back."""
