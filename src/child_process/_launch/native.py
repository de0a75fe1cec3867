"""The launcher with a compiled part: `NativeLauncher`.

Layer: launch.

Threads that the interpreter does not know start everything, by vfork, without
the interpreter's lock; see ``_spawn.h``. What it cannot be told beforehand it is
not asked: a plan is copied, and the copy is started.
"""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING, Any

from child_process._launch import at_exit
from child_process._launch._spawn import Inbox, Start
from child_process._launch.completions import Completions
from child_process._launch.cookie import VARIABLE, entry, marked
from child_process._launch.diagnosing import diagnose, diagnose_step
from child_process._launch.exit_fd import open_exit_fd
from child_process._launch.guardian import guardian
from child_process._launch.lookup import looked_up, missing, path_of
from child_process._launch.rlimits import rlimits
from child_process._launch.tree import end_at_once
from child_process._launch.waitable import Waitable
from child_process._launch.wiring import close_all, wire
from child_process.errors import SpawnError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from child_process._values.plan import LaunchPlan
    from child_process.errors import ProcessError

__all__ = ["NativeHandle", "NativeLauncher"]


class NativeLauncher:
    """Starts processes on threads of its own, which never need Python."""

    def launch(self, plan: LaunchPlan) -> NativeHandle:
        """Return a handle for *plan*, with its pipes made; see `Launcher`.

        Raises:
            SpawnError: There is no such program, and no guardian yet: that is not
                started for nothing.
        """
        if not guardian.begun:
            plan = looked_up(plan)
        handle = NativeHandle(marked(plan))
        if plan.die_with_parent and handle.error is None:
            at_exit.guard(handle)
        return handle


class NativeHandle(Waitable):
    """A process that compiled code starts; see `ProcessHandle`.

    Args:
        plan: What to start.
    """

    def __init__(self, plan: LaunchPlan) -> None:
        super().__init__(plan)
        self.fds: dict[int, int] = {}
        self._error: ProcessError | None = None
        self._start: Start | None = None
        self._unheard: Inbox | None = None
        self._settling = threading.RLock()
        self._settled = True  # nothing is under way
        try:
            wiring = wire(plan.stdio, nulls=False)
        except (OSError, ValueError) as error:
            # A closed file object says ValueError: to the system, EBADF.
            number = getattr(error, "errno", None) or errno.EBADF
            self._fail(diagnose(number, plan, "stdio"))
            return
        self.fds = wiring.ours
        try:
            self._start = _start(plan, wiring.theirs)
        except OSError as error:
            number = error.errno or errno.EBADF
            step = "exec" if number == errno.E2BIG else "landlock"
            self._fail(diagnose_step(number, plan, step))
        finally:
            wiring.close_theirs()  # what the start took is not among them

    @property
    def error(self) -> ProcessError | None:
        """Why the start failed; None before the start, and when it worked."""
        if not self._settled:
            self._settle()
        return self._error

    def start_soon(self, loop: AbstractEventLoop, done: Callable[[], None]) -> None:
        """Start on a launcher thread, then have *loop* call *done*."""
        at_exit.starting(self)
        try:
            if self._start is not None:
                self._settled = False
                Completions.of(loop).expect(self._start, self, done)
                return
        except OSError:
            self.wait_started()  # no descriptor to be told by
        loop.call_soon(done)

    def start_first(self) -> None:
        """Have it started before all that is asked for later; nobody is told.

        Raises:
            OSError: No descriptor is left.
        """
        if self._start is not None:
            self._settled = False
            self._unheard = Inbox()
            self._start.submit(self._unheard, 0, True)  # noqa: FBT003 - it takes no names

    def wait_started(self, seconds: float | None = None) -> None:
        """Start here unless another thread is at it; then wait for that one."""
        if self._start is not None and self._pid is None and self._error is None:
            self._settled = False
            at_exit.starting(self, wait=True)
            self._start.run(-1 if seconds is None else seconds)

    def _settle(self) -> None:
        if self._settled or self._start is None:
            return
        outcome = self._start.outcome()
        if outcome is None:
            return
        if self._unheard is not None:
            self._unheard.take()
            self._unheard = None
        pid, pidfd, step, number = outcome
        if number:
            self._fail(_diagnosed(number, self.plan, step))
        elif pidfd >= 0:
            self._pid, self._exit_fd, self._pidfd = pid, pidfd, True
            self._settled = True
        else:
            with self._settling:
                self._watch(pid)
        at_exit.started(self)

    def _watch(self, pid: int) -> None:
        """Have a thread wait for *pid*: there are no pidfds here."""
        if self._pid is not None or self._owner != os.getpid():
            return
        self._pid = pid
        try:
            self._exit_fd, self._pidfd = open_exit_fd(pid)
        except OSError as error:
            end_at_once(pid, group=self.leads_group)
            self._pid = None
            self._fail(diagnose(error.errno or errno.EMFILE, self.plan, "stdio"))
        self._settled = True

    def _fail(self, error: ProcessError) -> None:
        self._error = error
        self._settled = True

    def _close_exit_fd(self, fd: int) -> None:
        if self._pidfd and self._start is not None:
            self._start.close()
        else:
            os.close(fd)

    def __del__(self) -> None:
        # A loop that was closed with the child running left these open.
        close_all(getattr(self, "fds", {}))
        if getattr(self, "_exit_fd", -1) >= 0 and not self._pidfd:
            os.close(self._exit_fd)


def _start(plan: LaunchPlan, wires: dict[int, int]) -> Start:
    """Return the start of *plan*, which takes over the descriptors of *wires*."""
    environ, last = plan.environ, entry(plan)
    if last is not None and VARIABLE in environ:
        environ = {name: value for name, value in environ.items() if name != VARIABLE}
    options: dict[str, Any] = {}
    if plan.uid is not None or plan.gid is not None or plan.groups is not None:
        options = _credentials(plan)
    if plan.limits is not None:
        uid = os.getuid() if plan.uid is None else plan.uid
        options |= {"limits": rlimits(plan.limits, uid), "nice": plan.limits.nice}
    if plan.umask is not None:
        options["umask"] = plan.umask
    if (confinement := plan.confinement) is not None:
        options |= {
            "unshare": confinement.unshare,
            "no_new_privs": confinement.no_new_privs,
            "landlock": confinement.landlock_fd,
            "seccomp": confinement.seccomp,
        }
    return Start(
        plan.program,
        plan.argv,
        environ if isinstance(environ, dict) else dict(environ),
        wires,
        len(plan.stdio),
        plan.cwd,
        None if "/" in plan.program else path_of(environ),
        last,
        plan.session,
        plan.group,
        plan.death_signal,
        **options,
    )


def _diagnosed(number: int, plan: LaunchPlan, step: str) -> ProcessError:
    if step == "lookup":
        return missing(plan)
    try:
        plan = looked_up(plan)  # as the launcher has
    except SpawnError as gone:
        return gone.with_traceback(None)
    return diagnose_step(number, plan, step)


def _credentials(plan: LaunchPlan) -> dict[str, Any]:
    groups = plan.groups
    if groups is None and os.geteuid() == 0:
        # Root's other groups would go along otherwise. Nobody else may drop
        # any; Node as well goes on without.
        groups = ()
    return {
        "uid": -1 if plan.uid is None else plan.uid,
        "gid": -1 if plan.gid is None else plan.gid,
        "groups": groups,
    }
