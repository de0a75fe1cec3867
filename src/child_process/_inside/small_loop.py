"""A loop for a program that only answers messages: `SmallLoop`.

Layer: inside. No asyncio, whose import takes longer than many an answer.
"""

from __future__ import annotations

import os
import select
from collections import deque
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from child_process._channel.channel import Channel

__all__ = ["SmallLoop"]

NOT_IN: Final = ~select.POLLIN
NOT_OUT: Final = ~select.POLLOUT
LOOK_AROUND: Final = 500
"""Milliseconds after which it looks what a signal's handler may have added."""


class SmallLoop:
    """Calls back when descriptors are ready; what `Channel` needs, no more.

    Attributes:
        waiter: Waits by itself, while its descriptor is all that is watched.
    """

    def __init__(self) -> None:
        self.waiter: Channel | None = None
        self._alone = False
        self._poll = select.poll()
        self._readers: dict[int, Callable[[], Any]] = {}
        self._writers: dict[int, Callable[[], Any]] = {}
        self._soon: deque[tuple[Callable[..., Any], tuple[Any, ...]]] = deque()
        self._waker = -1
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
        if self.waiter is not None and self.waiter.waits:
            self.waiter.interrupt()  # a signal's handler calls

    def call_soon_threadsafe(self, callback: Callable[..., Any], *args: Any) -> None:
        """Do as `call_soon`, from any thread, once `open_to_threads` was called."""
        self._soon.append((callback, args))
        if self._waker >= 0:
            os.write(self._waker, b"1")

    def open_to_threads(self) -> None:
        """Be woken by `call_soon_threadsafe`, from now on."""
        if self._waker < 0:
            woken, self._waker = os.pipe()
            self.add_reader(woken, lambda: os.read(woken, 4096))

    def is_closed(self) -> bool:
        """Return False: it needs no closing."""
        return False

    def run_while(self, condition: Callable[[], bool]) -> None:
        """Turn for as long as *condition* holds, or something is to be called."""
        self.running = True
        try:
            while True:
                self._call_due()
                if condition():
                    self._wait()
                elif not self._soon:
                    return
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

    def _call_due(self) -> None:
        for _ in range(len(self._soon)):
            callback, args = self._soon.popleft()
            callback(*args)

    def _wait(self) -> None:
        waiter = self.waiter
        if waiter is not None and self._alone:
            # A system call less for each message.
            waiter.waits = True
            try:
                if not self._soon:  # else one was added just now
                    waiter.wait()
            finally:
                waiter.waits = False
            return
        for fd, happened in self._poll.poll(self._patience()):
            # A hang-up wakes both: each finds out by trying.
            if happened & NOT_OUT and fd in self._readers:
                self._readers[fd]()
            if happened & NOT_IN and fd in self._writers:
                self._writers[fd]()

    def _patience(self) -> int:
        """Return the milliseconds to wait."""
        if self._soon:
            return 0
        return LOOK_AROUND

    def _register(self, fd: int) -> None:
        waiter = -1 if self.waiter is None else self.waiter.fileno()
        self._alone = not self._writers and [*self._readers] == [waiter]
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
