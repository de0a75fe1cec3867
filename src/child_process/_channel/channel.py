"""One end of a channel on a loop: `Channel`.

Layer: channel.

`Session` decides; this moves bytes between it and the socket, and hands what
arrives to a `Mailbox`. The loop is asyncio's, uvloop's, or the small one of a
forked child: whatever has `add_reader`, `add_writer` and `call_soon`.
"""

from __future__ import annotations

import os
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from child_process._channel.mailbox import Mailbox
from child_process._channel.wire_socket import WireSocket, least_of_more
from child_process._channel.writer import HIGH_WATER, Writer
from child_process.ipc.envelope import ANY
from child_process.ipc.errors import BadFrame, ChannelClosed, HandleNotReceived
from child_process.ipc.events import (
    Batch,
    Discard,
    Disconnected,
    HandleAccepted,
    HandleLost,
    InternalMessage,
    Message,
    ProtocolError,
    Sent,
    Unsent,
)
from child_process.ipc.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from child_process._channel.loop import Loop
    from child_process._channel.messaging import Messaging
    from child_process.ipc.envelope import Handle
    from child_process.ipc.events import Event
    from child_process.ipc.wire import Mode

    Callback = Callable[[Exception | None], object]

__all__ = ["Channel"]

READS_A_TURN: Final = 16


class Channel:
    """Messages to and from the process at the other end.

    Args:
        owner: Gets the events: ``message`` (value, handle), ``disconnect``,
            ``error``, ``internal_message`` (value, handle).
        fd: Our end of the socket pair.
        mode: ``json`` or ``advanced``.
        max_message: Largest message to accept and to send, in bytes.
        max_queue: Bytes that may wait to be sent.
        closed: Called when nothing comes any more, after ``disconnect``.
        bursts: Whether messages after the first of a turn may wait for its
            end, to be written in one piece; else each is written at once.
        to_python: Whether the other end is known to be this library.
    """

    def __init__(
        self,
        owner: Messaging,
        fd: int,
        mode: Mode,
        *,
        max_message: int,
        max_queue: int,
        closed: Callable[[], None],
        bursts: bool = True,
        to_python: bool = False,
    ) -> None:
        self.mailbox: Mailbox = Mailbox(owner, self)
        self._owner = owner
        self._session = Session(mode, max_message=max_message, max_queue=max_queue)
        self._outbox = self._session.outbox
        self._socket = WireSocket(fd)
        self._writer = Writer(
            self._session, self._socket, self._act, self._write_failed, bursts=bursts
        )
        self._on_closed = closed
        self._to_python = to_python
        self._loop: Loop | None = None
        self.waits: bool = False
        """Whether `wait` does, or is about to."""
        self.interrupt: Callable[[], None] = self._socket.interrupt
        """Has `wait` return, from the handler of a signal."""
        self._reading = False
        self._more = 1
        self._due: deque[Event] = deque()  # what is still to be done
        self._gone_keys: deque[str] = deque()  # of sockets that were closed

    # What it is

    @property
    def connected(self) -> bool:
        """Whether messages can be sent."""
        return self._session.connected

    @property
    def closed(self) -> bool:
        """Whether nothing comes or goes any more."""
        return self._session.closed

    @property
    def queued(self) -> int:
        """Bytes that were sent and not yet taken by the kernel."""
        return self._session.queued

    def fileno(self) -> int:
        """Return the socket's descriptor; -1 once closed."""
        return self._socket.fileno()

    # The loop

    def attach(self, loop: Loop) -> None:
        """Read and write on *loop*, instead of the one before."""
        self.detach()
        self._loop = loop
        self._more = least_of_more(loop)
        self.watch()
        self._tell_closed()
        self._writer.attach(loop)

    def detach(self) -> None:
        """Leave the loop."""
        self._watch_reading(wanted=False)
        self._writer.attach(None)
        self._loop = None

    def watch(self) -> None:
        """Read if there is a use for messages: a full mailbox waits."""
        self._watch_reading(wanted=not self.mailbox.full)

    # Saying

    def post(self, value: Any) -> bool:
        """Send *value*, and nothing with it: the quick form of `send`.

        Raises:
            ChannelError: As `send`.
        """
        frame = self._session.framed(value)
        writer, outbox = self._writer, self._outbox
        if writer.eager and outbox.done and writer.written(frame):
            return True
        queued = outbox.put(frame, None)
        if queued < writer.patience and (
            (until := writer.until) is None or monotonic() < until
        ):
            return True
        return writer.sent(queued)

    def send(
        self,
        value: Any,
        handle: Any = None,
        *,
        callback: Callback | None = None,
        keep_open: bool = False,
        buffers: Sequence[Any] = (),
    ) -> bool:
        """Send *value*, with *handle*; False asks to wait for `drain`.

        Raises:
            ChannelClosed: It is not connected.
            NotSerializable: The message, or part of it, does not travel.
            InvalidHandle: The handle does not.
            QueueFull: The peer does not read.
        """
        if handle is None and not buffers:
            return self._writer.sent(self._session.send(value, token=callback))
        from child_process._channel.parcels import let_go, send_parcel  # rare

        queued = send_parcel(
            self._session,
            value,
            handle,
            buffers,
            token=callback or self._handle_told,
            to_python=self._to_python,
        )
        if handle is not None and not keep_open:
            let_go(handle)
        return self._writer.sent(queued)

    def disconnect(self) -> None:
        """Send nothing more; close once everything is sent.

        Raises:
            AlreadyDisconnected: It was not connected.
        """
        # Its event comes on a later turn, as in Node, for who listens only now.
        self._owner.soon(self._act, self._session.disconnect())

    def abort(self) -> None:
        """Close at once; what was not sent is lost."""
        self._act(self._session.abort())

    async def drain(self) -> None:
        """Wait until the kernel has taken all that was sent, or the channel closed."""
        import asyncio

        self._owner.speaking()  # the loop may be another by now
        drained = asyncio.Event()
        self._writer.when_drained(drained.set)
        await drained.wait()

    def flush_blocking(self) -> None:
        """Write what waits, however long it takes: the process is about to end."""
        if self._session.closed:
            return
        self._writer.flush_blocking()
        if self._session.waiting:
            # For the answer to a handle. Whatever else comes is too late.
            self._owner.remove_all_listeners()
            self.mailbox.requests.handler = None
        while self._session.waiting:
            self._read_once()

    def forget(self) -> None:
        """Close our copy of this end only: a process forked off has it."""
        self._session.abort()
        self._socket.close()

    # Hearing

    def read_all(self) -> None:
        """Take what has arrived: the process at the other end is gone.

        No more than that: what it started may hold its end, and write on.
        """
        left = -1 if self._session.closed else self._socket.waiting()
        while left >= 0 and (size := self._read_once()):
            left -= size

    def _ready(self) -> None:
        for _ in range(READS_A_TURN):
            if self.mailbox.full:
                break
            if self._read_once() < self._more:
                return
            if self._outbox.queued >= HIGH_WATER:
                break  # answers that wait are to be written first
        self._watch_reading(wanted=False)  # see `least_of_more`
        self.watch()

    def _read_once(self) -> int:
        """Read and deal with one piece; 0 says that nothing more is there."""
        piece = None if self._session.closed else self._socket.read()
        return 0 if piece is None else self._take(piece)

    def wait(self) -> None:
        """Wait, until `interrupt`, and do as the loop does once something came."""
        piece = self._socket.read(wait=True)
        self.waits = False
        if piece is not None:
            self._take(piece)
        if self.mailbox.full:
            self.watch()

    def _take(self, piece: tuple[bytes, list[int]]) -> int:
        """Deal with *piece*; return its size, 0 if there will be no more."""
        data, fds = piece
        if self._gone_keys:
            self._tell_closed()  # before it is asked how many are left
        if data:
            events = self._session.receive_batches(data, fds)
        else:
            events = self._session.end_of_stream()
        self._act(events)
        self.mailbox.weigh(len(data), whole=bool(events))
        return 0 if self._session.closed else len(data)

    def _act(self, events: list[Event]) -> None:
        """Do what *events* say, and then what came of it meanwhile."""
        self._due += events
        writer = self._writer
        if writer.corked:
            return  # it is being done
        writer.cork()
        try:
            while self._due:
                event = self._due.popleft()
                if type(event) is Batch:
                    self.mailbox.put_all(event.values)
                else:
                    self._act_on(event)
        finally:
            writer.uncork()

    def _act_on(self, event: Event) -> None:
        match event:
            case Message() | InternalMessage():
                self._came(event)
            case ProtocolError(error):
                self.mailbox.failed(error)
            case Disconnected():
                self._close()
            case _:
                self._settle(event)

    def _settle(self, event: Event) -> None:
        """Do what becomes of what was sent, and of descriptors."""
        match event:
            case Sent(callback):
                self._owner.soon(callback, None)
            case Unsent(callback):
                over = self._session.closed
                error = ChannelClosed() if over else HandleNotReceived()
                self._owner.soon(callback, error)
            case HandleAccepted(handle):
                from child_process._channel.parcels import delivered  # rare

                delivered(handle, self._owner.soon)
            case HandleLost(handle):
                for fd in handle.fds:
                    os.close(fd)
            case Discard(fds):
                for fd in fds:
                    os.close(fd)
            case _:
                pass  # an answer that was not asked for, or to a question of ours

    def _came(self, event: Message | InternalMessage) -> None:
        value, handle = event.value, event.handle
        opened: Any = None
        if handle is not None:
            try:
                value, opened = self._opened(value, handle)
            except (BadFrame, OSError, ValueError, MemoryError) as error:
                broken = BadFrame(f"descriptors that are of no use: {error}")
                self._act([ProtocolError(broken), *self._session.abort()])
                return
        if isinstance(event, Message):
            self.mailbox.put(value, opened)
        elif not self._owner.deliver("internal_message", value, opened) and hasattr(
            opened, "close"
        ):
            opened.close()

    def _opened(self, value: Any, handle: Handle) -> tuple[Any, Any]:
        """Return the message and what came with it."""
        from child_process._channel.parcels import accept, unpacked  # rare

        packed = unpacked(value, handle.fds) if handle.kind == ANY else None
        if packed is None and handle.key is not None:
            # The small loop is not, by itself; whoever serves a socket may.
            getattr(self._loop, "open_to_threads", int)()
        return packed or (value, accept(handle, self._socket_closed))

    def _socket_closed(self, key: str) -> None:
        # In whatever thread, or in the midst of anything, by the collector.
        self._gone_keys.append(key)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell_closed)

    def _tell_closed(self) -> None:
        told = bool(self._gone_keys)
        while self._gone_keys:
            self._session.socket_closed(self._gone_keys.popleft())
        if told and not self._session.closed:
            self._writer.sent(self._session.queued)

    def _close(self) -> None:
        self._watch_reading(wanted=False)
        self._writer.close()
        self._socket.close()
        self.mailbox.disconnected()
        self._on_closed()

    def _write_failed(self) -> None:
        # Not now: whoever sends does not expect to be called meanwhile.
        self._owner.soon(self._peer_gone)

    def _peer_gone(self) -> None:
        """Close both ways, after what the peer said before it went."""
        self.read_all()
        self._act(self._session.end_of_stream())

    def _watch_reading(self, *, wanted: bool) -> None:
        wanted = wanted and not self._session.closed
        if self._loop is None or wanted == self._reading:
            return
        self._reading = wanted
        if wanted:
            self._loop.add_reader(self._socket.fileno(), self._ready)
        elif not self._loop.is_closed():
            self._loop.remove_reader(self._socket.fileno())

    def _handle_told(self, error: Exception | None) -> None:
        if isinstance(error, HandleNotReceived):
            self._owner.complain(error)
