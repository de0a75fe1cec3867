"""Whether a tree keeps to its limits of memory and processes: `Oversight`.

Layer: launch. Reads ``/proc``; where there is none, nothing is seen, and the
kernel's limits stand alone.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from child_process._launch import proc
from child_process._launch.tree import Tree
from child_process._protocol.exceeding import Sample, passed

if TYPE_CHECKING:
    from child_process._launch.ports import ProcessHandle
    from child_process._values.limits import Limits

__all__ = ["Oversight"]

INTERVAL: Final = 0.025
"""Seconds between two looks."""
SHORTEST: Final = 0.005
"""The same, while the tree grows by a quarter from one look to the next."""
SHARE: Final = 4
"""A look that takes long is followed by as many times its time of rest; while the
tree grows, by its time once."""

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
        self._handle = handle
        self._tree = Tree(handle, group=handle.leads_group)
        self._limits = limits
        self._seen: Sample | None = None
        self.due = time.monotonic() + INTERVAL
        """When to look again, by `time.monotonic`."""

    def look(self) -> str | None:
        """Return the limit that is passed, "memory" or "processes", or None."""
        began = time.monotonic()
        self._tree.look()
        pids = self._tree.remaining()
        sample = _sample(pids, memory=self._limits.memory is not None)
        reason = passed(sample, self._limits)
        if reason == "memory" and len(pids) > 1:
            # What a fork shares with its parent was counted for both of them.
            reason = passed(_exact(pids), self._limits)
        grows, self._seen = _grows(self._seen, sample), sample
        ended = time.monotonic()
        took = ended - began
        self.due = ended + (
            max(SHORTEST, took) if grows else max(INTERVAL, SHARE * took)
        )
        return reason

    def strike(self) -> None:
        """Kill the root's group, in one call and before anybody is looked up.

        What is left of a tree that grows is then little, and can be ended as any
        other. Who left the group is found by the cookie.
        """
        pid = self._handle.pid
        if self._handle.leads_group and pid is not None and self._handle.exit_fd >= 0:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    def last_look(self) -> str | None:
        """Return the same for what the root, which has ended, left behind.

        Who starts others and goes may have been over the limit between two
        looks: so this one is thorough.
        """
        self._tree.search(time.monotonic(), signal.SIGCONT)
        return self.look()


def _grows(before: Sample | None, now: Sample) -> bool:
    return before is not None and (
        4 * now.processes > 5 * before.processes or 4 * now.memory > 5 * before.memory
    )


def _sample(pids: tuple[int, ...], *, memory: bool) -> Sample:
    if not memory:
        return Sample(0, sum(map(_threads, pids)))
    used = processes = 0
    for pid in pids:
        found = _figures(f"/proc/{pid}/status")
        used += sum(found.get(name, 0) for name in _IN_USE)
        processes += found.get("Threads", 0)
    return Sample(used * _KIB, processes)


def _threads(pid: int) -> int:
    found = proc.fields(pid)
    return 0 if found is None else int(found[17])


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
