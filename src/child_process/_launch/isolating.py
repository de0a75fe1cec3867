"""A launcher that confines what it is asked to: `IsolatingLauncher`.

Layer: launch.

Whatever this system cannot do is found out here, before there is a process:
nothing runs with less than was asked for.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from child_process._launch.failed import FailedHandle
from child_process._launch.lookup import looked_up
from child_process.errors import IsolationUnavailable, SpawnError

if TYPE_CHECKING:
    from child_process._launch.ports import Launcher, ProcessHandle
    from child_process._values.isolation import Isolation
    from child_process._values.plan import LaunchPlan

__all__ = ["IsolatingLauncher"]


@dataclass(frozen=True, slots=True)
class IsolatingLauncher:
    """A launcher that turns ``isolate=`` into what *inner* is to confine by.

    Args:
        inner: Does what a plan's ``confinement`` says.
    """

    inner: Launcher

    def launch(self, plan: LaunchPlan) -> ProcessHandle:
        """Return a handle for *plan*; see `Launcher`."""
        if (isolation := plan.isolate) is None:
            return self.inner.launch(plan)
        from child_process._values.bubblewrap import Bubblewrap  # most do without

        try:
            plan = looked_up(plan)
            if isinstance(isolation, Bubblewrap):
                from child_process._launch.bubblewrap import enclosed

                return self.inner.launch(enclosed(plan, isolation))
            return self._confined(plan, isolation)
        except (IsolationUnavailable, SpawnError) as error:
            # Without the frames it came through: they would be kept alive.
            return FailedHandle(error.with_traceback(None))

    def _confined(self, plan: LaunchPlan, isolation: Isolation) -> ProcessHandle:
        from child_process._launch.confining import confine

        confinement = confine(plan, isolation)
        try:
            return self.inner.launch(replace(plan, confinement=confinement))
        finally:
            if confinement.landlock_fd >= 0:
                os.close(confinement.landlock_fd)  # the start has its own
