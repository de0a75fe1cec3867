"""One end of a channel: what it says, and what is to be made of what it hears.

Layer: protocol. No socket, no clock, no event loop.

Whoever has a socket moves bytes and descriptors and does what the events say::

    session.send({"n": 1})                      for write in session.data_to_send():
                                                    … write.data, write.fds …
    events = session.receive(data, fds)             events = session.sent(n)

The rules, which are Node's where Node has one:

- Messages leave and arrive in order, those with handles among them.
- Descriptors travel with the first byte of their message. One that arrives
  belongs to the next NODE_HANDLE, since the kernel may hand over ordinary
  messages before it in the same read; at a message's end there is none left.
- A message with a handle is answered, once: NODE_HANDLE_ACK if the descriptor
  came, NODE_HANDLE_NACK if not. Until the answer, everything else waits, but
  answers do not. After a NACK the message goes again as it was, three times.
  (Node's own second try is wrapped twice, and makes a Node peer answer twice.)
- After `disconnect` nothing can be sent. The channel closes once what was sent
  is in the kernel's hands and answered. What arrives until then is delivered.
- What the peer does wrong closes the channel; what came before it counts. An
  answer to nothing is ignored. Node asserts, and dies.

`Session` never closes a descriptor: events name those to be closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from child_process.ipc import envelope
from child_process.ipc.errors import (
    AlreadyDisconnected,
    BadFrame,
    ChannelClosed,
    NotSerializable,
)
from child_process.ipc.events import (
    Batch,
    Discard,
    Disconnected,
    Event,
    Ignored,
    InternalMessage,
    Message,
    ProtocolError,
)
from child_process.ipc.framing import DEFAULT_LIMIT
from child_process.ipc.js_values import Undefined
from child_process.ipc.outbox import HELD, Outbox, Write
from child_process.ipc.socket_counts import SocketCounts
from child_process.ipc.wire import Mode, open_wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process.ipc.envelope import Handle

__all__ = ["HELD", "Session", "Write"]


class Session:
    """One end of a channel, without I/O.

    Args:
        mode: ``json`` or ``advanced``: what the parent chose.
        max_message: Largest message to accept, and to send, in bytes.
        max_queue: Bytes that may wait to be sent. A message that finds none
            waiting always goes.
        accelerate: See `JsonCodec`.

    Attributes:
        connected: Whether messages can be sent: until `disconnect`, of either end.
        closed: Whether `Disconnected` was reported: nothing more will be.
        outbox: What waits to be written; to look at.
    """

    def __init__(
        self,
        mode: Mode = "json",
        *,
        max_message: int = DEFAULT_LIMIT,
        max_queue: int = DEFAULT_LIMIT,
        accelerate: bool | None = None,
    ) -> None:
        self._wire = open_wire(mode, max_message, accelerate=accelerate)
        self._max_message = max_message
        self.connected: bool = True
        self.closed: bool = False
        self.outbox: Outbox = Outbox(max_queue)
        self._fds: list[int] = []  # arrived, and wait for their NODE_HANDLE
        self._sockets = SocketCounts()

    # State

    @property
    def queued(self) -> int:
        """Bytes of messages that `sent` has not yet reported gone."""
        return self.outbox.queued

    @property
    def waiting(self) -> int:
        """How many messages wait for the answer to a handle before them."""
        return self.outbox.waiting

    # What we say

    def send(self, value: Any, handle: Handle | None = None, token: Any = None) -> int:
        """Take *value* for sending: it is written down now, and may change then.

        Args:
            value: The message; anything but `Undefined`.
            handle: What goes with it.
            token: Reported by `Sent` or `Unsent`, if not None.

        Returns:
            How many bytes are `queued` now; `HELD` if it is one of `waiting`.

        Raises:
            ChannelClosed: After `disconnect`, of either end.
            NotSerializable: The message, or part of it, does not travel.
            InvalidHandle: The handle does not.
            QueueFull: The peer does not read, and ``max_queue`` bytes wait.
        """
        return self.outbox.put(self.framed(value, handle), handle, token)

    def framed(self, value: Any, handle: Handle | None = None) -> bytes | bytearray:
        """Return the bytes of *value*, for who writes them past the `outbox`.

        Raises:
            ChannelError: As `send`, apart from `QueueFull`.
        """
        if not self.connected:
            raise ChannelClosed
        if value is Undefined:
            raise NotSerializable("UndefinedType", "message", "it is no message")
        if (
            type(value) is dict
            and "cmd" in value
            and envelope.is_internal(value)
            and value["cmd"] in envelope.RESERVED
        ):
            raise NotSerializable("dict", "message", "its cmd is Node's own")
        if handle is None:
            write = self._wire.frame
            frame = write(value)
        else:
            frame = self._with(value, handle)
        if len(frame) > self._max_message:
            reason = f"{len(frame)} bytes, over max_message, {self._max_message}"
            raise NotSerializable(type(value).__qualname__, "message", reason)
        return frame

    def ask_count(self, key: str) -> None:
        """Ask how many sockets of *key* the peer has open; see `SocketCount`."""
        self._ask(envelope.GET_COUNT, key)

    def ask_closed(self, key: str) -> None:
        """Ask to be told when it has none any more; see `SocketsClosed`."""
        self._ask(envelope.NOTIFY_CLOSE, key)

    def socket_closed(self, key: str) -> None:
        """Note that a socket closed here that came with *key*."""
        message = self._sockets.closed(key)
        if message is not None and self.connected:
            self.outbox.put(self._wire.frame(message), None)

    def disconnect(self) -> list[Event]:
        """Send nothing more; close when all is sent.

        Raises:
            AlreadyDisconnected: It was called before, or the peer was gone.
        """
        if not self.connected:
            raise AlreadyDisconnected
        self.connected = False
        return self._close_if_done()

    def abort(self) -> list[Event]:
        """Close at once, whatever waits to be sent."""
        return [] if self.closed else self._close("local")

    # What goes out

    def data_to_send(self) -> list[Write]:
        """Take out what is to be written, in order."""
        return self.outbox.take()

    def sent(self, size: int) -> list[Event]:
        """Note that *size* bytes more are in the kernel's hands."""
        events = self.outbox.sent(size)
        return events if self.connected else events + self._close_if_done()

    # What we hear

    def receive(self, data: bytes, fds: Sequence[int] = ()) -> list[Event]:
        """Return what *data*, and the descriptors that came with it, say."""
        events: list[Event] = []
        for event in self.receive_batches(data, fds):
            if type(event) is Batch:
                events.extend(map(Message, event.values))
            else:
                events.append(event)
        return events

    def receive_batches(self, data: bytes, fds: Sequence[int] = ()) -> list[Event]:
        """Do as `receive` does, but give messages in a row as one `Batch`."""
        if self.closed:
            return [Discard(tuple(fds))] if fds else []
        if fds:
            self._fds += fds
        values, error = self._wire.feed(data)
        events: list[Event] = []
        # A quick look first: few messages are dicts with a cmd.
        for value in values:
            if type(value) is dict and "cmd" in value:
                error = self._sort(values, events) or error
                break
        else:
            if values:
                events.append(Batch(values))
        if self._fds and error is None:
            # They came with the first byte of a message: it has at least begun.
            most = envelope.MAX_FDS if self._wire.partial else 0
            if len(self._fds) > most:
                error = BadFrame("descriptors that no message announces")
        if error is not None and not self.closed:
            events.append(ProtocolError(error))
            events += self._close("error")
        return events

    def end_of_stream(self) -> list[Event]:
        """Note that the peer will send no more; it has disconnected."""
        if self.closed:
            return []
        events: list[Event] = []
        if self._wire.partial:
            events.append(ProtocolError(BadFrame("the end within a message")))
        return events + self._close("remote")

    # Inside

    def _with(self, value: Any, handle: Handle) -> bytes | bytearray:
        """Return *value* in its frame, and in the envelope of *handle*."""
        envelope.check_handle(handle)
        try:
            return self._wire.frame(envelope.close_envelope(value, handle))
        except NotSerializable as error:
            where = error.path.replace("message['msg']", "message", 1)
            raise NotSerializable(error.kind, where, error.reason) from None

    def _ask(self, command: str, key: str) -> None:
        if not self.connected:
            raise ChannelClosed
        question = self._sockets.asking(command, key)
        self.outbox.put(self._wire.frame(question), None)

    def _sort(self, values: list[Any], events: list[Event]) -> BadFrame | None:
        """Tell Node's messages from the user's; return what is wrong, if it is."""
        batch: list[Any] = []
        for value in values:
            if not envelope.is_internal(value):
                batch.append(value)
                continue
            if batch:
                events.append(Batch(batch))
                batch = []
            try:
                self._internal(value, events)
            except BadFrame as error:
                return error
            if self.closed:
                return None
        if batch:
            events.append(Batch(batch))
        return None

    def _internal(self, value: dict[str, Any], events: list[Event]) -> None:
        command = value["cmd"]
        if command == envelope.HANDLE:
            self._handle_came(value, events)
        elif command in (envelope.ACK, envelope.NACK):
            self._answered(value, events)
        elif command in envelope.RESERVED:
            heard = self._sockets.heard(value)
            if isinstance(heard, dict):
                self.outbox.answer(self._wire.frame(heard))
            elif heard is not None:
                events.append(heard)
        else:
            events.append(InternalMessage(value))

    def _handle_came(self, value: dict[str, Any], events: list[Event]) -> None:
        opened = envelope.open_envelope(value)
        if len(self._fds) < opened.count:
            self.outbox.answer(self._wire.frame(envelope.reply(envelope.NACK)))
            events.append(Ignored(value, "its descriptor did not come with it"))
            return
        fds = tuple(self._fds[: opened.count])
        del self._fds[: opened.count]
        handle = opened.handle(fds)
        if handle.key is not None:
            self._sockets.arrived(handle.key)
        message = opened.message
        if envelope.is_internal(message):
            events.append(InternalMessage(message, handle))
        else:
            events.append(Message(message, handle))
        # After the event: if this fails, the descriptor has an owner already.
        self.outbox.answer(self._wire.frame(envelope.reply(envelope.ACK)))

    def _answered(self, value: dict[str, Any], events: list[Event]) -> None:
        came = self.outbox.answered(accepted=value["cmd"] == envelope.ACK)
        if came is None:
            events.append(Ignored(value, "no handle waits for an answer"))
            return
        events += came
        if not self.connected:
            events += self._close_if_done()

    def _close_if_done(self) -> list[Event]:
        return self._close("local") if self.outbox.done and not self.closed else []

    def _close(self, by: Literal["local", "remote", "error"]) -> list[Event]:
        """Let go of everything, and say so."""
        self.connected = False
        self.closed = True
        events: list[Event] = []
        if self._fds:
            events.append(Discard(tuple(self._fds)))
            self._fds.clear()
        return [*events, *self.outbox.drop(), Disconnected(by)]
