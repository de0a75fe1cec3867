"""Programs that are checked, and executed by their descriptor: `PinningLauncher`.

Layer: launch.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from child_process._launch.failed import FailedHandle
from child_process._launch.lookup import looked_up
from child_process.errors import SpawnError

if TYPE_CHECKING:
    from child_process._launch.ports import Launcher, ProcessHandle
    from child_process._values.pinned import Pin
    from child_process._values.plan import LaunchPlan

__all__ = ["PinningLauncher"]

OTHERS_MAY_WRITE: Final = 0o022
REMEMBERED: Final = 256
"""Digests kept, by what changes with every change of a file."""


@dataclass(frozen=True, slots=True)
class PinningLauncher:
    """A launcher that executes what `pinned` named by a checked descriptor."""

    inner: Launcher

    def launch(self, plan: LaunchPlan) -> ProcessHandle:
        """Start *plan*; what is not as it was pinned is the handle's error."""
        if (pin := plan.pin) is None:
            return self.inner.launch(plan)
        try:
            plan = looked_up(plan)
            fd = _open(plan, pin)
        except SpawnError as error:
            return FailedHandle(error.with_traceback(None))
        try:
            number = len(plan.stdio)
            # In the child, where the number is this descriptor's: the kernel
            # executes what is open, and a script's interpreter reads it there.
            program = f"/proc/self/fd/{number}"
            stdio = (*plan.stdio, fd)
            return self.inner.launch(replace(plan, program=program, stdio=stdio))
        finally:
            os.close(fd)  # the launcher has its own by now


def _open(plan: LaunchPlan, pin: Pin) -> int:
    """Return a descriptor of the program, which is as *pin* says."""
    if sys.platform != "linux":
        detail = "pinned() needs /proc/self/fd, which this system does not have"
        raise _error(plan, errno.ENOSYS, detail)
    # Without a digest nothing is read: a file may be executable only.
    access = os.O_PATH if pin.sha256 is None else os.O_RDONLY | os.O_NONBLOCK
    try:
        fd = os.open(plan.program, access | os.O_CLOEXEC)
    except OSError as error:
        detail = f"{plan.program} cannot be opened: {error.strerror}"
        raise _error(plan, error.errno or errno.EACCES, detail) from None
    try:
        trouble = _trouble(fd, pin)
    except BaseException:
        os.close(fd)
        raise
    if trouble is not None:
        os.close(fd)
        raise _error(plan, errno.EACCES, f"{plan.program} {trouble}")
    return fd


def _trouble(fd: int, pin: Pin) -> str | None:
    """Return what is wrong with the file *fd*, or None."""
    found = os.fstat(fd)
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode):
        return "is no regular file"
    owners = {0, os.geteuid()} if pin.owner is None else {pin.owner}
    if found.st_uid not in owners:
        expected = " or ".join(map(str, sorted(owners)))
        return f"belongs to user {found.st_uid}, not to {expected}"
    if pin.mode is not None and mode != pin.mode:
        return f"has mode {mode:#o}, not {pin.mode:#o}"
    if pin.mode is None and mode & OTHERS_MAY_WRITE:
        return f"has mode {mode:#o}: others than its owner may write to it"
    if pin.sha256 is not None and (digest := _digest(fd, found)) != pin.sha256:
        return f"has the SHA-256 {digest}, not {pin.sha256}"
    return None


_digests: dict[tuple[int, ...], str] = {}


def _digest(fd: int, found: os.stat_result) -> str:
    """Return the digest of the file *fd*, from memory if it has not changed."""
    # Nobody can set back the last of them.
    times = (found.st_mtime_ns, found.st_ctime_ns)
    key = (found.st_dev, found.st_ino, found.st_size, *times)
    if key not in _digests:
        from hashlib import file_digest

        with os.fdopen(os.dup(fd), "rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        if len(_digests) >= REMEMBERED:
            _digests.clear()
        _digests[key] = digest
    return _digests[key]


def _error(plan: LaunchPlan, number: int, detail: str) -> SpawnError:
    return SpawnError(number, plan.file, plan.args, "pin", detail)
