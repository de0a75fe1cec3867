"""What a child writes, as we read it: `Readable`.

Layer: child.

It is read in one of two ways. *Listened to*: with a "data" listener chunks come
as they are there. *Pulled*: `async for`, `read`, `lines` and `text` take a
chunk when they want one. Pulling reads the pipe itself, without a queue in
between: nothing is read before somebody asks, so that a slow reader makes the
child wait; and it is twice as fast as handing chunks through the loop.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from child_process._child.stream import READS_A_TURN, Stream
from child_process._protocol.decoding import Decoder, LineSplitter
from child_process._values.options import to_encoding

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Readable"]


class Readable(Stream):
    """A stream that the child writes and we read.

    Events: ``data`` (a chunk: bytes, or str after `set_encoding`), ``end`` (no
    more data), ``error`` (an OSError), ``close`` (the descriptor is closed;
    always last).

    Bytes that are not valid in the encoding become U+FFFD.
    """

    # Listening

    def set_encoding(self, encoding: str | None) -> Self:
        """Make chunks str by *encoding*, from now on; None makes them bytes."""
        name = to_encoding(encoding)
        self._decoder = None if name is None else Decoder(name)
        return self

    def pause(self) -> Self:
        """Emit no "data" for now; the child waits once its pipe is full."""
        self._paused = True
        self._flowing = False
        self._watch()
        return self

    def resume(self) -> Self:
        """Emit "data" as it comes; without a listener it is thrown away."""
        self._paused = False
        if self.sink is not None:
            self._watch()
        else:
            self._flow()
        return self

    # Pulling

    def __aiter__(self) -> Self:
        """Iterate over chunks as they come, of 64 KiB at most."""
        return self

    async def __anext__(self) -> Any:
        """Return the next chunk: bytes, or str after `set_encoding`."""
        # Any, as in typeshed: a union would make every caller narrow it.
        while True:
            chunk = await self._pull()
            if self._decoder is None:
                if not chunk:
                    raise StopAsyncIteration
                return chunk
            text = self._decoder.feed(chunk) if chunk else self._decoder.end()
            if text:
                return text
            if not chunk:
                raise StopAsyncIteration

    async def read(self, n: int = -1) -> bytes:
        """Return *n* bytes, fewer at the end; all that come, if *n* is negative.

        The whole is held in memory: `run` has a limit, this has not.
        """
        parts: list[bytes] = []
        size = 0
        while n < 0 or size < n:
            chunk = await self._pull()
            if not chunk:
                break
            size += len(chunk)
            parts.append(chunk)
        data = b"".join(parts)
        if 0 <= n < len(data):
            self._put_back(data[n:])
            data = data[:n]
        return data

    async def text(self, encoding: str = "utf-8") -> str:
        """Return all that comes, decoded."""
        return (await self.read()).decode(encoding, "replace")

    async def lines(self, encoding: str = "utf-8") -> AsyncIterator[str]:
        """Iterate over lines of any length, without their ends.

        A line ends at LF, and a CR right before it goes; nothing else ends one.
        """
        splitter = LineSplitter()
        while chunk := await self._pull():
            for line in splitter.feed(chunk):
                yield line.decode(encoding, "replace")
        for line in splitter.end():
            yield line.decode(encoding, "replace")

    # Underneath

    async def _pull(self) -> bytes:
        """Return the next chunk; empty at the end."""
        if not self._ended:
            self.begin_pull()
        if self._chunks:
            return self._pop()
        while not self._closed:
            if self._turns >= READS_A_TURN:
                # A child that is always ahead would starve the loop. Before the
                # read: a cancellation here must find nothing in our hands.
                self._turns = 0
                await asyncio.sleep(0)
            chunk = None if self._corked else self._read()
            if chunk is None:
                await self._readable()
                if self._chunks:
                    return self._pop()
            elif chunk:
                self._turns += 1
                return chunk
            else:
                self._end()
        self.read_or_raise()
        self._tell_end()
        return b""

    async def _readable(self) -> None:
        if self._waiter is not None:
            message = "another task is reading this stream already"
            raise RuntimeError(message)
        self._turns = 0
        self._waiter = self._loop.create_future()
        self._watch()
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._watch()

    def _put_back(self, chunk: bytes) -> None:
        self._chunks.appendleft(chunk)
        self._held += len(chunk)
