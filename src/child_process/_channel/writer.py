"""The outgoing half of a channel on a loop: `Writer`.

Layer: channel.

A message is written as soon as it is sent. What is sent while messages are being
dealt with, and after the first of a turn, goes together in one piece: a system
call costs as much as several messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from child_process._channel.wire_socket import WireSocket
    from child_process.ipc.events import Event
    from child_process.ipc.outbox import Write
    from child_process.ipc.session import Session

__all__ = ["Writer"]

BURST: Final = 64 * 1024
"""Bytes from which on a burst is written before its turn ends."""


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
        """Whether what is sent waits for `flush`."""
        self._session = session
        self._socket = socket
        self._act = act
        self._gone = gone
        self._bursts = bursts
        self._bursting = False
        self._loop: Any = None
        self._watched = False
        self._writes: list[Write] = []
        self._offset = 0
        self._waiters: list[Callable[[], None]] = []

    def attach(self, loop: Any) -> None:
        """Wait for room on *loop*; None is on none."""
        self.unwatch()
        self._bursting = False
        self._loop = loop
        if loop is not None:
            self.flush()

    def sent(self) -> None:
        """Note that the session has more to send."""
        if self.corked or (self._bursting and self._session.queued < BURST):
            return
        self.flush()
        if self._bursts and self._loop is not None and not self._bursting:
            # More may follow in this turn.
            self._bursting = True
            self._loop.call_soon(self._end_burst)

    def flush(self) -> None:
        """Write what fits; wait for room for the rest."""
        self._writes += self._session.data_to_send()
        try:
            while self._writes:
                write = self._writes[0]
                if self._offset:
                    rest = memoryview(write.data)[self._offset :]
                    written = self._socket.write(rest, ())
                else:
                    written = self._socket.write(write.data, write.fds)
                if not written:
                    self._watch()
                    return
                self._written(written)
        except OSError:
            self._gone()
            return
        self.unwatch()

    def flush_blocking(self) -> None:
        """Write everything, however long it takes: the process is about to end."""
        self.corked = False
        self.unwatch()
        self._loop = None  # perhaps closed, and of no use any more
        self.flush()
        try:
            while self._writes:
                write = self._writes[0]
                rest = memoryview(write.data)[self._offset :]
                self._socket.write_all(rest, () if self._offset else write.fds)
                self._written(len(rest))
                self._writes += self._session.data_to_send()
        except OSError:
            return  # nobody is there to read it

    def when_drained(self, done: Callable[[], None]) -> None:
        """Call *done* once nothing waits to be sent, or the channel closed."""
        if self._session.queued and not self._session.closed:
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

    def _end_burst(self) -> None:
        self._bursting = False
        self.flush()

    def _written(self, size: int) -> None:
        self._offset += size
        # Gone are the writes, if what was written closed the channel.
        if self._writes and self._offset == len(self._writes[0].data):
            del self._writes[0]
            self._offset = 0
        events = self._session.sent(size)
        if events:
            self._act(events)
        if self._waiters and not self._session.queued:
            self._release()

    def _release(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter()
