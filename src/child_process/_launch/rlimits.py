"""What `Limits` are to the kernel: `rlimits`.

Layer: launch.

Of memory and processes the kernel's limit is a wall further out than what was
asked for: within it we look (see `Oversight`), and can say by which limit a tree
was ended; the wall is there when nobody looks, and to slow down what grows
faster than it is looked at.
"""

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING, Final

from child_process._launch import proc

if TYPE_CHECKING:
    from child_process._values.limits import Limits

    Rlimit = tuple[int, int, int]

__all__ = ["MEMORY_ALLOWANCE", "PROCESS_ALLOWANCE", "rlimits"]

MEMORY_ALLOWANCE: Final = 256 * 1024 * 1024
"""Bytes that a program may set aside and never use: its threads' stacks, mostly."""
PROCESS_ALLOWANCE: Final = 128
"""Beside half of what was asked for: room to be seen in before it is full. What is
refused a process goes away, and with it the sight of how many there were."""


def rlimits(limits: Limits, uid: int) -> tuple[Rlimit, ...]:
    """Return the resources that *limits* limit, each with its soft and hard limit.

    *uid* is the user that the child will be.
    """
    found = []
    if limits.memory is not None:
        # Not RLIMIT_AS: Node and Java reserve many times what they use.
        wall = 2 * limits.memory + MEMORY_ALLOWANCE
        found.append(_at_most_ours(resource.RLIMIT_DATA, wall))
    if limits.processes is not None:
        room = limits.processes + limits.processes // 2 + PROCESS_ALLOWANCE
        # Linux counts all that the user runs, and does not hold root to it.
        wall = room + (_tasks_of(uid) if uid else 0)
        found.append(_at_most_ours(resource.RLIMIT_NPROC, wall))
    if limits.cpu is not None:
        # A second after SIGXCPU, which a program may ignore, SIGKILL.
        found.append((resource.RLIMIT_CPU, limits.cpu, limits.cpu + 1))
    if limits.files is not None:
        found.append((resource.RLIMIT_NOFILE, limits.files, limits.files))
    if limits.file_size is not None:
        found.append((resource.RLIMIT_FSIZE, limits.file_size, limits.file_size))
    return tuple(found)


def _at_most_ours(number: int, wall: int) -> Rlimit:
    most = resource.getrlimit(number)[1]
    # One above would take rights.
    at = wall if most == resource.RLIM_INFINITY else min(wall, most)
    return number, at, at


def _tasks_of(uid: int) -> int:
    """Return how many processes and threads *uid* has, as far as /proc tells."""
    found = 0
    for pid in proc.all_pids():
        try:
            tasks = os.stat(f"/proc/{pid}/task")
        except OSError:
            continue  # it has ended
        if tasks.st_uid == uid:
            found += tasks.st_nlink - 2  # a folder for each
    return found
