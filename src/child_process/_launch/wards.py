"""What the guardian is told: who is to end with this program.

Layer: launch. No I/O. Imports nothing: the guardian's program takes this module
without the package.

A line for each fact, far shorter than what a pipe takes as one piece:

========================  ==================================================
``+ WORD``                a child that bears *WORD* is about to run
``@ WORD PID G FROM TO``  it does, and began between two clock ticks; *G* is 1
                          where it leads a group
``- WORD``                it is not ours to end any more
``!``                     all of that is void: what holds follows
========================  ==================================================

What is no such line is skipped: a guardian that takes another one's place may
begin to read in the middle of one.
"""

from __future__ import annotations

__all__ = ["FORGET", "Wards", "ended", "expected", "started"]

FORGET = b"!\n"

_FIELDS = 6
"""Words in the line of a child that runs."""


def expected(word: bytes) -> bytes:
    """Return the line for a child that is about to run."""
    return b"+ %s\n" % word


def started(word: bytes, pid: int, ticks: tuple[int, int], *, group: bool) -> bytes:
    """Return the line for a child that runs, and began between *ticks*."""
    return b"@ %s %d %d %d %d\n" % (word, pid, group, *ticks)


def ended(word: bytes) -> bytes:
    """Return the line for a child that is not ours any more."""
    return b"- %s\n" % word


class Wards:
    """Those who are to end, as told so far.

    Attributes:
        words: The cookies of all of them.
        starting: Of those whose start was not told yet.
        roots: The processes: number, first and last tick at which it may have
            begun, and whether it leads a group.
    """

    def __init__(self) -> None:
        self._told: dict[bytes, tuple[int, int, int, bool] | None] = {}
        self._rest = b""

    @property
    def words(self) -> frozenset[bytes]:
        return frozenset(self._told)

    @property
    def starting(self) -> frozenset[bytes]:
        return frozenset(word for word, root in self._told.items() if root is None)

    @property
    def roots(self) -> list[tuple[int, int, int, bool]]:
        return [root for root in self._told.values() if root is not None]

    def feed(self, data: bytes) -> None:
        """Take in *data*, any slice of what was told."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line.split(b" "))

    def _take(self, words: list[bytes]) -> None:
        match words:
            case [b"!"]:
                self._told.clear()
            case [b"+", word]:
                self._told.setdefault(word, None)
            case [b"-", word]:
                self._told.pop(word, None)
            case [b"@", word, *numbers] if len(words) == _FIELDS:
                try:
                    pid, group, first, last = map(int, numbers)
                except ValueError:
                    return
                self._told[word] = pid, first, last, group == 1
            case _:
                return
