"""A descriptor that is readable once a process has ended.

Layer: launch.

A pidfd, which a selector and a loop can wait for alike, and which is never a
stranger's: it means the process, not its number. Where there is none (an old
kernel, macOS), a thread waits and closes the write end of a pipe.

Never SIGCHLD, never ``waitpid(-1)``: both take other people's children.
"""

from __future__ import annotations

import os
import threading

__all__ = ["open_exit_fd"]


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


_OUT_OF_DESCRIPTORS = frozenset({23, 24})  # ENFILE, EMFILE: the same everywhere


def _watched_by_a_thread(pid: int) -> int:
    read, write = os.pipe()
    # A daemon: a child that never ends must not keep this program alive.
    threading.Thread(
        target=_wait, args=(pid, write), name=f"child-process-wait-{pid}", daemon=True
    ).start()
    return read


def _wait(pid: int, write: int) -> None:
    try:
        # Left as it is, for whoever reaps: only they know when it is time.
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    except ChildProcessError:
        pass  # somebody else took it: it has ended all the same
    finally:
        os.close(write)
