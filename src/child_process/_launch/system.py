"""What this system offers for starting, ending and confining: `examine`.

Layer: launch. `launching` says which launcher is used, and what it cannot do.

Each is asked for by the call itself, in a way that changes nothing: with an
argument that only a kernel which has the call would object to, or in a child
that is thrown away. What a kernel's version promises, a sandbox may refuse.

Source: the error that each call's manual page names for the argument.
"""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from child_process._launch.choosing import PURE, has_native

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Finding", "Launching", "examine", "launching"]

# The numbers of calls since 2019 are those of every architecture but Alpha.
_CLONE3: Final = 435
_CLOSE_RANGE: Final = 436
_LANDLOCK_CREATE_RULESET: Final = 444
_LANDLOCK_VERSION: Final = 1
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_PR_GET_CHILD_SUBREAPER: Final = 37

_CGROUPS: Final = "/proc/self/cgroup"
_MOUNTS: Final = "/proc/self/mountinfo"

PATIENCE: Final = 10.0
"""Seconds for a child that tries something out."""

BEYOND_THE_TWIN: Final = (
    "limits=",
    "isolate=Isolation(...)",
    "uid=, gid=, groups= or umask= with descriptors above 2",
)
"""What the launcher in plain Python refuses."""

_UNSHARE: Final = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.unshare(0x10000000) and ctypes.get_errno())
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a system may offer.

    Attributes:
        name: What it is, in the words of its manual page.
        found: Whether it can be used here.
        detail: Which of it, or why it cannot.
    """

    name: str
    found: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Launching:
    """The launcher that is used.

    Attributes:
        name: ``native``, or ``twin`` for the one in plain Python.
        why: Why it is this one.
        refuses: What it refuses, always with an error that says so.
    """

    name: str
    why: str
    refuses: tuple[str, ...]


def launching() -> Launching:
    """Return which launcher is used."""
    if has_native():
        return Launching("native", "compiled, and not switched off", ())
    try:
        from child_process._launch import _spawn  # noqa: F401 - whether it can be
    except ImportError as error:
        return Launching("twin", f"no compiled part: {error}", BEYOND_THE_TWIN)
    return Launching("twin", f"{PURE} is set", BEYOND_THE_TWIN)


def examine() -> tuple[Finding, ...]:
    """Return what was found. Nothing of this process is changed."""
    return tuple(Finding(name, *probe()) for name, probe in _PROBES.items())


Found = tuple[bool, str]


def _pidfd() -> Found:
    try:
        fd = os.pidfd_open(os.getpid())
    except AttributeError:
        return False, "this Python has none"
    except OSError as error:
        return False, error.strerror or str(error)
    try:
        os.waitid(os.P_PIDFD, fd, os.WEXITED | os.WNOHANG)
    except ChildProcessError:
        return True, ""  # we are no child of ours: it was understood
    except OSError as error:
        return False, f"waitid: {error.strerror}"
    finally:
        os.close(fd)
    return True, ""


def _clone3() -> Found:
    return _objected(_call("syscall", _CLONE3, None, 0), errno.EINVAL)


def _close_range() -> Found:
    # From 1 to 0: nothing.
    return _objected(_call("syscall", _CLOSE_RANGE, 1, 0, 0), errno.EINVAL)


def _landlock() -> Found:
    number = _call("syscall", _LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION)
    return (False, os.strerror(-number)) if number < 0 else (True, f"ABI {number}")


def _seccomp() -> Found:
    filtering = _call("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, None)
    return _objected(filtering, errno.EFAULT)


def _user_namespaces() -> Found:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _UNSHARE],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return False, str(error)
    number = int(done.stdout)
    return not number, os.strerror(number) if number else ""


def _subreaper() -> Found:
    answer = ctypes.c_int()
    number = _call("prctl", _PR_GET_CHILD_SUBREAPER, ctypes.byref(answer), 0, 0)
    return number == 0, os.strerror(-number) if number else ""


def _cgroup() -> Found:
    mount = next((line[4] for line in _lines(_MOUNTS) if "cgroup2" in line), None)
    if mount is None:
        return False, "not mounted"
    ours = next((line[0] for line in _lines(_CGROUPS) if line[0][:3] == "0::"), "0::/")
    path = os.path.normpath(f"{mount}/{ours[3:]}")
    if not os.access(path, os.W_OK):
        return False, f"{path} is not ours to write to"
    return True, path


def _proc() -> Found:
    if not os.path.exists("/proc/self/stat"):
        return False, "not mounted"
    if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
        return True, "without lists of children"
    return True, ""


_PROBES: Final[dict[str, Callable[[], Found]]] = {
    "pidfd": _pidfd,
    "clone3": _clone3,
    "close_range": _close_range,
    "subreaper": _subreaper,
    "landlock": _landlock,
    "seccomp": _seccomp,
    "user namespaces": _user_namespaces,
    "cgroup v2": _cgroup,
    "/proc": _proc,
}


def _call(function: str, *arguments: object) -> int:
    """Return what *function* of the C library returns; a negative errno if it fails."""
    if sys.platform != "linux":
        return -errno.ENOSYS
    libc = ctypes.CDLL(None, use_errno=True)
    # Each a whole register wide: `syscall` does not know what it is given.
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = int(getattr(libc, function)(*words))
    return result if result >= 0 else -ctypes.get_errno()


def _objected(result: int, number: int) -> Found:
    """Say whether a call that cannot work failed as it does where it is known."""
    return (True, "") if result == -number else (False, os.strerror(-result))


def _lines(path: str) -> list[list[str]]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return [line.split() for line in file if line.strip()]
    except OSError:
        return []
