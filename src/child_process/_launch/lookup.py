"""Which file a program's name stands for, in a child's sense.

Layer: launch. Looks at the file system, changes nothing.

An empty or relative part of PATH makes whoever can write to the working
directory choose the program: it is never searched, only reported.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from child_process._launch.choosing import has_native
from child_process._wording import bounded
from child_process.errors import SpawnError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from child_process._values.environment import Environ
    from child_process._values.plan import LaunchPlan

__all__ = ["Search", "locate", "looked_up", "missing", "not_found", "path_of", "search"]

DEFAULT_PATH: Final = b"/bin:/usr/bin"
"""Where a child without PATH looks, as the C library's execvp does."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search of PATH came to.

    Attributes:
        path: The PATH that was searched.
        program: The first program of the name, absolute; None if there is none.
        denied: A file of the name that cannot be executed.
        relative: A program of the name in a part that is not searched.
    """

    path: bytes
    program: str | None = None
    denied: str | None = None
    relative: str | None = None


def search(file: str, environ: Environ) -> Search:
    """Look for the program *file*, a name without "/", in the PATH of *environ*."""
    name = os.fsencode(file)
    path = path_of(environ)
    found = find(path, name)
    return _in_vain(name, path) if found is None else Search(path, os.fsdecode(found))


def path_of(environ: Environ) -> bytes:
    """Return the PATH of *environ*, or what it is where there is none."""
    return environ.get(b"PATH", DEFAULT_PATH)


def looked_up(plan: LaunchPlan) -> LaunchPlan:
    """Return *plan* with the path of its program, where it has only the name.

    For who has to know before the launcher does: that one looks by itself, off
    the loop, since a folder of PATH may be far away.

    Raises:
        SpawnError: There is no such program.
    """
    if "/" in plan.program:
        return plan
    found = search(plan.program, plan.environ)
    if found.program is None:
        raise not_found(plan.file, plan.args, found)
    return plan.replacing(program=found.program)


def missing(plan: LaunchPlan) -> SpawnError:
    """Return the error for the program of *plan*, which was looked up in vain."""
    found = _in_vain(os.fsencode(plan.program), path_of(plan.environ))
    return not_found(plan.file, plan.args, found)


def _in_vain(name: bytes, path: bytes) -> Search:
    """Return what was seen of *name* in *path*, where there is no such program."""
    denied = relative = None
    for directory in path.split(b":"):
        candidate = (directory or b".") + b"/" + name
        if directory.startswith(b"/"):
            if denied is None and os.path.exists(candidate):
                denied = os.fsdecode(candidate)
        elif relative is None and os.access(candidate, os.X_OK):
            relative = os.fsdecode(candidate)
    return Search(path, None, denied, relative)


def _find(path: bytes, name: bytes) -> bytes | None:
    """Return the first program *name* in the absolute parts of *path*."""
    for directory in path.split(b":"):
        if directory.startswith(b"/"):
            candidate = directory + b"/" + name
            # Asked first: it raises nothing where there is no such file.
            if os.access(candidate, os.X_OK) and _is_file(candidate):
                return candidate
    return None


def _is_file(path: bytes) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False  # it went meanwhile


def locate(file: str, cwd: str | None) -> str:
    """Return the path *file*, which has a "/", as the child finds it from *cwd*."""
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


def not_found(file: str, args: Sequence[str], found: Search) -> SpawnError:
    """Return the error for a *search* that came to nothing."""
    if found.denied is not None:
        kind = "is a directory" if os.path.isdir(found.denied) else "is not executable"
        detail = f"{found.denied} {kind}, and no other {file} is on PATH"
        return SpawnError(errno.EACCES, file, args, "lookup", detail)
    path = bounded(os.fsdecode(found.path), 1000)
    detail = f"no program of this name in PATH={path}"
    if any(map(str.isspace, file)):
        detail += '; arguments go into the list, as in run("ls", ["-la"])'
    if found.relative is not None:
        detail += (
            f"; {found.relative} was passed over, since relative parts of "
            "PATH are not searched: give its path"
        )
    return SpawnError(errno.ENOENT, file, args, "lookup", detail)


find: Callable[[bytes, bytes], bytes | None] = _find
"""The same, or its compiled twin, where there is one."""
if has_native():
    from child_process._launch._spawn import find
