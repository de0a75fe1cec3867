"""`explain`: what a call would start, without starting it.

Layer: api.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from child_process._api.launchers import called
from child_process._api.unpacking import unpacked
from child_process._launch.diagnosing import diagnose, oversized
from child_process._launch.environing import inherited_environ
from child_process._launch.policed import in_force
from child_process._launch.resolving import resolve
from child_process.errors import SpawnError
from child_process.security.explanation import Explanation, explained
from child_process.security.policy import to_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process._api.keywords import RunKeywords
    from child_process._values.command import Argument, Command
    from child_process._values.plan import LaunchPlan
    from child_process._values.shell_command import ShellCommand
    from child_process._values.template_parts import TemplateString

__all__ = ["explain"]


def explain(
    program: Argument | Command | ShellCommand | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Unpack[RunKeywords],
) -> Explanation:
    """Say what `run` would start with the same arguments, and start nothing.

    Print it for a page of text. It has the program that was looked up, the final
    arguments after the policy in force arranged them, how the environment
    differs from ours, and what each rule says, with its remedy.

    Args:
        program: A program's name or path, a `Command`, a line of `sh`, or a
            template string.
        args: Its arguments, added to those of a `Command`.
        **options: Those of `run`.

    Raises:
        OptionError: An argument or an option is wrong, as it would be for `run`.
    """
    file, words, checked = unpacked(program, args, dict(options))
    policy = in_force()
    if checked.policy is not None:
        policy &= to_policy(checked.policy)
    call = called(file, words, checked)
    try:
        plan, trouble = policy.arrange(resolve(call, checked)), None
    except SpawnError as error:
        # All else about it can be said all the same.
        found = resolve(replace(call, file="/"), checked)
        plan, trouble = replace(found, file=call.file, program=""), error
    trouble = trouble or oversized(plan) or _trouble(plan)
    why = None if trouble is None else str(trouble)
    return explained(plan, checked, inherited_environ(), policy, why)


def _trouble(plan: LaunchPlan) -> SpawnError | None:
    """Return the error of a start that is known to fail."""
    if plan.cwd is not None and not os.path.isdir(plan.cwd):
        return diagnose(errno.ENOENT, plan)
    try:
        mode = os.stat(plan.program).st_mode
    except OSError as error:
        return diagnose(error.errno or errno.ENOENT, plan)
    if not stat.S_ISREG(mode) or not os.access(plan.program, os.X_OK):
        return diagnose(errno.EACCES, plan)
    return None
