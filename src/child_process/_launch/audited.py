"""Starts that are written down: `AuditedLauncher`, and `on_audit`.

Layer: launch.

A record goes to the functions of `on_audit` and to the logger
``child_process.audit``: denied and failed starts as warnings, the others as
information. While neither wants any, none is made and the handle of a process
is what the inner launcher returned: it costs a look at two places.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from child_process._launch import at_exit
from child_process._launch.lookup import looked_up
from child_process.errors import OptionTypeError, ProcessError
from child_process.security.audit import Host, record

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from logging import Logger

    from child_process._launch.ports import Launcher, ProcessHandle
    from child_process._values.plan import LaunchPlan
    from child_process._values.status import ExitStatus
    from child_process.security.audit import AuditRecord, Happening

__all__ = ["LOGGER", "AuditedLauncher", "on_audit"]

LOGGER: Final = "child_process.audit"
INFO: Final = 20
WARNING: Final = 30
"""As `logging` has them."""

Hook = "Callable[[AuditRecord], object]"

_named: Logger | None = None
_hooks: list[Callable[[AuditRecord], object]] = []


def on_audit(hook: Callable[[AuditRecord], object]) -> Callable[[], None]:
    """Call *hook* with a record of each start from now on, and of each end.

    It is called at once, on whichever thread learned of it: it should be quick.
    What it raises goes to `sys.unraisablehook`: to forbid a start is the
    business of a policy, or of a hook of `sys.addaudithook`.

    Returns:
        A function that takes the hook away again.
    """
    if not callable(hook):
        raise OptionTypeError("hook", hook, "a function that takes an AuditRecord")
    _hooks.append(hook)

    def remove() -> None:
        if hook in _hooks:
            _hooks.remove(hook)

    return remove


@dataclass(frozen=True, slots=True)
class AuditedLauncher:
    """A launcher that has written down what *inner* does.

    It stands outside of the one that judges, to see what was denied.
    """

    inner: Launcher

    def launch(self, plan: LaunchPlan) -> ProcessHandle:
        """Hand *plan* on; what comes of it is written down."""
        if not _hooks and _logger() is None:
            return self.inner.launch(plan)
        plan = looked_up(plan)
        try:
            handle = self.inner.launch(plan)
        except PermissionError as denial:  # a policy's
            _tell("denied", plan, error=denial)
            raise
        if handle.error is not None:
            _tell("failed", plan, error=handle.error)
            return handle
        audited = cast("ProcessHandle", _AuditedHandle(handle, plan))
        at_exit.take_over(handle, audited)
        return audited


class _AuditedHandle:
    """A handle that tells of its process's start and end, once each."""

    def __init__(self, inner: ProcessHandle, plan: LaunchPlan) -> None:
        self._inner = inner
        self._plan = plan
        self._lock = threading.Lock()
        self._begun = self._over = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def start_soon(self, loop: AbstractEventLoop, done: Callable[[], None]) -> None:
        def told() -> None:
            self._tell_of_start()
            done()

        self._inner.start_soon(loop, told)

    def wait_started(self, seconds: float | None = None) -> None:
        self._inner.wait_started(seconds)
        self._tell_of_start()

    def poll(self) -> ExitStatus | None:
        try:
            status = self._inner.poll()
        except ProcessError as lost:
            self._tell_of_end(error=lost)
            raise
        if status is not None:
            self._tell_of_end(status=status)
        return status

    def _tell_of_start(self) -> None:
        pid, error = self._inner.pid, self._inner.error
        with self._lock:
            if self._begun or (pid is None and error is None):
                return  # told already; or the wait ended before the start did
            self._begun = True
        if error is None:
            _tell("started", self._plan, pid=pid)
        else:
            _tell("failed", self._plan, error=error)

    def _tell_of_end(self, **facts: Any) -> None:
        with self._lock:
            if self._over:
                return
            self._over = True
        self._tell_of_start()
        _tell("ended", self._plan, pid=self._inner.pid, **facts)


def _tell(happened: Happening, plan: LaunchPlan, **facts: Any) -> None:
    host = Host(time.time(), os.getuid(), os.getpid())
    made = record(happened, plan, host, **facts)
    logger = _logger()
    if logger is not None:
        level = WARNING if happened in {"denied", "failed"} else INFO
        logger.log(level, "%s", made, extra={"audit": made})
    for hook in [*_hooks]:
        try:
            hook(made)
        except Exception as error:  # noqa: BLE001 - a hook's own
            _complain(error, hook)


def _logger() -> Logger | None:
    """Return the logger, if somebody has set up a level at which it speaks."""
    logging = sys.modules.get("logging")
    if logging is None:
        return None  # nobody in this program has asked for a log
    global _named  # noqa: PLW0603 - a logger is its name's for good
    logger: Logger = _named or logging.getLogger(LOGGER)
    _named = logger
    return logger if logger.isEnabledFor(WARNING) and logger.hasHandlers() else None


def _complain(error: Exception, hook: object) -> None:
    from types import SimpleNamespace

    report: Any = SimpleNamespace(
        exc_type=type(error),
        exc_value=error,
        exc_traceback=error.__traceback__,
        err_msg="An audit hook raised",
        object=hook,
    )
    sys.unraisablehook(report)
