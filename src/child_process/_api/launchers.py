"""Which launcher is in force, and the way to it.

Layer: api.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from child_process._launch.announcing import AnnouncingLauncher
from child_process._launch.audited import AuditedLauncher
from child_process._launch.choosing import best_launcher
from child_process._launch.failed import FailedHandle
from child_process._launch.isolating import IsolatingLauncher
from child_process._launch.lookup import looked_up
from child_process._launch.pinning import PinningLauncher
from child_process._launch.policed import PolicedLauncher, in_force
from child_process._launch.resolving import invoke, invoke_line, planned
from child_process._launch.secret_files import open_secret_files
from child_process._protocol.outcome import interrupted
from child_process._values.arguments import is_plain
from child_process._values.checks import text
from child_process._values.command import to_args
from child_process._values.options import SpawnOptions
from child_process._values.shell_command import ShellCommand
from child_process._wording import display
from child_process.errors import Aborted, OptionError, SpawnError
from child_process.security.policy import to_policy

if TYPE_CHECKING:
    from child_process._launch.ports import Launcher, ProcessHandle
    from child_process._launch.resolving import Invocation

__all__ = ["Launched", "called", "launch"]

O = TypeVar("O", bound=SpawnOptions)  # noqa: E741 - O for options, as in typing

_inner: Launcher = AnnouncingLauncher(
    IsolatingLauncher(PinningLauncher(best_launcher()))
)
_launcher: Launcher = AuditedLauncher(_inner)
"""Where no rule has to be asked."""


@dataclass(frozen=True, slots=True)
class Launched(Generic[O]):
    """A start under way.

    Attributes:
        handle: The process.
        call: What is executed.
        options: With a file for ``input`` put into ``stdio``.
    """

    handle: ProcessHandle
    call: Invocation
    options: O


def launch(file: object, args: object, options: O) -> Launched[O]:
    """Check *file* and *args*, and launch them.

    Whatever the system refuses is the handle's error. A signal that is aborted
    already starts nothing.

    Raises:
        OptionError: A word cannot be passed on, or the input file not read.
        PolicyDenied: The policy in force, or that of the call, objects.
    """
    call = called(file, args, options)
    if options.signal is not None and options.signal.aborted:
        result = interrupted(display(call.argv), None, "aborted")
        aborted = Aborted(result, options.signal.reason)
        return Launched(FailedHandle(aborted), call, options)
    opened: list[int] = []
    if isinstance(options.input, os.PathLike):
        opened = [_open(options.input)]
        options = replace(options, input=None, stdio=(opened[0], *options.stdio[1:]))
    try:
        policy = in_force()
        if options.policy is not None:
            policy &= to_policy(options.policy)
        plan = planned(call, options)
        if not is_plain(plan.argv):
            plan = policy.arrange(looked_up(plan))
            call = replace(call, argv=plan.argv)
            plan, secret = open_secret_files(plan)
            opened += secret
        launcher = _launcher
        if policy.rules:
            launcher = AuditedLauncher(PolicedLauncher(_inner, policy))
        return Launched(launcher.launch(plan), call, options)
    except SpawnError as error:
        # Without the frames it came through: they lead back here, in a cycle.
        failed = FailedHandle(error.with_traceback(None))
        return Launched(failed, call, options)
    finally:
        for fd in opened:
            os.close(fd)  # the launcher has its own by now


def called(file: object, args: object, options: SpawnOptions) -> Invocation:
    """Return what is executed for *file*, a program, a line or one of `sh`.

    Raises:
        OptionError: A word cannot be passed on.
    """
    if isinstance(file, ShellCommand):
        return invoke_line(file, to_args(args), options)
    return invoke(text("file", file), to_args(args), options)


def _open(path: os.PathLike[str]) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        expected = f"a file that can be read ({error.strerror})"
        raise OptionError("input", os.fspath(path), expected) from error
