"""Processes of the system, as ``/proc`` shows them.

Layer: launch. Imports `os` and `signal` only: the guardian's program takes this
module without the package, and is to be there in milliseconds.

A process is its number *and* the time it began at: a number that was used again
in between is a stranger's. Where there is no ``/proc``, nothing is found.

Source: proc(5), pidfd_open(2).
"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

__all__ = [
    "all_pids",
    "began",
    "children",
    "environ",
    "fields",
    "group_of",
    "is_changing",
    "members_of",
    "send",
]

SIZE = 64 * 1024
"""Bytes of an environment that are read at once."""
WITHOUT_MEMORY = 0x00200000 | 0x4
"""Flags of the kernel's own threads, and of who is about to end."""


def fields(pid: int) -> list[str] | None:
    """Return the fields of ``/proc/PID/stat`` after the name; None once it ended.

    A zombie has ended.
    """
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name may hold anything, ") R 1 (" included: it ends at the
            # last parenthesis.
            found = file.read().rpartition(b")")[2].decode().split()
    except OSError:
        return None
    return None if found[0] in "ZX" else found


def began(pid: int) -> int | None:
    """Return when *pid* began, in clock ticks; None once it has ended."""
    found = fields(pid)
    return None if found is None else int(found[19])


def group_of(pid: int) -> int | None:
    """Return the process group of *pid*; None once it has ended."""
    found = fields(pid)
    return None if found is None else int(found[2])


def children(pid: int) -> list[int]:
    """Return the children of *pid*, of all its threads."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            path = f"/proc/{pid}/task/{thread}/children"
            with open(path, "rb") as file:
                found += map(int, file.read().split())
    except OSError:
        return found  # it ended meanwhile, or there is no /proc here
    return found


def environ(pid: int) -> bytes | None:
    """Return what *pid* was started with; None where that is not told.

    Nothing is told of one that is in the middle of an exec; see `is_changing`.
    """
    try:
        # Bare calls: this is asked of every process of the system.
        fd = os.open(f"/proc/{pid}/environ", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None  # it ended, or is another user's
    try:
        found = data = os.read(fd, SIZE)
        while len(data) == SIZE:
            data = os.read(fd, SIZE)
            found += data
    except OSError:
        return None
    finally:
        os.close(fd)
    return found


def is_changing(pid: int) -> bool:
    """Say whether *pid* is in the middle of an exec, without any environment.

    Asked of a process whose environment one may read, and seems to be empty.
    """
    try:
        if os.getpgid(pid) == 0 != os.getpgrp():
            return False  # the kernel's own, told quickly: they are many
    except OSError:
        return False  # it ended
    found = fields(pid)
    if found is None or int(found[6]) & WITHOUT_MEMORY:
        return False
    return found[48] == "0"  # where its environment ends


def members_of(groups: Container[int]) -> dict[int, int]:
    """Return who is in one of the process groups *groups*, with their times."""
    found = {}
    for pid in all_pids():
        try:
            within = os.getpgid(pid) in groups
        except OSError:
            continue
        at = began(pid) if within else None
        if at is not None:
            found[pid] = at
    return found


def all_pids() -> Iterator[int]:
    """Yield the number of every process."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    yield from (int(name) for name in names if name.isdigit())


def send(pid: int, began_at: int, number: int) -> bool:
    """Send signal *number* to the *pid* that began at *began_at*, and to no other.

    False says that it has ended, or is not ours to signal.
    """
    try:
        fd = os.pidfd_open(pid)
    except (AttributeError, OSError):
        # Ended; or there are no pidfds here, or no descriptor is left.
        return _send_by_number(pid, began_at, number)
    try:
        # In this order: whoever has the number now, the descriptor means the
        # one that had it before.
        if began(pid) != began_at:
            return False
        signal.pidfd_send_signal(fd, number)
    except (ProcessLookupError, PermissionError):
        return False
    finally:
        os.close(fd)
    return True


def _send_by_number(pid: int, began_at: int, number: int) -> bool:
    if began(pid) != began_at:
        return False
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
