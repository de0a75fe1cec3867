"""The outgoing half of a channel on a loop: `Writer`.

Layer: channel.

A message is written as soon as it is sent, but a system call costs as much as
several messages: what follows may wait for a little, to go in one piece.

==================  =========================================================
who sends           what waits
==================  =========================================================
on asyncio          what follows the first message of a turn, and the first few
                    answers to messages that came together: until its end
a forked child      what follows the first few answers to messages that came
                    together, while they take less than a millisecond each
either              no more than `BURST` bytes
==================  =========================================================

A child may do anything at all after it has sent something: compute for an hour,
or end without a word. So it never waits outside of a listener.
"""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from child_process._channel.wire_socket import WireSocket
    from child_process.ipc.events import Event
    from child_process.ipc.outbox import Write
    from child_process.ipc.session import Session

__all__ = ["HIGH_WATER", "Writer"]

HIGH_WATER: Final = 128 * 1024
"""Unsent bytes from which on no more are welcome, as Node's."""
BURST: Final = 64 * 1024
"""Bytes from which on a burst is written before its turn ends."""
EAGER: Final = 8
"""Answers that go at once, of those to messages that came together."""
SMALL: Final = 4096
"""Bytes that a socket takes whole or not at all."""
PROMPT: Final = 0.001
"""Seconds from the last write, within which more of them may wait."""


class Writer:
    """Writes what a session has to send.

    Args:
        session: What to send, and who learns that it was.
        socket: Where it goes.
        act: Does what the session's events say.
        gone: Called when the other end does not take any more.
        bursts: Whether messages after the first of a turn may wait for its
            end; else each is written at once.
    """

    def __init__(
        self,
        session: Session,
        socket: WireSocket,
        act: Callable[[list[Event]], None],
        gone: Callable[[], None],
        *,
        bursts: bool,
    ) -> None:
        self.corked = False
        """Whether messages are being dealt with; `uncork` follows."""
        self.eager = 0
        """How many messages may go at once, each by itself, by `written`."""
        self.patience = 0
        """Bytes below which what is sent may wait: `sent` need not be called."""
        self.until: float | None = None if bursts else 0.0
        """The `monotonic` time until which it may; None is for as long as it takes."""
        self._session = session
        self._outbox = session.outbox
        self._socket = socket
        self._act = act
        self._gone = gone
        self._bursts = bursts
        self._bursting = False
        self._loop: Any = None
        self._watched = False
        self._burst(going_on=False)
        self._writes: deque[Write] = deque()
        self._offset = 0
        self._taken: list[int] = []
        self._waiters: list[Callable[[], None]] = []

    def attach(self, loop: Any) -> None:
        """Wait for room on *loop*; None is on none."""
        self.unwatch()
        self._loop = loop
        self._burst(going_on=False)
        if loop is not None:
            self.flush()

    def written(self, frame: bytes | bytearray) -> bool:
        """Write *frame*, where nothing waits, past the session; False is: not done.

        The short way for one message at a time. A small one is written whole or
        not at all.
        """
        if len(frame) > SMALL:
            return False
        try:
            size = self._socket.write_some(frame)
        except OSError:
            return False  # `flush` will see it too
        if not size:
            return False
        if size < len(frame):
            self._outbox.put(frame[size:], None)
        self._follow()
        return True

    def sent(self, queued: int) -> bool:
        """Note that the session has more to send; False asks for no more just now.

        Args:
            queued: What `Session.send` returned.
        """
        if queued < self.patience and (self.until is None or monotonic() < self.until):
            return True
        if self._can_write():
            self.flush()
            self._follow()
        queued = self._outbox.queued
        return not queued or (queued < HIGH_WATER and not self._outbox.waiting)

    def cork(self) -> None:
        """Note that messages are being dealt with, until `uncork`."""
        self.corked = True
        self.patience = BURST
        self.eager = EAGER

    def uncork(self) -> None:
        """Note that they were, and write what waits."""
        self.corked = False
        self._burst(going_on=self._bursting)
        if self._outbox.queued and not self._watched:
            self.flush()

    def flush(self) -> None:
        """Write what fits; wait for room for the rest."""
        taken = self._taken
        try:
            while (write := self._next()) is not None:
                if self._offset:
                    rest = memoryview(write.data)[self._offset :]
                    self._socket.write(rest, (), taken)
                else:
                    self._socket.write(write.data, write.fds, taken)
                if not taken:
                    self._watch()
                    return
        except OSError:
            self._gone()
            return
        if self._watched:
            self.unwatch()

    def flush_blocking(self) -> None:
        """Write everything, however long it takes: the process is about to end."""
        self.uncork()
        self.unwatch()
        self._loop = None  # perhaps closed, and of no use any more
        self._socket.block()
        self.flush()

    def when_drained(self, done: Callable[[], None]) -> None:
        """Call *done* once nothing waits to be sent, or the channel closed."""
        if self._outbox.queued:
            self._waiters.append(done)
        else:
            done()

    def close(self) -> None:
        """Forget what was not written, and let go of who waits for it."""
        self.unwatch()
        self._writes.clear()
        self._release()

    def unwatch(self) -> None:
        """Stop waiting for room."""
        if self._watched:
            self._watched = False
            if not self._loop.is_closed():
                self._loop.remove_writer(self._socket.fileno())

    def _watch(self) -> None:
        if self._loop is not None and not self._watched:
            self._watched = True
            self._loop.add_writer(self._socket.fileno(), self.flush)

    def _can_write(self) -> bool:
        """Say whether writing is worth a try; if not, the loop will call."""
        if self._bursts:
            # On no loop, there is no child yet, and perhaps there will be none.
            return self._loop is not None and not self._watched
        return not (self._watched and self.corked)

    def _follow(self) -> None:
        """Note that a message was written: more may follow in this turn."""
        if self.corked:
            self.eager -= self.eager > 0
            if not self._bursts:
                self.until = monotonic() + PROMPT
        elif self._bursts and self._loop is not None and not self._bursting:
            self._burst(going_on=True)
            self._loop.call_soon(self._end_burst)

    def _burst(self, *, going_on: bool) -> None:
        self._bursting = going_on
        if not self.corked:
            self.eager = int(not going_on and self._can_write())
            self.patience = BURST if going_on else 0

    def _end_burst(self) -> None:
        self._burst(going_on=False)
        self.flush()

    def _next(self) -> Write | None:
        """Return what is to be written first.

        While it waits for room, the rest stays where it can grow together.
        """
        if self._taken:
            self._note_written()
        if not self._outbox.queued:
            return None
        if not self._writes:
            self._writes += self._outbox.take()
        return self._writes[0] if self._writes else None

    def _note_written(self) -> None:
        """Note what the system took.

        A signal's handler can come at any call, and send, or raise: until a
        step's last call nothing of it is noted.
        """
        taken = self._taken
        size = taken[0]
        self._offset += size
        taken.clear()
        # Gone are the writes, if what was written closed the channel.
        if self._writes and self._offset >= len(self._writes[0].data):
            self._offset = 0
            self._writes.popleft()
        events = self._session.sent(size)
        if events:
            self._act(events)
        if self._waiters and not self._outbox.queued:
            self._release()

    def _release(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter()
