"""Processes that belong to a tree, as they are found: `Members`.

Layer: launch. Imports nothing slow: the guardian's program takes this module
without the package.
"""

from __future__ import annotations

import os

from child_process._launch import proc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Members"]


class Members:
    """The processes found so far, each by its number and the time it began at."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def add(self, found: Mapping[int, int]) -> dict[int, int]:
        """Take in *found*, numbers with times; return those that are new.

        This process is never one: a program that is itself a member of
        somebody's tree must not end itself.
        """
        new = {
            pid: at
            for pid, at in found.items()
            if self._known.get(pid) != at and pid != os.getpid()
        }
        self._known.update(new)
        return new

    def walk(self, roots: Iterable[int] = ()) -> dict[int, int]:
        """Find who descends from *roots* and from those known; return the new ones."""
        found: dict[int, int] = {}
        pending = [*roots, *self._known]
        while pending:
            for pid in proc.children(pending.pop()):
                at = proc.began(pid)
                if at is not None and self.add({pid: at}):
                    found[pid] = at
                    pending.append(pid)
        return found

    def send(self, number: int, *, except_group: int | None = None) -> None:
        """Send signal *number* to each, but those of the group *except_group*."""
        for pid, at in [*self._known.items()]:
            if except_group is None or proc.group_of(pid) != except_group:
                proc.send(pid, at, number)

    def remaining(self) -> tuple[int, ...]:
        """Forget those that have ended, and return the numbers of the others."""
        self._known = {
            pid: at for pid, at in self._known.items() if proc.began(pid) == at
        }
        return tuple(self._known)
