"""What is kept of a stream: `Collector`.

Layer: protocol. No I/O.
"""

from __future__ import annotations

__all__ = ["Collector"]


class Collector:
    """The first *limit* bytes of one stream.

    Args:
        stream: Its name in errors, "stdout" for one.
        limit: ``max_buffer``, in bytes: reaching it is fine, passing it not.
            None is no limit.
    """

    __slots__ = ("_chunks", "_room", "overflowed", "stream")

    def __init__(self, stream: str, limit: int | None) -> None:
        self.stream = stream
        self.overflowed = False
        self._room = limit
        self._chunks: list[bytes] = []

    def feed(self, chunk: bytes) -> bool:
        """Keep *chunk*, or as much of it as fits; False says not all did."""
        room = self._room
        if room is None:
            self._chunks.append(chunk)
            return True
        if len(chunk) <= room:
            self._room = room - len(chunk)
            self._chunks.append(chunk)
            return True
        self.overflowed = True
        self._room = 0
        if room:
            self._chunks.append(chunk[:room])
        return False

    def value(self) -> bytes:
        """Return what was kept so far."""
        if len(self._chunks) > 1:
            self._chunks = [b"".join(self._chunks)]
        return self._chunks[0] if self._chunks else b""
