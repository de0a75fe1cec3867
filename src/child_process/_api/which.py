"""`which`: the program that a start would run.

Layer: api.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from child_process._launch.environing import inherited_environ
from child_process._launch.lookup import locate, search
from child_process._values import checks
from child_process._values.environment import to_environ

if TYPE_CHECKING:
    from child_process._api.keywords import PathOption
    from child_process._values.environment import EnvironmentLike

__all__ = ["which"]


def which(
    program: PathOption,
    env: EnvironmentLike | None = None,
    cwd: PathOption | None = None,
) -> str | None:
    """Return the absolute path of the program that `spawn` would run, or None.

    Looked up as a start does: a name in the child's PATH, of which empty and
    relative parts are not searched, and a relative path from its *cwd*.

    Args:
        program: A name, or a path.
        env: The child's environment; None is ours.
        cwd: Its working directory; None is ours.

    Raises:
        OptionError: The name is empty, or something cannot be passed on.
    """
    file = checks.text("program", program)
    environ = inherited_environ() if env is None else to_environ(env)
    directory = checks.path("cwd", cwd)
    if "/" not in file:
        return search(file, environ).program
    path = locate(file, directory)
    try:
        regular = stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return None
    return path if regular and os.access(path, os.X_OK) else None
