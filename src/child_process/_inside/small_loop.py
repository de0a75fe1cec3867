"""A loop for a program that only answers messages: `SmallLoop`.

Layer: inside. No asyncio, whose import takes longer than many an answer.
"""

from __future__ import annotations

import select
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SmallLoop"]


class SmallLoop:
    """Calls back when descriptors are ready; what `Channel` needs, no more."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._readers: dict[int, Callable[[], Any]] = {}
        self._writers: dict[int, Callable[[], Any]] = {}
        self._soon: deque[tuple[Callable[..., Any], tuple[Any, ...]]] = deque()
        self.running = False

    def add_reader(self, fd: int, callback: Callable[[], Any]) -> None:
        """Call *callback* whenever *fd* is readable."""
        self._readers[fd] = callback
        self._register(fd)

    def remove_reader(self, fd: int) -> None:
        """Stop calling."""
        self._readers.pop(fd, None)
        self._register(fd)

    def add_writer(self, fd: int, callback: Callable[[], Any]) -> None:
        """Call *callback* whenever *fd* is writable."""
        self._writers[fd] = callback
        self._register(fd)

    def remove_writer(self, fd: int) -> None:
        """Stop calling."""
        self._writers.pop(fd, None)
        self._register(fd)

    def call_soon(self, callback: Callable[..., Any], *args: Any) -> None:
        """Call *callback* on the next turn."""
        self._soon.append((callback, args))

    def is_closed(self) -> bool:
        """Return False: it needs no closing."""
        return False

    def run_while(self, condition: Callable[[], bool]) -> None:
        """Turn for as long as *condition* holds, or something is to be called."""
        self.running = True
        try:
            while self._soon or condition():
                self._turn()
        finally:
            self.running = False

    @property
    def pending(self) -> bool:
        """Whether something is to be called on the next turn."""
        return bool(self._soon)

    def hand_over(self, loop: Any) -> None:
        """Let *loop* call what was to be called on the next turn."""
        while self._soon:
            callback, args = self._soon.popleft()
            loop.call_soon(callback, *args)

    def _turn(self) -> None:
        for _ in range(len(self._soon)):
            callback, args = self._soon.popleft()
            callback(*args)
        if not self._readers and not self._writers and not self._soon:
            return
        for fd, happened in self._poll.poll(0 if self._soon else None):
            # A hang-up wakes both: each finds out by trying.
            if happened & ~select.POLLOUT and fd in self._readers:
                self._readers[fd]()
            if happened & ~select.POLLIN and fd in self._writers:
                self._writers[fd]()

    def _register(self, fd: int) -> None:
        events = (select.POLLIN if fd in self._readers else 0) | (
            select.POLLOUT if fd in self._writers else 0
        )
        if events:
            self._poll.register(fd, events)
        else:
            try:
                self._poll.unregister(fd)
            except KeyError:
                return  # it was not watched
