"""Whose memory it is that the system charges to a child: `own_peak`.

Layer: launch.

A child borrows our memory, or has a copy of it, until its own program runs, and
Linux counts the peak of that as the child's: under a parent of 1 GiB, `true`
"uses" 1 GiB. Only what is above our own peak is certainly the child's own.

Source: ``setmax_mm_hiwater_rss`` in the kernel's ``exec_mmap``. Our own peak is
VmHWM of proc(5), not ``getrusage``, where the same may have happened to us.
"""

from __future__ import annotations

import sys
from typing import Final

__all__ = ["own_peak"]

MARGIN: Final = 1 << 20
"""Bytes by which the system's counts may be late: it adds up batches."""

_ours = 0


def own_peak(charged: int) -> int | None:
    """Return the bytes of a child that is *charged* so much, in the system's unit.

    None where they may be ours. Ask when the child has ended: our peak only
    grows, so what is above it now was above it then.
    """
    if sys.platform == "darwin":
        return charged  # in bytes; a start there borrows nothing
    return _above_ours(charged * 1024)


def _above_ours(charged: int) -> int | None:
    global _ours  # noqa: PLW0603 - what was read last, so as to read it rarely
    if charged > _ours + MARGIN:
        _ours = _read_peak()
    return charged if 0 < _ours < charged - MARGIN else None


def _read_peak() -> int:
    """Return the most memory that this program had so far; 0 if nobody says."""
    try:
        with open("/proc/self/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmHWM:"):
                    return 1024 * int(line.split()[1])
    except OSError:
        return 0  # no /proc here
    return 0
