"""A descriptor that is readable once a process has ended.

Layer: launch.

A pidfd, which a selector and a loop can wait for alike, and which is never a
stranger's: it means the process, not its number. Where there is none (an old
kernel, macOS), a thread waits and closes the write end of a pipe. It leaves the
status for whoever reaps; where the system cannot wait without taking it (macOS
before Python 3.13), `taken` has it.

Never SIGCHLD, never ``waitpid(-1)``: both take other people's children.
"""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import resource

    Taken = tuple[int, resource.struct_rusage]

__all__ = ["open_exit_fd", "taken"]

_OUT_OF_DESCRIPTORS: Final = frozenset((errno.ENFILE, errno.EMFILE))
_taken: Final[dict[int, Taken]] = {}


def open_exit_fd(pid: int) -> tuple[int, bool]:
    """Return a descriptor for the exit of *pid*, our child that is not reaped yet.

    The second value says whether it is a pidfd.

    Raises:
        OSError: No descriptor is left.
    """
    try:
        return os.pidfd_open(pid), True
    except (AttributeError, OSError) as error:
        if isinstance(error, OSError) and error.errno in _OUT_OF_DESCRIPTORS:
            raise
    return _watched_by_a_thread(pid), False


def taken(pid: int) -> Taken | None:
    """Return the wait status and the usage that the thread took, once."""
    return _taken.pop(pid, None)


def _watched_by_a_thread(pid: int) -> int:
    read, write = os.pipe()
    # A daemon: a child that never ends must not keep this program alive.
    threading.Thread(
        target=_wait, args=(pid, write), name=f"child-process-wait-{pid}", daemon=True
    ).start()
    return read


def _wait(pid: int, write: int) -> None:
    try:
        if hasattr(os, "waitid"):
            # Left as it is, for whoever reaps: only they know when it is time.
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        else:
            _, status, usage = os.wait4(pid, 0)
            _taken[pid] = status, usage
    except ChildProcessError:
        pass  # somebody else took it: it has ended all the same
    finally:
        os.close(write)
