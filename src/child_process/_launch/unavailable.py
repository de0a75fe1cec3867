"""Why a step of a child's confinement failed, in words: `unavailable`.

Layer: launch. The child tells which step and the errno; its program never ran.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Final

from child_process.errors import IsolationUnavailable

if TYPE_CHECKING:
    from child_process._values.plan import LaunchPlan

__all__ = ["is_unavailable", "unavailable"]

_STEPS: Final = frozenset({"no_new_privs", "landlock", "seccomp", "namespaces"})
"""Of a start: those that only an ``isolate=`` asks for."""

CLONE_NEWUSER: Final = 0x10000000

_FILTERED: Final = "a filter that this program runs under, a container's, refuses it"

_REFUSALS: Final = frozenset(
    {
        *(errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.EACCES),
        *(errno.ENOSPC, errno.EUSERS, errno.ENOMEM, errno.E2BIG),
    }
)
"""Of an errno: that the system does not do it, or not for us."""


def is_unavailable(number: int, step: str) -> bool:
    """Say whether *number*, an errno of *step*, is the system's refusal.

    Any other is a mistake of ours: a descriptor that is no ruleset, for one.
    """
    if step == "namespaces" and number == errno.EINVAL:
        return True  # a kernel that was built without this kind
    return step in _STEPS and number in _REFUSALS


def unavailable(number: int, plan: LaunchPlan, step: str) -> IsolationUnavailable:
    """Return the error for *number*, an errno of starting *plan*, at *step*."""
    remedy = f"{_FILTERED}: have it permitted there"
    if step == "namespaces":
        remedy = _namespaces_remedy(number, plan)
    return IsolationUnavailable(step, os.strerror(number), remedy)


def _namespaces_remedy(number: int, plan: LaunchPlan) -> str:
    if number == errno.ENOSPC:
        return "raise the limits in /proc/sys/user/max_*_namespaces"
    user = plan.confinement is not None and plan.confinement.unshare & CLONE_NEWUSER
    if user and (plan.uid is not None or plan.gid is not None):
        return 'leave "user" out: root, which becomes another user, needs none'
    if number == errno.EPERM and not user:
        return 'add "user" to namespaces=, or be root'
    return (
        "have user namespaces permitted: kernel.unprivileged_userns_clone=1, "
        "kernel.apparmor_restrict_unprivileged_userns=0, or the container's filter"
    )
