"""A descriptor that the child writes: listened to, kept, or left alone: `Stream`.

Layer: child.

What is done with what comes, and when reading stops; how its user takes it is
in `readable`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from child_process.events import Emitter

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from child_process._protocol.decoding import Decoder
    from child_process._transport.pipes import ReadPipe

__all__ = ["HIGH_WATER", "READS_A_TURN", "Stream"]

HIGH_WATER: Final = 64 * 1024
"""Bytes kept of a stream that nobody reads, once its process has ended."""
READS_A_TURN: Final = 16
"""Reads in a row before the loop gets its turn: 1 MiB at most."""


class Stream(Emitter):
    """One descriptor of ours, and what becomes of what comes from it.

    Args:
        loop: The loop that reads it.
        pipe: The descriptor.
        on_closed: Called once it is closed.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        pipe: ReadPipe,
        on_closed: Callable[[], None],
    ) -> None:
        super().__init__()
        self.bytes_read: int = 0
        """How many bytes have been read so far."""
        self.sink: Callable[[bytes], None] | None = None
        self._loop = loop
        self._pipe = pipe
        self._on_closed = on_closed
        self._chunks: deque[bytes] = deque()
        self._held = 0
        self._decoder: Decoder | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._error: BaseException | None = None
        self._corked = True
        self._flowing = False
        self._paused = False
        self._pulled = False
        self._settling = False
        self._lent = 0
        self._ended = False
        self._closed = False
        self._told = False
        self._turns = 0

    # What it is

    def fileno(self) -> int:
        """Return the descriptor, for another child's ``stdio``; -1 once closed."""
        return self._pipe.fd

    @property
    def closed(self) -> bool:
        """Whether the descriptor is closed: everything was read, or `destroy`."""
        return self._closed

    @property
    def ended(self) -> bool:
        """Whether the end was reached; what was kept of it may be unread."""
        return self._ended

    @property
    def abandoned(self) -> bool:
        """Whether somebody began to pull, and left off before the end."""
        return self._pulled and not self._ended

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for a chunk."""
        return self._waiter is not None

    @property
    def is_paused(self) -> bool:
        """Whether `pause` was called, and `resume` not since."""
        return self._paused

    def destroy(self, error: BaseException | None = None) -> None:
        """Stop reading and close the descriptor; what was not read is lost.

        Args:
            error: What readers get raised, and an "error" event tells.
        """
        if self._closed:
            return
        self._error = error
        self._chunks.clear()
        self._close()

    # For the child that owns it

    def begin_pull(self) -> None:
        """Note that somebody takes what comes: leaving off will be noticed.

        Raises:
            RuntimeError: Somebody else gets it already.
        """
        if self._flowing or self.sink is not None:
            message = 'this stream has a "data" listener: it cannot be pulled as well'
            raise RuntimeError(message)
        self._pulled = True

    def listen(self, sink: Callable[[bytes], None] | None) -> None:
        """Hand what comes to *sink*, as bytes, besides to "data" listeners."""
        self.sink = sink
        for chunk in [*self._chunks] if sink is not None else []:
            self._take(chunk)
            self._pop()
        self._watch()

    def uncork(self) -> None:
        """Begin: the program runs, and "spawn" was emitted."""
        self._corked = False
        self._watch()

    def settle(self) -> None:
        """Read on to the end, for `HIGH_WATER` bytes: the process has ended.

        Otherwise a stream that nobody reads would never come to its end.
        """
        self._settling = True
        if not self._wanted() and self._has_use():
            self._ready()  # mostly the end is there already
        self._watch()

    def lend(self) -> None:
        """Leave reading to another child, which was given our descriptor."""
        self._lent += 1
        self._flowing = False
        self._watch()

    def give_back(self) -> None:
        """The other child has ended: close, unless somebody wants to read on.

        Were it kept open, the writer would never get its SIGPIPE.
        """
        self._lent -= 1
        if not self._lent and not self._wanted() and not self._listeners.get("data"):
            self.destroy()
        else:
            self._flow()

    def read_or_raise(self) -> None:
        """Raise what ended the stream, if it was an error."""
        if self._error is not None:
            raise self._error

    # Underneath

    def _listener_added(self, event: str) -> None:
        if event == "data" and not self._paused:
            self._flow()

    def _flow(self) -> None:
        """Emit "data" from now on, beginning with what was kept."""
        if self._lent:
            return
        self._flowing = True
        if self._chunks or self._ended:
            self._loop.call_soon(self._flush)
        else:
            self._watch()

    def _flush(self) -> None:
        while self._chunks and self._flowing:
            self._take(self._pop())
        if self._flowing:
            self._tell_end()
            self._watch()

    def _wanted(self) -> bool:
        """Say whether somebody waits for what comes."""
        return self._active() or self._waiter is not None

    def _active(self) -> bool:
        """Say whether what comes is handed on as it comes."""
        return not self._paused and (self._flowing or self.sink is not None)

    def _has_use(self) -> bool:
        """Say whether there is a use for what comes: for somebody, or for later."""
        if self._corked or self._lent or self._closed:
            return False
        keeps = self._settling and not self._paused and self._held <= HIGH_WATER
        return keeps or self._wanted()

    def _watch(self) -> None:
        """Watch the descriptor if there is a use for what comes."""
        if self._has_use():
            self._pipe.watch(self._ready)
        else:
            self._pipe.unwatch()

    def _ready(self) -> None:
        if self._waiter is not None:
            self._wake()
            return
        for _ in range(READS_A_TURN):
            try:
                chunk = self._read()
            except OSError as error:
                self.destroy(error)
                return
            if chunk is None:
                return
            if not chunk:
                self._end()
                return
            self._take(chunk)
            if self._paused or not (self._flowing or self.sink is not None):
                # A listener called pause(), or this is kept: look how much.
                self._watch()
                return
        # There may be more. Anew, since libuv stops watching a socket once its
        # peer has gone with data unread.
        self._pipe.unwatch()
        self._watch()

    def _read(self) -> bytes | None:
        """Return what is there, counted; None is nothing yet, empty the end."""
        chunk = self._pipe.read()
        if chunk:
            self.bytes_read += len(chunk)
        return chunk

    def _take(self, chunk: bytes) -> None:
        """Hand *chunk* to whom it concerns, or keep it."""
        sink = self.sink
        if sink is not None:
            sink(chunk)
        if self._flowing or sink is not None:
            if self._listeners.get("data"):
                decoder = self._decoder
                data = chunk if decoder is None else decoder.feed(chunk)
                if data:
                    self.deliver("data", data)
        else:
            self._chunks.append(chunk)
            self._held += len(chunk)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        # One call is enough: the descriptor stays readable until it is read.
        self._pipe.unwatch()

    def _pop(self) -> bytes:
        chunk = self._chunks.popleft()
        self._held -= len(chunk)
        return chunk

    def _end(self) -> None:
        self._ended = True
        self._close()

    def _close(self) -> None:
        self._pipe.close()
        self._closed = True
        self._wake()
        if self._error is not None and self._listeners.get("error"):
            self.deliver("error", self._error)
        if not self._chunks and (self._flowing or self.sink or not self._ended):
            self._tell_end()
        # Both lead back to the child: without a cycle it is freed at once,
        # where 50 at a time would wait megabytes long for the collector.
        on_closed, self._on_closed, self.sink = self._on_closed, _nothing, None
        on_closed()

    def _tell_end(self) -> None:
        """Emit "end" and "close", once, after the last of the data."""
        if self._told or not self._closed or self._chunks:
            return
        self._told = True
        if self._ended:
            rest = self._decoder.end() if self._decoder and not self._pulled else ""
            if rest and self._listeners.get("data"):
                self.deliver("data", rest)
            self.deliver("end")
        self.deliver("close")


def _nothing() -> None:
    pass
