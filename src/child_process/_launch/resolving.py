"""From a command and its options to a `LaunchPlan`: shell, PATH, cwd.

Layer: launch. Looks at the file system, changes nothing.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from child_process._launch.environing import child_environ
from child_process._masked import concat
from child_process._values.plan import LaunchPlan
from child_process._values.quoting import quote
from child_process._values.stdio import Slot
from child_process._wording import bounded
from child_process.errors import SpawnError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from child_process._values.options import SpawnOptions
    from child_process._values.stdio import HasFileno, Stdio

__all__ = ["Invocation", "invoke", "resolve"]

DEFAULT_PATH: Final = b"/bin:/usr/bin"
"""Where a child without PATH looks, as the C library's execvp does."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What is to be executed, before anything was looked up.

    Attributes:
        file: The program, or the shell.
        argv: The arguments, ``argv[0]`` included.
        shell: Whether *argv* holds a line for a shell.
    """

    file: str
    argv: tuple[str, ...]
    shell: bool


def invoke(file: str, args: tuple[str, ...], options: SpawnOptions) -> Invocation:
    """Return how *file* with *args* is executed: itself, or through the shell.

    With a shell, *file* is a line in the shell's language, and each of *args*
    is quoted into one word of it. (Node joins them bare: its warning DEP0190.)

    Raises:
        OptionError: There are *args*, and the shell's way to quote is unknown.
    """
    if options.shell is None:
        return Invocation(file, (options.argv0 or file, *args), shell=False)
    shell: str = options.shell
    line = concat(file, *(part for word in args for part in (" ", quote(word, shell))))
    return Invocation(shell, (options.argv0 or shell, "-c", line), shell=True)


def resolve(call: Invocation, options: SpawnOptions) -> LaunchPlan:
    """Return the plan of *call*, with its program looked up.

    The program is looked up in the child's sense: in the PATH of its
    environment, and a relative path from its working directory.

    Raises:
        SpawnError: There is no such program. Nothing was started.
        OptionError: ``env=`` holds what ``env_policy`` does not let through.
    """
    environ = child_environ(options)
    if "/" in call.file:
        program = _from(options.cwd, call.file)
    else:
        program = _look_up(call, environ)
    return LaunchPlan(
        file=call.file,
        program=program,
        argv=call.argv,
        environ=environ,
        cwd=options.cwd,
        stdio=options.stdio,
        session=options.detached,
        group=not options.detached and _own_group(options),
        uid=options.uid,
        gid=options.gid,
        shell=call.shell,
    )


def _own_group(options: SpawnOptions) -> bool:
    """Say whether the child leads a group, by which its tree can be signalled.

    One that shares our terminal stays in our group, so that Ctrl-C, Ctrl-Z
    and reading from the terminal work as its user expects.
    """
    if options.tree is False:
        return False
    stdio: Stdio = options.stdio
    return not any(_is_terminal(index, slot) for index, slot in enumerate(stdio[:3]))


def _is_terminal(index: int, slot: Slot | int | HasFileno) -> bool:
    if slot is Slot.INHERIT:
        slot = index
    if isinstance(slot, Slot):
        return False
    try:
        return os.isatty(slot if isinstance(slot, int) else slot.fileno())
    except (OSError, ValueError):
        return False  # a closed descriptor: the start will say so


def _from(cwd: str | None, file: str) -> str:
    if file.startswith("/"):
        return file
    if cwd is not None and cwd.startswith("/"):
        return os.path.join(cwd, file)
    try:
        # Not abspath: "link/.." is where the link leads to.
        return os.path.join(os.getcwd(), cwd or "", file)
    except OSError:
        # Our own working directory is gone: the child will look from its own.
        return file


def _look_up(call: Invocation, environ: Mapping[bytes, bytes]) -> str:
    file = os.fsencode(call.file)
    denied: bytes | None = None
    relative: bytes | None = None
    path = environ.get(b"PATH", DEFAULT_PATH)
    for directory in path.split(b":"):
        if not directory.startswith(b"/"):
            # An empty or relative part makes whoever can write to the working
            # directory choose the program: never searched, only reported.
            planted = (directory or b".") + b"/" + file
            relative = relative or (planted if os.access(planted, os.X_OK) else None)
            continue
        candidate = directory + b"/" + file
        try:
            regular = stat.S_ISREG(os.stat(candidate).st_mode)
        except OSError:
            continue
        if regular and os.access(candidate, os.X_OK):
            return os.fsdecode(candidate)
        denied = denied or candidate
    raise _not_found(call, os.fsdecode(path), denied, relative)


def _not_found(
    call: Invocation, path: str, denied: bytes | None, relative: bytes | None
) -> SpawnError:
    if denied is not None:
        found = os.fsdecode(denied)
        kind = "is a directory" if os.path.isdir(denied) else "is not executable"
        detail = f"{found} {kind}, and no other {call.file} is on PATH"
        return SpawnError(errno.EACCES, call.file, call.argv[1:], "lookup", detail)
    detail = f"no program of this name in PATH={bounded(path, 1000)}"
    if any(map(str.isspace, call.file)):
        detail += '; arguments go into the list, as in run("ls", ["-la"])'
    if relative is not None:
        detail += (
            f"; {os.fsdecode(relative)} was passed over, since relative parts of "
            "PATH are not searched: give its path"
        )
    return SpawnError(errno.ENOENT, call.file, call.argv[1:], "lookup", detail)
