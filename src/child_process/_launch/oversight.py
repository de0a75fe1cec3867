"""Whether a tree keeps to its limits of memory and processes: `Oversight`.

Layer: launch. Reads ``/proc``; where there is none, nothing is seen, and the
kernel's limits stand alone.
"""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Final

from child_process._launch.tree import Tree
from child_process._protocol.exceeding import Sample, passed

if TYPE_CHECKING:
    from child_process._launch.ports import ProcessHandle
    from child_process._values.limits import Limits

__all__ = ["Oversight"]

INTERVAL: Final = 0.025
"""Seconds between two looks."""
SHARE: Final = 4
"""A look that takes long is followed by as many times its time of rest."""

_KIB: Final = 1024
_IN_USE: Final = ("RssAnon", "RssShmem", "VmSwap")
_PROPORTIONAL: Final = ("Pss_Anon", "Pss_Shmem", "SwapPss")


class Oversight:
    """Looks at the tree of *handle* from time to time, when it is asked to.

    Args:
        handle: The root; it runs.
        limits: What the tree has to keep to.
    """

    def __init__(self, handle: ProcessHandle, limits: Limits) -> None:
        self._tree = Tree(handle, group=handle.leads_group)
        self._limits = limits
        self.due = time.monotonic() + INTERVAL
        """When to look again, by `time.monotonic`."""

    def look(self) -> str | None:
        """Return the limit that is passed, "memory" or "processes", or None."""
        began = time.monotonic()
        self._tree.look()
        pids = self._tree.remaining()
        reason = passed(_sample(pids), self._limits)
        if reason == "memory" and len(pids) > 1:
            # What a fork shares with its parent was counted for both of them.
            reason = passed(_exact(pids), self._limits)
        ended = time.monotonic()
        self.due = ended + max(INTERVAL, SHARE * (ended - began))
        return reason

    def last_look(self) -> str | None:
        """Return the same for what the root, which has ended, left behind.

        Who starts others and goes may have been over the limit between two
        looks: so this one is thorough.
        """
        self._tree.search(time.monotonic(), signal.SIGCONT)
        return self.look()


def _sample(pids: tuple[int, ...]) -> Sample:
    memory = processes = 0
    for pid in pids:
        found = _figures(f"/proc/{pid}/status")
        memory += sum(found.get(name, 0) for name in _IN_USE)
        processes += found.get("Threads", 0)
    return Sample(memory * _KIB, processes)


def _exact(pids: tuple[int, ...]) -> Sample:
    """Return the same, slower, with what is shared counted once."""
    memory = processes = 0
    for pid in pids:
        found = _figures(f"/proc/{pid}/status")
        processes += found.get("Threads", 0)
        shares = _figures(f"/proc/{pid}/smaps_rollup")
        if shares:
            memory += sum(shares.get(name, 0) for name in _PROPORTIONAL)
        else:  # another user's
            memory += sum(found.get(name, 0) for name in _IN_USE)
    return Sample(memory * _KIB, processes)


def _figures(path: str) -> dict[str, int]:
    """Return the numbers of a file with a name and a number a line."""
    found = {}
    try:
        with open(path, "rb") as file:
            for line in file:
                name, _, value = line.partition(b":")
                number = value.split(maxsplit=1)[:1]
                if number and number[0].isdigit():
                    found[name.decode()] = int(number[0])
    except OSError:
        return {}  # it has ended
    return found
