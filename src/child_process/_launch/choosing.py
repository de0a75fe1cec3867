"""Which way of starting processes there is here: `best_launcher`.

Layer: launch.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from child_process._launch.ports import Launcher

__all__ = ["PURE", "best_launcher", "has_native"]

PURE: Final = "CHILD_PROCESS_PURE"
"""Set to anything but 0, this variable has everything done in plain Python."""


def has_native() -> bool:
    """Say whether the compiled part is there, and wanted."""
    if os.environ.get(PURE, "0") not in {"", "0"}:
        return False
    try:
        from child_process._launch import _spawn  # noqa: F401 - whether it can be
    except ImportError:
        return False
    return True


def best_launcher() -> Launcher:
    """Return the native launcher, or its twin in plain Python."""
    if has_native():
        from child_process._launch.native import NativeLauncher

        return NativeLauncher()
    from child_process._launch.launcher import ThreadLauncher

    return ThreadLauncher()
