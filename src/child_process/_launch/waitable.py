"""A process that was started, until it is reaped: `Waitable`.

Layer: launch. What every handle has, whoever started its process.
"""

from __future__ import annotations

import os
import select
import signal
from typing import TYPE_CHECKING

from child_process._launch.exit_fd import taken
from child_process._launch.memory import own_peak
from child_process._values.status import ExitStatus, Usage
from child_process.errors import ExitStatusLost

if TYPE_CHECKING:
    from child_process._values.plan import LaunchPlan

__all__ = ["Waitable"]


class Waitable:
    """Signals, looks at and reaps one process; see `ProcessHandle`.

    A subclass starts it, and puts down its number and its descriptor.

    Args:
        plan: What is to be started.
    """

    def __init__(self, plan: LaunchPlan) -> None:
        self.plan = plan
        self.usage: Usage | None = None
        self.leads_group: bool = plan.group or plan.session
        self.cookie: bytes | None = plan.cookie
        self._pid: int | None = None
        self._exit_fd = -1
        self._pidfd = False
        self._settled = False
        self._status: ExitStatus | ExitStatusLost | None = None
        self._reaped = False
        self._owner = os.getpid()

    @property
    def pid(self) -> int | None:
        """The process id; None before the start, and when it failed."""
        if not self._settled:
            self._settle()
        return self._pid

    @property
    def exit_fd(self) -> int:
        """Readable once the process ended; -1 before the start and when reaped."""
        if not self._settled:
            self._settle()
        return self._exit_fd

    def send_signal(self, signal_number: int) -> bool:
        """Send *signal_number*; False says that the process has ended.

        Raises:
            PermissionError: It became another user, whom we may not signal.
        """
        pid = self.pid
        if pid is None or self._reaped or self._owner != os.getpid():
            return False
        # A zombie can be signalled, to no effect: to the caller it has ended.
        # Asked before: a signal may end the process at once.
        if self.poll_quietly() is not None:
            return False
        try:
            self._send(pid, signal_number)
        except ProcessLookupError:
            return False
        except PermissionError:
            if signal_number:
                raise
        return True

    def _send(self, pid: int, signal_number: int) -> None:
        if self._pidfd:
            try:
                return signal.pidfd_send_signal(self._exit_fd, signal_number)
            except ProcessLookupError:
                raise
            except OSError:
                pass  # a sandbox that does not know the call
        # Not reaped, so the number is still this process's.
        return os.kill(pid, signal_number)

    def poll(self) -> ExitStatus | None:
        """Return how it ended, or None; its number stays taken until `reap`."""
        if self._status is None and (pid := self.pid) is not None:
            self._status = self._look(pid)
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
        pid = self.pid
        if self._reaped or pid is None or self.poll_quietly() is None:
            return
        self._reaped = True
        if not isinstance(self._status, ExitStatusLost):
            self._take_usage(pid)
        fd, self._exit_fd = self._exit_fd, -1
        self._close_exit_fd(fd)

    # What a subclass may do otherwise

    def _settle(self) -> None:
        """Put down what a start has come to since."""

    def _close_exit_fd(self, fd: int) -> None:
        os.close(fd)

    def _look(self, pid: int) -> ExitStatus | ExitStatusLost | None:
        if self._owner != os.getpid():
            return None  # a fork of this program: not its child
        if not self._pidfd and not hasattr(os, "waitid"):
            return self._look_at_what_was_taken(pid)
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            if self._pidfd:
                found = os.waitid(os.P_PIDFD, self._exit_fd, options)
            else:
                found = os.waitid(os.P_PID, pid, options)
        except ChildProcessError:
            return ExitStatusLost(pid)
        return found and ExitStatus.from_waitid(found.si_code, found.si_status)

    def _look_at_what_was_taken(self, pid: int) -> ExitStatus | ExitStatusLost | None:
        poller = select.poll()
        poller.register(self._exit_fd, select.POLLIN)
        if not poller.poll(0):
            return None
        found = taken(pid)
        if found is None:
            return ExitStatusLost(pid)
        self.usage = Usage.of(found[1], own_peak(found[1].ru_maxrss))
        return ExitStatus.from_wait(found[0])

    def _take_usage(self, pid: int) -> None:
        if self.usage is not None:
            return  # it came with the status
        try:
            _, _, used = os.wait4(pid, os.WNOHANG)
        except ChildProcessError:
            return  # taken by somebody else since; the status is known
        self.usage = Usage.of(used, own_peak(used.ru_maxrss))
