"""One process of the launcher in plain Python, until it runs: `PosixHandle`.

Layer: launch. From then on it is a `Waitable`.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from typing import TYPE_CHECKING, Final

from child_process._launch import at_exit, popen, posix_spawn
from child_process._launch.diagnosing import beyond_the_twin, diagnose, too_long
from child_process._launch.exit_fd import open_exit_fd
from child_process._launch.lookup import looked_up
from child_process._launch.tree import end_at_once
from child_process._launch.waitable import Waitable
from child_process._launch.wiring import Wiring, wire
from child_process.errors import SpawnError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from child_process._values.plan import LaunchPlan

__all__ = ["PosixHandle"]

RETRIES: Final = (0.005, 0.02, 0.08)
"""Seconds to wait before a start is tried again that found no room (EAGAIN)."""


class PosixHandle(Waitable):
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
        super().__init__(plan)
        self.error: SpawnError | None = beyond_the_twin(plan)
        self._submit = submit
        self._claim = threading.Lock()
        self._done = threading.Event()
        self._wiring = Wiring()
        if self.error is None:
            self._wire()
        if self.error is not None:
            self._claim.acquire()
            self._done.set()
        self.fds = self._wiring.ours

    def _wire(self) -> None:
        try:
            self._wiring = wire(self.plan.stdio)
        except (OSError, ValueError) as error:
            # A closed file object says ValueError: to the system, EBADF.
            number = getattr(error, "errno", None) or errno.EBADF
            self.error = diagnose(number, self.plan, "stdio")

    def start_soon(self, loop: AbstractEventLoop, done: Callable[[], None]) -> None:
        """Start on the launcher thread, then have *loop* call *done*."""

        def tell() -> None:
            try:
                loop.call_soon_threadsafe(done)
            except RuntimeError:
                at_exit.orphaned(self)  # the loop was closed meanwhile

        self._submit(self, tell)

    def start_first(self) -> None:
        """Do nothing: whoever starts another one after it waits for it."""

    def wait_started(self, seconds: float | None = None) -> None:
        """Start here unless another thread is at it; then wait for that one."""
        if self._claim.acquire(blocking=False):
            try:
                self._start()
            finally:
                self._done.set()
        else:
            self._done.wait(seconds)

    def _start(self) -> None:
        try:
            self.plan = looked_up(self.plan)
        except SpawnError as error:
            self.error = error.with_traceback(None)
        else:
            self._start_program()
        # Ours stay: a loop may be watching them on another thread.
        self._wiring.close_theirs()

    def _start_program(self) -> None:
        plan = self.plan
        argv, envp = posix_spawn.encode(plan)
        self.error = too_long(plan, argv + envp)
        if self.error is None:
            at_exit.starting(self, wait=True)
            try:
                self._pid = self._spawn(argv, envp)
                self._exit_fd, self._pidfd = open_exit_fd(self._pid)
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
                self._wiring.close_theirs()
                raise
            finally:
                at_exit.started(self)

    def _spawn(self, argv: list[bytes], envp: list[bytes]) -> int:
        plan = self.plan
        plain = popen.is_needed(plan) or not posix_spawn.available()
        start = popen.start if plain else posix_spawn.start
        for pause in RETRIES:
            try:
                return start(plan, self._wiring, argv, envp)
            except BlockingIOError:
                # No room in the process table at this moment.
                time.sleep(pause)
            except PermissionError as error:
                if plain or error.errno != errno.EPERM or popen.is_beyond(self._wiring):
                    raise
                # A sandbox may refuse clone3, with which the C library begins;
                # Popen has another way. Or the program is refused, and again.
                start, plain = popen.start, True
        return start(plan, self._wiring, argv, envp)

    def _undo(self) -> None:
        """End the process for whose exit no descriptor was left."""
        if self._pid is not None:
            end_at_once(self._pid, group=self.leads_group)
            self._pid = None

    def __del__(self) -> None:
        # A loop that was closed with the child running left these open.
        if not hasattr(self, "_wiring"):
            return  # interrupted before there was anything
        self._wiring.close()
        if self._exit_fd >= 0:
            os.close(self._exit_fd)
