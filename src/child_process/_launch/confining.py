"""From an `Isolation` to what the kernel is asked for: `confine`.

Layer: launch. Opens what a ruleset names; restricts nothing in this process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from typing import TYPE_CHECKING, Final

from child_process._launch.choosing import PURE, has_native
from child_process._launch.landlock import Grant, open_ruleset
from child_process._launch.runtime import (
    DEVICES,
    PACKAGE,
    RUNTIME,
    SINKS,
    own_paths,
    runs_us,
)
from child_process._values.confinement import Confinement
from child_process._values.isolation import Landlock
from child_process.errors import IsolationUnavailable, SpawnError
from child_process.security.seccomp import AUDIT_ARCH, seccomp_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._values.isolation import Isolation
    from child_process._values.plan import LaunchPlan

__all__ = ["confine", "granted"]

_UNSHARE: Final = {
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "net": 0x40000000,
}
_GET_ACTION_AVAIL: Final = 2
_ERRNO_ACTION: Final = 0x00050000
_SECCOMP: Final = {"x86_64": 317, "aarch64": 277}
"""The number of seccomp(2)."""


def confine(plan: LaunchPlan, isolation: Isolation) -> Confinement:
    """Return what the child of *plan* is to be confined by.

    Its ruleset is the caller's, who closes it.

    Raises:
        IsolationUnavailable: This system cannot do what *isolation* says.
        SpawnError: A path of it cannot be opened.
    """
    _check_launcher()
    program = b"" if isolation.seccomp is None else _filter(isolation)
    unshare = sum(_UNSHARE[name] for name in isolation.namespaces)
    ruleset = -1
    if isinstance(isolation.landlock, Landlock):
        ruleset = _ruleset(plan, isolation.landlock)
    return Confinement(
        no_new_privs=isolation.no_new_privs,
        landlock_fd=ruleset,
        seccomp=program,
        unshare=unshare,
    )


def _check_launcher() -> None:
    if sys.platform != "linux":
        raise IsolationUnavailable("isolation", sys.platform, "it takes Linux")
    if not has_native():
        detail = "it takes the compiled launcher"
        remedy = (
            "install a wheel for this platform, or from source with a C compiler, "
            f"and do not set {PURE}"
        )
        raise IsolationUnavailable("isolation", detail, remedy)


def _filter(isolation: Isolation) -> bytes:
    machine = platform.machine()
    if machine not in AUDIT_ARCH:
        known = " or ".join(AUDIT_ARCH)
        detail = f"no filter is known for {machine}"
        raise IsolationUnavailable("seccomp", detail, f"take seccomp=None, or {known}")
    action = ctypes.c_uint32(_ERRNO_ACTION)
    libc = ctypes.CDLL(None, use_errno=True)
    call = (_SECCOMP[machine], _GET_ACTION_AVAIL, 0, ctypes.byref(action))
    if libc.syscall(*call) < 0:
        detail = os.strerror(ctypes.get_errno())
        remedy = "run Linux 4.14 or later, built with CONFIG_SECCOMP_FILTER"
        raise IsolationUnavailable("seccomp", detail, remedy)
    preset, *names = isolation.seccomp or ()
    return seccomp_filter(machine, offline=preset == "offline", refuse=names)


def _ruleset(plan: LaunchPlan, landlock: Landlock) -> int:
    try:
        return open_ruleset(landlock, granted(plan, landlock))
    except OSError as error:
        number = error.errno or errno.EINVAL
        detail = f"landlock: {error.filename or 'a rule'}: {error.strerror}"
        raise SpawnError(number, plan.file, plan.args, "landlock", detail) from None


def granted(plan: LaunchPlan, landlock: Landlock) -> Iterator[Grant]:
    """Yield what *landlock* gives to the program of *plan*."""
    for path in map(os.fsdecode, landlock.read):
        yield Grant(path, needed=True)
    for path in map(os.fsdecode, landlock.write):
        yield Grant(path, write=True, needed=True)
    if not landlock.runtime:
        return
    for path in (*RUNTIME, *DEVICES, *own_paths(plan.program)):
        yield Grant(path)
    for path in SINKS:
        yield Grant(path, write=True)
    if runs_us(plan.program):
        # To be found there, the package must be listed.
        yield Grant(os.path.dirname(PACKAGE), listing=True)
