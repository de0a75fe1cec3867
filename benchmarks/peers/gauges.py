"""What this process holds: memory, descriptors, threads, children. Linux only.

Sizes are bytes. `peak` is ``VmHWM`` rather than ``ru_maxrss``: the latter is
inherited over exec, so that a peer would be charged with its starter's peak.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path

_STATUS = Path("/proc/self/status")


def resident() -> int:
    """Return the memory held now."""
    return _status("VmRSS") * 1024


def peak() -> int:
    """Return the most memory ever held."""
    return _status("VmHWM") * 1024


def threads() -> int:
    """Return the number of threads."""
    return _status("Threads")


def descriptors() -> int:
    """Return the number of open descriptors."""
    return len(list(Path("/proc/self/fd").iterdir())) - 1  # less the one that lists


def children() -> list[str]:
    """Return the state letter of every child; "Z" is a zombie."""
    states = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if after_name[1] == str(os.getpid()):
            states.append(after_name[0])
    return states


def ballast(size: int) -> mmap.mmap:
    """Return *size* bytes that are resident, in small pages as most memory is."""
    held = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    held.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, size, mmap.PAGESIZE):
        held[at] = 1
    return held


def _status(field: str) -> int:
    for line in _STATUS.read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0])
    raise LookupError(field)
