"""How a loop hears that starts are complete: `Completions`.

Layer: launch.

The native launcher's thread has no interpreter's lock, so it cannot call a
loop. It writes to a descriptor that the loop watches, once for all that is
complete by then. One for each loop, which goes with the loop; one descriptor is
kept for the next, so that a program with one loop at a time has one for good.
"""

from __future__ import annotations

import os
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING

from child_process._launch import at_exit
from child_process._launch._spawn import Inbox

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from child_process._launch._spawn import Start
    from child_process._launch.ports import ProcessHandle

    Waiting = tuple[Start, ProcessHandle, Callable[[], None]]

__all__ = ["Completions"]

_of_loops: weakref.WeakKeyDictionary[
    AbstractEventLoop, weakref.ReferenceType[Completions]
] = weakref.WeakKeyDictionary()
_spare: list[Inbox] = []
"""At most one, from the beginning on."""

with suppress(OSError):  # no descriptor is left: maybe later
    _spare.append(Inbox())


class Completions:
    """Tells one loop of starts; held by what the loop watches, and by nothing else.

    Args:
        loop: The running loop.

    Raises:
        OSError: No descriptor is left.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._waiting: dict[int, Waiting] = {}
        self._tickets = 0
        self._owner = os.getpid()
        inbox = _from_spare() or Inbox()
        self._inbox: Inbox | None = inbox
        loop.add_reader(inbox.fileno(), self._tell)

    @classmethod
    def of(cls, loop: AbstractEventLoop) -> Completions:
        """Return those of *loop*, the running one.

        Raises:
            OSError: No descriptor is left.
        """
        known = _of_loops.get(loop)
        found = None if known is None else known()
        if found is None:
            found = cls(loop)
            _of_loops[loop] = weakref.ref(found)
        return found

    def expect(
        self, start: Start, handle: ProcessHandle, done: Callable[[], None]
    ) -> None:
        """Begin *start*, of *handle*, and have *done* called once it is complete."""
        assert self._inbox is not None, "its loop runs"
        self._tickets += 1
        self._waiting[self._tickets] = start, handle, done
        if not start.submit(self._inbox, self._tickets):
            # No room for a thread: there will hardly be any for a process.
            start.run()

    def _tell(self) -> None:
        if self._inbox is not None:
            for ticket in self._inbox.take():
                _, _, done = self._waiting.pop(ticket)
                done()

    def retire(self) -> None:
        """The loop is closed: what it would have heard of is reaped by others."""
        inbox, self._inbox = self._inbox, None
        if inbox is None or self._owner != os.getpid():
            return
        while self._waiting:
            _, (start, handle, _) = self._waiting.popitem()
            start.run()
            at_exit.orphaned(handle)
        inbox.take()
        if not _spare:
            _spare.append(inbox)

    def __del__(self) -> None:
        if hasattr(self, "_inbox"):
            self.retire()


def _from_spare() -> Inbox | None:
    for loop, known in [*_of_loops.items()]:
        # Something may keep a closed loop, the traceback of an error for one.
        if loop.is_closed() and (found := known()) is not None:
            found.retire()
    try:
        return _spare.pop()
    except IndexError:
        return None


def _forget() -> None:
    """Leave the descriptor to the process that this one is a fork of."""
    _spare.clear()


os.register_at_fork(after_in_child=_forget)
