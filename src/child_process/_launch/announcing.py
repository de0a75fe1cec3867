"""Starts as the interpreter's own audit events: `AnnouncingLauncher`.

Layer: launch.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from child_process._launch.lookup import looked_up
from child_process._masked import MASK, Masked, MaskedBytes, shown

if TYPE_CHECKING:
    from child_process._launch.ports import Launcher, ProcessHandle
    from child_process._values.plan import LaunchPlan

__all__ = ["AnnouncingLauncher"]


@dataclass(frozen=True, slots=True)
class AnnouncingLauncher:
    """A launcher that raises `sys.audit` events before *inner* acts.

    It stands inside of the one that judges: an event says that a start was
    allowed, and is about to happen. A hook that raises prevents it.

    ========================  ==============================================
    event                     arguments
    ========================  ==============================================
    ``child_process.spawn``   program, argv, cwd, env
    ``subprocess.Popen``      the same, for hooks that are there already
    ========================  ==============================================

    Secrets are masked in both.
    """

    inner: Launcher

    def launch(self, plan: LaunchPlan) -> ProcessHandle:
        """Announce *plan*, then hand it on."""
        if not is_heard():
            return self.inner.launch(plan)
        plan = looked_up(plan)
        argv, environ = plan.argv, plan.environ
        if Masked in map(type, argv):
            argv = tuple(map(shown, argv))
        if MaskedBytes in map(type, environ.values()):
            environ = {name: _shown(value) for name, value in environ.items()}
        for event in ("child_process.spawn", "subprocess.Popen"):
            sys.audit(event, plan.program, argv, plan.cwd, environ)
        return self.inner.launch(plan)


def is_heard() -> bool:
    """Say whether there is a hook for audit events, so that one is worth making.

    What is no name of an event is refused only where somebody would hear it.
    """
    try:
        sys.audit(None)  # type: ignore[arg-type]  # that is the question
    except TypeError:
        return True
    return False


def _shown(value: bytes) -> bytes:
    return os.fsencode(MASK) if isinstance(value, MaskedBytes) else value
