"""The descriptors of a start: pipes made, ours kept, the child's numbered.

Layer: launch.
"""

from __future__ import annotations

import fcntl
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from child_process._launch.choosing import has_native
from child_process._values.stdio import Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from child_process._values.stdio import HasFileno, Stdio

__all__ = ["Wiring", "close_all", "wire"]

STDERR: Final = 2
"""The last that is a pipe; from there on they go both ways, and may be missing."""


@dataclass(slots=True)
class Wiring:
    """Open descriptors, by the number that the child knows them under.

    Attributes:
        theirs: What the child gets; closed here once it has been started.
        ours: Our ends of the pipes, not blocking.
    """

    theirs: dict[int, int] = field(default_factory=dict)
    ours: dict[int, int] = field(default_factory=dict)

    def close_theirs(self) -> None:
        """Close the child's ends: end of file is seen once it closes its own."""
        close_all(self.theirs)

    def close(self) -> None:
        """Close both sides: the start failed."""
        close_all(self.theirs)
        close_all(self.ours)


def wire(stdio: Stdio, *, nulls: bool = True) -> Wiring:
    """Make the descriptors for *stdio*.

    What the caller handed in is duplicated, so that it may be closed as soon
    as the call returned, although the start completes later.

    Args:
        stdio: What each descriptor of the child is.
        nulls: Whether to open the null device for what is ignored; else the
            child has to.

    Raises:
        OSError: The system refused one. Nothing is left open.
        ValueError: A file among them is closed.
    """
    wiring = Wiring()
    try:
        floor = len(stdio)
        for index, slot in enumerate(stdio):
            if slot is Slot.PIPE and index <= STDERR:
                wiring.ours[index], wiring.theirs[index] = open_pipe(index)
            elif nulls or slot is not Slot.IGNORE:
                _connect(wiring, index, slot, floor)
            if wiring.theirs.get(index, floor) < floor:
                _move_up(wiring, index, floor)
    except BaseException:
        wiring.close()
        raise
    return wiring


def _connect(
    wiring: Wiring, index: int, slot: Slot | int | HasFileno, floor: int
) -> None:
    match slot:
        case Slot.PIPE | Slot.IPC:
            wiring.ours[index], wiring.theirs[index] = _socket_pair()
        case Slot.IGNORE:
            if index > STDERR:
                return  # only the three have to be
            mode = os.O_RDONLY if index == 0 else os.O_RDWR
            wiring.theirs[index] = os.open(os.devnull, mode | os.O_CLOEXEC)
        case Slot.INHERIT:
            wiring.theirs[index] = _duplicate(index, floor)
        case int():
            wiring.theirs[index] = _borrow(slot, floor)
        case _:
            wiring.theirs[index] = _borrow(slot.fileno(), floor)


def _move_up(wiring: Wiring, index: int, floor: int) -> None:
    """Move what stands where another of the child's descriptors will be put."""
    theirs = wiring.theirs[index]
    wiring.theirs[index] = _duplicate(theirs, floor)
    os.close(theirs)


def _open_pipe(index: int) -> tuple[int, int]:
    """Return our end, not blocking, and the child's end, blocking.

    A real pipe, not a socket pair as in Node: the child can open
    ``/dev/stdout``, and a writer whose reader left gets SIGPIPE.
    """
    read, write = os.pipe()
    ours, theirs = (write, read) if index == 0 else (read, write)
    os.set_blocking(ours, False)
    return ours, theirs


def _socket_pair() -> tuple[int, int]:
    """Return the same for what has to go both ways, which no pipe does."""
    import socket  # slow to import, and rarely needed without asyncio

    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    os.set_blocking(one.fileno(), False)
    return one.detach(), other.detach()


def _borrow(fd: int, floor: int) -> int:
    """Return a copy of *fd* for the child; of a pipe, one that blocks.

    A stream of ours does not block, and a duplicate would share that: a
    program that knows no other stops at the first EAGAIN. Opened anew, a pipe
    has a mode of its own.
    """
    theirs = _duplicate(fd, floor)
    try:
        blocks = os.get_blocking(theirs) or not stat.S_ISFIFO(os.fstat(theirs).st_mode)
    except OSError:
        os.close(theirs)
        raise
    if blocks:
        return theirs
    access = fcntl.fcntl(theirs, fcntl.F_GETFL) & os.O_ACCMODE
    try:
        again = os.open(f"/proc/self/fd/{theirs}", access | os.O_CLOEXEC)
    except OSError:
        return theirs  # another system, or no /proc here
    os.close(theirs)
    return again


def _duplicate(fd: int, floor: int) -> int:
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, floor)


def close_all(fds: dict[int, int]) -> None:
    """Close and forget each of *fds*."""
    while fds:
        _, fd = fds.popitem()
        os.close(fd)


open_pipe: Callable[[int], tuple[int, int]] = _open_pipe
"""`_open_pipe`, or its compiled twin, where there is one."""
if has_native():
    from child_process._launch._spawn import open_pipe
