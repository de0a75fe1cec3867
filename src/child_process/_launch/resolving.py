"""From a command and its options to a `LaunchPlan`: shell, PATH, cwd.

Layer: launch. Looks at the file system, changes nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from child_process._launch.environing import child_environ
from child_process._launch.lookup import locate, looked_up
from child_process._masked import concat
from child_process._values.pinned import Pinned
from child_process._values.plan import LaunchPlan
from child_process._values.quoting import dialect, quote
from child_process._values.stdio import Slot
from child_process.errors import OptionError
from child_process.security.arranging import spelled

if TYPE_CHECKING:
    from child_process._values.options import SpawnOptions
    from child_process._values.shell_command import ShellCommand
    from child_process._values.stdio import HasFileno, Stdio

__all__ = ["Invocation", "invoke", "invoke_line", "planned", "resolve"]

_SHELL_NEEDED: Final = "True, or a shell's path: sh() makes a line for exec() or run()"


@dataclass(frozen=True, slots=True)
class Invocation:
    """What is to be executed, before anything was looked up.

    Attributes:
        file: The program, or the shell.
        argv: The arguments, ``argv[0]`` included.
        shell: Whether *argv* holds a line for a shell.
        quoted: The arguments that were quoted into that line.
        from_template: Whether that line is a `ShellCommand`'s.
    """

    file: str
    argv: tuple[str, ...]
    shell: bool
    quoted: tuple[str, ...] = ()
    from_template: bool = False


def invoke(file: str, args: tuple[str, ...], options: SpawnOptions) -> Invocation:
    """Return how *file* with *args* is executed: itself, or through the shell.

    With a shell, *file* is a line in the shell's language, and each of *args*
    is quoted into one word of it. (Node joins them bare: its warning DEP0190.)

    Raises:
        OptionError: There are *args*, and the shell's way to quote is unknown; or
            *file* is pinned, which no shell keeps to.
    """
    if options.shell is None:
        return Invocation(file, (options.argv0 or file, *args), shell=False)
    if isinstance(file, Pinned):
        expected = "no shell beside pinned(): it is not the shell that is checked"
        raise OptionError("shell", options.shell, expected)
    shell: str = options.shell
    args = spelled(("", *args), _no_grammar)[1:]
    line = concat(file, *(part for word in args for part in (" ", quote(word, shell))))
    return Invocation(
        shell, (options.argv0 or shell, "-c", line), shell=True, quoted=args
    )


def _no_grammar(_program: str) -> None:
    """Say that it is not known which programs a line for a shell names."""


def invoke_line(
    command: ShellCommand, args: tuple[str, ...], options: SpawnOptions
) -> Invocation:
    """Return how the line of `sh` is executed.

    Raises:
        OptionError: There are *args*, no shell, or one of another language.
    """
    if args:
        raise OptionError("args", [*args], "none beside sh(): give it more holes")
    if options.shell is None:
        raise OptionError("shell", options.shell, _SHELL_NEEDED)
    if dialect(options.shell) != "posix":
        raise OptionError(
            "shell", options.shell, "a POSIX shell, as sh() reads the line"
        )
    return replace(invoke(command.line, (), options), from_template=True)


def resolve(call: Invocation, options: SpawnOptions) -> LaunchPlan:
    """Return the plan of *call*, with its program looked up.

    The program is looked up in the child's sense: in the PATH of its
    environment, and a relative path from its working directory.

    Raises:
        SpawnError: There is no such program. Nothing was started.
        OptionError: ``env=`` holds what ``env_policy`` does not let through.
    """
    return looked_up(planned(call, options))


def planned(call: Invocation, options: SpawnOptions) -> LaunchPlan:
    """Return the plan of *call*, with its program as it is named.

    A relative path is one from the child's working directory.

    Raises:
        OptionError: ``env=`` holds what ``env_policy`` does not let through.
    """
    return LaunchPlan.of(
        file=call.file,
        program=locate(call.file, options.cwd) if "/" in call.file else call.file,
        argv=call.argv,
        environ=child_environ(options),
        cwd=options.cwd,
        stdio=options.stdio,
        session=options.detached,
        die_with_parent=options.die_with_parent and not options.detached,
        group=not options.detached and _own_group(options),
        uid=options.uid,
        gid=options.gid,
        groups=options.groups,
        umask=options.umask,
        limits=options.limits,
        shell=call.shell,
        pin=call.file.pin if isinstance(call.file, Pinned) else None,
        quoted=call.quoted,
        isolate=options.isolate,
        from_template=call.from_template,
    )


def _own_group(options: SpawnOptions) -> bool:
    """Say whether the child leads a group, by which its tree can be signalled.

    One that shares our terminal stays in our group, so that Ctrl-C, Ctrl-Z
    and reading from the terminal work as its user expects.
    """
    if options.tree is False:
        return False
    stdio: Stdio = options.stdio
    for index, slot in enumerate(stdio[:3]):
        if slot is Slot.INHERIT:
            if _is_terminal(index):
                return False
        elif not isinstance(slot, Slot) and _is_terminal(slot):
            return False
    return True


def _is_terminal(slot: int | HasFileno) -> bool:
    try:
        return os.isatty(slot if isinstance(slot, int) else slot.fileno())
    except (OSError, ValueError):
        return False  # a closed descriptor: the start will say so
