"""From a plan to one that runs in a container: `enclosed`.

Layer: launch.

Only the plan is rewritten; ``bwrap`` (https://github.com/containers/bubblewrap)
is started in the program's place, gets its descriptors, and hands them on. It
ends with an exit code of 128 and more for a program that a signal ended.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from child_process._launch.runtime import RUNTIME, own_paths
from child_process.errors import IsolationUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._values.bubblewrap import Bubblewrap
    from child_process._values.plan import LaunchPlan

__all__ = ["enclosed"]

_FIXED: Final = ("--unshare-all", "--die-with-parent", "--new-session")
_FRESH: Final = ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")  # noqa: S108 - the child's own, and new


def enclosed(plan: LaunchPlan, container: Bubblewrap) -> LaunchPlan:
    """Return the plan that runs *plan* in *container*.

    Raises:
        IsolationUnavailable: There is no ``bwrap``, or it would not keep the
            child in.
    """
    _check(plan)
    program = _found() if container.program is None else os.fsdecode(container.program)
    if not os.access(program, os.X_OK):
        raise IsolationUnavailable("bubblewrap", f"no {program}", _REMEDY)
    argv = (
        "bwrap",
        *_FIXED,
        *(("--share-net",) if container.network else ()),
        *_FRESH,
        *_mounts(plan, container),
        *(() if plan.cwd is None else ("--chdir", plan.cwd)),
        "--",
        plan.program,
        *plan.args,
    )
    return replace(plan, program=program, argv=argv)


_REMEDY: Final = "install bubblewrap, or take an Isolation"


def _check(plan: LaunchPlan) -> None:
    if plan.argv[0] != plan.file:
        detail = "it gives a program no other name"
        raise IsolationUnavailable("bubblewrap", detail, "leave argv0= out")
    if plan.pin is not None:
        detail = "pinned() would look at bwrap, not at the program"
        raise IsolationUnavailable("bubblewrap", detail, "take an Isolation")
    for name in plan.environ:
        if name.startswith(b"LD_"):
            shown = os.fsdecode(name)
            detail = f"{shown} would be obeyed by bwrap itself, which is outside"
            raise IsolationUnavailable("bubblewrap", detail, "leave it out of env=")


def _found() -> str:
    for directory in os.get_exec_path():
        candidate = os.path.join(directory, "bwrap")
        # A relative part would leave the choice to the working directory.
        if directory.startswith("/") and os.access(candidate, os.X_OK):
            return candidate
    raise IsolationUnavailable("bubblewrap", "no bwrap in our PATH", _REMEDY)


def _mounts(plan: LaunchPlan, container: Bubblewrap) -> Iterator[str]:
    if container.runtime:
        for path in (*RUNTIME, *own_paths(plan.program)):
            yield from ("--ro-bind-try", path, path)
    for path in map(os.fsdecode, container.read):
        yield from ("--ro-bind", path, path)
    for path in map(os.fsdecode, container.write):
        yield from ("--bind", path, path)
