"""Why a child ends, and when reading its output ends: `Ending`, `Silence`.

Layer: protocol. No I/O; the time is handed in.
"""

from __future__ import annotations

__all__ = ["Ending", "Silence"]


class Ending:
    """The first cause of death wins; what follows from it is not a cause."""

    __slots__ = ("reason",)

    def __init__(self) -> None:
        self.reason: str | None = None

    def because(self, reason: str) -> bool:
        """Note *reason*; False says that there was one before."""
        if self.reason is not None:
            return False
        self.reason = reason
        return True


class Silence:
    """When to stop reading the output of a process that has ended.

    What it started can hold its pipes for hours. So after the exit reading
    goes on as long as data keeps coming, and ends once *limit* seconds went by
    in which nothing came.

    Args:
        limit: Seconds.
        now: When the process ended, in seconds.
        total: Bytes that had been read by then.
    """

    __slots__ = ("_limit", "_total", "due")

    def __init__(self, limit: float, now: float, total: int) -> None:
        self._limit = limit
        self._total = total
        self.due = now + limit
        """When to look again."""

    def look(self, now: float, total: int) -> bool:
        """Say whether it is over, with *total* bytes read by *now*."""
        if now < self.due:
            return False
        if total == self._total:
            return True
        self._total = total
        self.due = now + self._limit
        return False
