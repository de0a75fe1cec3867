"""Cut a byte stream into IPC frames.

Layer: protocol. No socket, no clock, no event loop; imports `errors` only.

The parent picks one of two formats and tells the child its name in
``NODE_CHANNEL_SERIALIZATION_MODE``:

========  ==============================  =============================
mode      a frame on the wire             the payload handed upwards
========  ==============================  =============================
json      text, then one ``0A``           UTF-8 JSON, without the ``0A``
advanced  u32 big-endian n, then n bytes  V8 value, from its ``FF 0F`` on
========  ==============================  =============================

Sizes are bytes. The peer is not trusted: a frame over the limit is refused on
the strength of its announced length, or as soon as that many bytes came
without a line's end; what was held of it is let go at once.

Both framers work in time linear in what is fed, however it is sliced: a chunk
is searched once, and joined to what came before once, when its frame is whole.
(``del buffer[:n]`` for each frame is quadratic in frames a chunk, and a search
from the start of the buffer is quadratic in chunks a frame.)

Source: Node.js 20, ``lib/internal/child_process/serialization.js``.
Checked against a real peer in ``tests/interop/test_node_wire.py``.
"""

from __future__ import annotations

from collections import deque
from struct import Struct
from typing import Final

from child_process.ipc.errors import FrameTooLarge

__all__ = ["DEFAULT_LIMIT", "LengthFramer", "LineFramer", "length_frame", "line_frame"]

DEFAULT_LIMIT: Final = 256 * 1024 * 1024
PREFIX: Final = Struct(">I")
NEWLINE: Final = b"\n"


def line_frame(payload: bytes) -> bytes:
    """Return *payload*, JSON on one line, as it goes on the wire."""
    return payload + NEWLINE


def length_frame(payload: bytes) -> bytes:
    """Return *payload*, a V8 value, as it goes on the wire."""
    return PREFIX.pack(len(payload)) + payload


class LineFramer:
    """Frames of mode ``json``: a line each.

    Call `feed` for what arrived, then `next_frame` until it answers None, or
    `next_block` until it answers nothing. One instance reads one direction of
    one channel; between calls it holds at most the bytes that were fed and not
    yet taken.

    Args:
        limit: Longest line to accept from the peer, in bytes.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._blocks: deque[bytes] = deque()  # whole lines, each with its newline
        self._taken = 0  # of the first block, by `next_frame`
        self._tail: list[bytes] = []  # the beginning of a line
        self._held = 0  # bytes in it
        self._refusal: FrameTooLarge | None = None

    @property
    def partial(self) -> bool:
        """Whether a line has begun whose end is still to come."""
        return self._held > 0

    def feed(self, data: bytes) -> None:
        """Add *data*, any slice of the stream."""
        if self._refusal is not None:
            return
        end = data.rfind(NEWLINE) + 1
        if end:
            block = data[:end]
            if self._tail:
                self._tail.append(block)
                block = b"".join(self._tail)
                self._tail.clear()
                self._held = 0
            if len(block) > self._limit:
                block = self._within_limit(block)
            if block:
                self._blocks.append(block)
        if end < len(data):
            self._hold(data[end:])

    def next_frame(self) -> bytes | None:
        """Take out one line, without its newline; None means feed more.

        Raises:
            FrameTooLarge: A line is over *limit*; those before it were given
                out. Close the channel.
        """
        if not self._blocks:
            if self._refusal is not None:
                raise self._refusal
            return None
        block = self._blocks[0]
        start = self._taken
        end = block.index(NEWLINE, start)
        self._taken = end + 1
        if self._taken == len(block):
            self._blocks.popleft()
            self._taken = 0
        return block[start:end]

    def next_block(self) -> bytes:
        """Take out whole lines, newlines and all; nothing means feed more.

        For codecs that read many lines at once.

        Raises:
            FrameTooLarge: As `next_frame`.
        """
        if not self._blocks:
            if self._refusal is not None:
                raise self._refusal
            return b""
        block = self._blocks.popleft()
        if self._taken:
            block, self._taken = block[self._taken :], 0
        return block

    def _hold(self, data: bytes) -> None:
        """Keep the beginning of a line."""
        if self._refusal is not None:
            return
        self._tail.append(data)
        self._held += len(data)
        if self._held > self._limit:
            self._refuse(self._held)

    def _within_limit(self, block: bytes) -> bytes:
        """Return the lines of *block* up to the first that is too long."""
        start = 0
        while start < len(block):
            end = block.index(NEWLINE, start)
            if end - start > self._limit:
                self._refuse(end - start)
                return block[:start]
            start = end + 1
        return block

    def _refuse(self, size: int) -> None:
        self._refusal = FrameTooLarge(size, self._limit)
        self._tail.clear()
        self._held = 0


class LengthFramer:
    """Frames of mode ``advanced``: a u32 big-endian length, then the payload.

    Call `feed` for what arrived, then `next_frame` until it answers None, or
    `next_frames` once. One instance reads one direction of one channel;
    between calls it holds at most the bytes that were fed and not yet taken.

    Args:
        limit: Largest payload to accept from the peer, in bytes.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._ready: deque[bytes] = deque()
        self._buffer = bytearray()  # the beginning of a frame
        self._need = PREFIX.size  # bytes before there is anything to cut
        self._refusal: FrameTooLarge | None = None

    @property
    def partial(self) -> bool:
        """Whether a frame has begun whose end is still to come."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> None:
        """Add *data*, any slice of the stream."""
        if self._refusal is not None or not data:
            return
        if not self._buffer:
            self._cut(data)
            return
        # Grows in place: a big frame is here once, and once more when it is cut.
        self._buffer += data
        if len(self._buffer) >= self._need:
            whole, self._buffer = self._buffer, bytearray()
            self._cut(whole)

    def next_frame(self) -> bytes | None:
        """Take out one payload, without its length; None means feed more.

        Raises:
            FrameTooLarge: The length is over *limit*; the frames before it
                were given out. There is no way to find the next frame: close
                the channel.
        """
        if self._ready:
            return self._ready.popleft()
        if self._refusal is not None:
            raise self._refusal
        return None

    def next_frames(self) -> list[bytes]:
        """Take out all payloads there are; none means feed more.

        Raises:
            FrameTooLarge: As `next_frame`.
        """
        if not self._ready and self._refusal is not None:
            raise self._refusal
        frames = list(self._ready)
        self._ready.clear()
        return frames

    def _cut(self, data: bytes | bytearray) -> None:
        """Turn *data* into frames, as far as it goes; keep the rest."""
        size = len(data)
        start = 0
        self._need = PREFIX.size
        with memoryview(data) as view:
            while size - start >= PREFIX.size:
                (length,) = PREFIX.unpack_from(view, start)
                if length > self._limit:
                    self._refusal = FrameTooLarge(length, self._limit)
                    return
                end = start + PREFIX.size + length
                if end > size:
                    self._need = PREFIX.size + length
                    break
                self._ready.append(bytes(view[start + PREFIX.size : end]))
                start = end
            self._buffer += view[start:]
