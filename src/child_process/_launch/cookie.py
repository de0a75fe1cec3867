"""The cookie: a word in the environment by which a child's descendants are known.

Layer: launch. Imports nothing slow: the guardian's program takes this module
without the package.

Every child that is ours to end gets a word of its own, and its descendants
inherit it, whatever session or parent they have later on. A program among them
that uses this library adds its words after ours, so that we still find what it
started. Only who throws its environment away is not found (``env -i``): those
are found by the walk alone.

Source: Jenkins' ``ProcessTree.java``, which does so since 2008.
"""

from __future__ import annotations

import itertools
import os
import time

from child_process._launch import proc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._values.plan import LaunchPlan

__all__ = ["VARIABLE", "Census", "census", "crowded", "entry", "marked"]

VARIABLE = b"CHILD_PROCESS_COOKIE"
"""Holds the words, those of the outermost program first, between colons."""

_given = os.environb.get(VARIABLE)
"""The words of whoever started this program."""

LOOKS = 4
"""How often is asked who was born while we looked: the last of a chain of forks."""

PATIENCE = 0.5
SETTLINGS = 20
"""Seconds, and looks, until a process that tells nothing is left alone.

The system holds it. Both, since this program may have been held as well.
"""

PERIOD = 0.1
BUDGET = 0.01
"""Seconds that censuses may take of a period before those who need one share it."""


def marked(plan: LaunchPlan) -> LaunchPlan:
    """Return *plan* with a word that no other child has.

    A child that is detached gets none: nobody is to find it.
    """
    if plan.session:
        return plan
    return plan.replacing(cookie=b"%s-%x" % (_program, next(_numbers)))


def entry(plan: LaunchPlan) -> bytes | None:
    """Return what the environment of *plan* gets for its word, ``NAME=words``.

    None is nothing. What we were given ourselves stays, whatever environment the
    caller chose: it is whoever started this program who looks for it.
    """
    if plan.cookie is None:
        return None
    outer = plan.environ.get(VARIABLE) or _given
    words = b"%s:%s" % (outer, plan.cookie) if outer else plan.cookie
    return b"%s=%s" % (VARIABLE, words)


class Census:
    """Who bears which word, of all processes that may be looked at.

    Attributes:
        begun: When it was taken, on the monotonic clock.
    """

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self._bearers: dict[bytes, dict[int, int]] = {}
        self._unsure: set[int] = set()
        self._settlings = 0
        seen: set[int] = set()
        for _ in range(LOOKS):
            new = [pid for pid in proc.all_pids() if pid not in seen]
            if not new:
                break
            for pid in new:
                self._look_at(pid)
            seen.update(new)
        self.settle()

    def settle(self) -> bool:
        """Look again at who told nothing; say whether that is over.

        A process in the middle of an exec has no environment: it would slip
        through, at an unlucky moment.
        """
        for pid in [*self._unsure]:
            if not proc.is_changing(pid):
                self._unsure.discard(pid)
                self._look_at(pid, again=True)
        self._settlings += 1
        late = time.monotonic() - self.begun > PATIENCE
        return not self._unsure or (late and self._settlings > SETTLINGS)

    def of(self, word: bytes) -> dict[int, int]:
        """Return the bearers of *word*, each with the time it began at."""
        return self._bearers.get(word, {})

    def _look_at(self, pid: int, *, again: bool = False) -> None:
        environ = proc.environ(pid)
        if environ == b"" and not again:
            self._unsure.add(pid)
        for word in _words(environ or b""):
            at = proc.began(pid)
            if at is not None:
                self._bearers.setdefault(word, {})[pid] = at


def census(since: float) -> Census:
    """Return a census that was begun at *since* or later.

    Many trees are ended at once: they share one, since it looks at every
    process of the system.
    """
    global _latest  # noqa: PLW0603 - what is shared has one place
    if _latest is None or _latest.begun < since:
        _latest = Census()
        _recent.append((_latest.begun, time.monotonic() - _latest.begun))
    return _latest


def crowded() -> bool:
    """Say whether many trees are being ended: wait a moment, and share a census."""
    since = time.monotonic() - PERIOD
    while _recent and _recent[0][0] < since:
        del _recent[0]
    return sum(seconds for _, seconds in _recent) > BUDGET


def _words(environ: bytes) -> Iterator[bytes]:
    """Yield the words that a process with *environ* bears."""
    if VARIABLE not in environ:
        return  # nearly everybody
    for entry in environ.split(b"\0"):
        name, _, value = entry.partition(b"=")
        if name == VARIABLE:
            yield from value.split(b":")


def _begin_anew() -> None:
    """Give this program, or a fork of it, a name of its own."""
    global _program, _numbers, _latest, _recent  # noqa: PLW0603 - what a process has one of
    _program = os.urandom(8).hex().encode()
    _numbers = itertools.count(1)
    _latest = None
    _recent = []


_program: bytes
_numbers: Iterator[int]
_latest: Census | None
_recent: list[tuple[float, float]]
_begin_anew()
os.register_at_fork(after_in_child=_begin_anew)
