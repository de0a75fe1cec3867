"""The launcher in which rules speak first, and the policy in force.

Layer: launch.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from child_process._launch.inheriting import adopted
from child_process._launch.lookup import looked_up
from child_process.security.policy import Policy, to_policy, trusted
from child_process.security.verdict import PolicyDenied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._launch.ports import Launcher, ProcessHandle
    from child_process._values.plan import LaunchPlan

__all__ = ["PolicedLauncher", "in_force", "launching"]

_policy: ContextVar[Policy] = ContextVar("child_process policy")


@dataclass(frozen=True, slots=True)
class PolicedLauncher:
    """A launcher that lets *policy* judge before *inner* acts.

    Attributes:
        inner: Who starts the process.
        policy: Who may object.
    """

    inner: Launcher
    policy: Policy

    def launch(self, plan: LaunchPlan) -> ProcessHandle:
        """Hand *plan* on, once no rule objects.

        Raises:
            PolicyDenied: With every rule's objection. Nothing was started, and
                no descriptor opened.
            SpawnError: There is no such program to judge.
        """
        plan = looked_up(plan)
        denials = self.policy.judge(plan)
        if denials:
            raise PolicyDenied(denials, plan)
        return self.inner.launch(plan)


@contextmanager
def launching(policy: Policy | str) -> Iterator[Policy]:
    """Put *policy* in force for a block, and for the tasks that it starts.

    Policies add up: what one outside the block refuses, none inside allows
    again, be it another block or ``policy=`` of a call. Python children of
    `fork` have it in force from their first line. A thread begins without,
    unless it runs in a copy of the context, as `asyncio.to_thread` does.

    Args:
        policy: `guarded()`, `strict(programs=[…])`, or one of your own.

    Yields:
        The policy in force inside.

    Raises:
        OptionTypeError: *policy* is no policy.
    """
    both = in_force() & to_policy(policy)
    token = _policy.set(both)
    try:
        yield both
    finally:
        _policy.reset(token)


def in_force() -> Policy:
    """Return the policy in force here."""
    return _policy.get(None) or adopted() or trusted()
