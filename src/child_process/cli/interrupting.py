"""What Ctrl-C and SIGTERM do to a command that runs: `interruptible`.

Layer: cli.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["Interrupted", "die_by", "interruptible"]

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TWICE: Final = 2.0
"""Seconds within which a second Ctrl-C means: whatever it takes."""


class Interrupted(BaseException):
    """We were told to end. The command's teardown runs while this flies.

    Attributes:
        number: The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Watch:
    """Raises `Interrupted` once, where a signal is meant for us.

    A command that shares our terminal gets Ctrl-C from it, as we do: the first
    one is the command's, which may clean up, or go on as a prompt does. A
    second within `TWICE` seconds is ours.
    """

    def __init__(self, *, shares_terminal: bool) -> None:
        self._shares_terminal = shares_terminal
        self._last = -TWICE
        self._raised = False
        self.seen: int | None = None

    def __call__(self, number: int, _: FrameType | None) -> None:
        self.seen = number
        before, self._last = self._last, time.monotonic()
        if self._raised:
            return  # the teardown is under way; it is bounded
        theirs = number == signal.SIGINT and self._shares_terminal
        if theirs and self._last - before > TWICE:
            return
        self._raised = True
        raise Interrupted(number)


@contextmanager
def interruptible(*, shares_terminal: bool) -> Iterator[_Watch]:
    """Make `SIGNALS` raise `Interrupted` in this block, at most once.

    Signals that we were started to ignore, as by nohup(1), stay ignored.
    """
    watch = _Watch(shares_terminal=shares_terminal)
    heeded = [one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, watch) for one in heeded}
    try:
        yield watch
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def die_by(number: int) -> None:
    """End this program by signal *number*, so that a shell's loop ends as well."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
