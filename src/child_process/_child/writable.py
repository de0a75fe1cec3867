"""What we write and a child reads: `Writable`.

Layer: child.

A child that ends, or closes its stdin, before it has read everything is no
error of ours: what was not read is thrown away. `drain` and an "error" listener
are told; nobody else is bothered.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from child_process._child.latch import Latch
from child_process.events import Emitter

if TYPE_CHECKING:
    import asyncio

    from child_process._transport.pipes import WritePipe

__all__ = ["Writable"]

HIGH_WATER: Final = 64 * 1024
"""Unwritten bytes from which on `Writable.write` answers False."""

Data = bytes | bytearray | memoryview | str


class Writable(Emitter):
    """A stream that we write and the child reads.

    Events: ``drain`` (after a `write` that answered False: go on), ``finish``
    (after `end`: all was written), ``error`` (an OSError; `BrokenPipeError`
    when the child reads no more), ``close`` (always last).
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, pipe: WritePipe) -> None:
        super().__init__()
        self.bytes_written: int = 0
        """How many bytes the kernel has taken so far."""
        self._loop = loop
        self._pipe = pipe
        self._pending: deque[memoryview] = deque()
        self._size = 0
        self._ending = False
        self._owes_drain = False
        self._drained: Latch | None = None
        self._error: OSError | None = None
        self._closed = False

    def fileno(self) -> int:
        """Return the descriptor, for another child's ``stdio``; -1 once closed."""
        return self._pipe.fd

    @property
    def closed(self) -> bool:
        """Whether the descriptor is closed."""
        return self._closed

    @property
    def writable_length(self) -> int:
        """How many bytes were given and not yet taken by the kernel."""
        return self._size

    def write(self, data: Data) -> bool:
        """Write *data*, str as UTF-8; False asks to wait for `drain`.

        What the kernel does not take at once is kept until it does.

        Raises:
            TypeError: It is neither text nor bytes.
            ValueError: `end` was called before.
        """
        if self._ending and not self._closed:
            message = "write after end: the stream was told that there is no more"
            raise ValueError(message)
        view = _view(data)
        if self._closed or not view:
            return not self._closed
        # What waits goes first. Bytes of the caller's that may change: copied.
        if not self._pending:
            view = view[self._write_some(view) :]
        if self._closed:
            return False
        if view:
            self._keep(
                view if isinstance(data, bytes | str) else memoryview(bytes(view))
            )
        if self._size >= HIGH_WATER:
            self._owes_drain = True
            return False
        return True

    def end(self, data: Data | None = None) -> None:
        """Write *data*, if given; once all is written, close: end of file."""
        if self._ending or self._closed:
            return
        if data is not None:
            self.write(data)
        self._ending = True
        if not self._pending:
            self._finish()

    async def drain(self) -> None:
        """Wait until the kernel has taken all that was written.

        Raises:
            BrokenPipeError: The child reads no more; the rest is thrown away.
        """
        if self._size and not self._closed:
            if self._drained is None:
                self._drained = Latch(self._loop)
            await self._drained.wait()
        if self._error is not None:
            raise self._error

    def destroy(self, error: OSError | None = None) -> None:
        """Close at once; what was not written yet is thrown away.

        Args:
            error: What `drain` raises, and an "error" event tells.
        """
        if self._closed:
            return
        if error is None and self._size:
            error = BrokenPipeError(32, "the child reads no more")
        self._error = error
        self._pending.clear()
        self._size = 0
        self._close()

    def _keep(self, view: memoryview) -> None:
        self._pending.append(view)
        self._size += len(view)
        self._pipe.watch(self._ready)

    def _ready(self) -> None:
        while self._pending:
            view = self._pending[0]
            written = self._write_some(view)
            if self._closed:
                return
            self._size -= written
            if written < len(view):
                self._pending[0] = view[written:]
                return
            self._pending.popleft()
        self._pipe.unwatch()
        self._release()
        if self._ending:
            self._finish()
        elif self._owes_drain:
            self._owes_drain = False
            self.deliver("drain")

    def _write_some(self, view: memoryview) -> int:
        try:
            written = self._pipe.write(view)
        except OSError as error:
            self.destroy(error)
            return 0
        self.bytes_written += written
        return written

    def _finish(self) -> None:
        self.deliver("finish")
        if not self._closed:
            self._close()

    def _close(self) -> None:
        self._closed = True
        self._pipe.close()
        self._release()
        if self._error is not None and self._listeners.get("error"):
            self.deliver("error", self._error)
        self.deliver("close")

    def _release(self) -> None:
        if self._drained is not None:
            self._drained.open()
            self._drained = None


def _view(data: object) -> memoryview:
    if isinstance(data, str):
        return memoryview(data.encode("utf-8", "surrogateescape"))
    if isinstance(data, bytes | bytearray | memoryview):
        return memoryview(data).cast("B")
    message = f"write() takes str or bytes, not {type(data).__name__}"
    raise TypeError(message)
