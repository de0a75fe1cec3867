"""One mode of a channel: framing and codec put together.

Layer: protocol. No socket, no clock, no event loop.

A `Wire` is both directions of one channel's end: bytes that came in to values,
values to the bytes that go out. What the values mean is `session`'s affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from child_process.ipc.errors import BadFrame
from child_process.ipc.framing import (
    DEFAULT_LIMIT,
    NEWLINE,
    LengthFramer,
    LineFramer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["JsonWire", "Mode", "V8Wire", "Wire", "open_wire"]

Mode: TypeAlias = Literal["json", "advanced"]


class Wire(Protocol):
    """Bytes to values and back, for one end of one channel."""

    @property
    def partial(self) -> bool:
        """Whether a frame has begun to arrive whose end is still to come."""

    def feed(self, data: bytes) -> tuple[list[Any], BadFrame | None]:
        """Return the values that *data* completes, up to the first bad frame.

        And what is wrong with that one, or None. Feed nothing after it.
        """

    def frame(self, value: Any) -> bytes | bytearray:
        """Return *value* as it goes on the wire.

        Raises:
            NotSerializable: Part of it does not travel.
        """


class JsonWire:
    """Mode ``json``.

    Args:
        limit: Longest line to accept from the peer, in bytes.
        accelerate: See `JsonCodec`.
    """

    def __init__(
        self, limit: int = DEFAULT_LIMIT, *, accelerate: bool | None = None
    ) -> None:
        # Here and not above, so that mode advanced does without `json`.
        from child_process.ipc.json_codec import JsonCodec

        self._limit = limit
        self._framer = LineFramer(limit)
        self._codec = JsonCodec(accelerate=accelerate)
        self.frame: Callable[[Any], bytes] = self._codec.frame
        """See `Wire`."""

    @property
    def partial(self) -> bool:
        """See `Wire`."""
        return self._framer.partial

    def feed(self, data: bytes) -> tuple[list[Any], BadFrame | None]:
        """See `Wire`."""
        framer = self._framer
        if not framer.partial and data.endswith(NEWLINE) and len(data) <= self._limit:
            return self._codec.decode_lines(data)  # the common case: whole lines
        framer.feed(data)
        values: list[Any] = []
        error: BadFrame | None = None
        try:
            while error is None and (block := framer.next_block()):
                more, error = self._codec.decode_lines(block)
                values = values + more if values else more
        except BadFrame as too_large:  # what came before it counts
            error = too_large
        return values, error


class V8Wire:
    """Mode ``advanced``.

    Args:
        limit: Largest payload to accept from the peer, in bytes.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        from child_process.ipc.v8_reader import decode
        from child_process.ipc.v8_writer import encode

        self._framer = LengthFramer(limit)
        self._decode = decode
        self._encode = encode

    @property
    def partial(self) -> bool:
        """See `Wire`."""
        return self._framer.partial

    def feed(self, data: bytes) -> tuple[list[Any], BadFrame | None]:
        """See `Wire`."""
        framer = self._framer
        framer.feed(data)
        values = []
        try:
            while frames := framer.next_frames():
                for frame in frames:
                    values.append(self._decode(frame))  # noqa: PERF401 - what came before a bad one counts
        except BadFrame as error:  # what came before it counts
            return values, error
        return values, None

    def frame(self, value: Any) -> bytearray:
        """See `Wire`."""
        return self._encode(value, framed=True)


def open_wire(
    mode: Mode, limit: int = DEFAULT_LIMIT, *, accelerate: bool | None = None
) -> Wire:
    """Return the wire of *mode*."""
    if mode == "json":
        return JsonWire(limit, accelerate=accelerate)
    return V8Wire(limit)
