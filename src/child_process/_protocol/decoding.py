"""Bytes to text, and to lines, across the borders of chunks.

Layer: protocol. No I/O.

The rules, everywhere in the package: bytes that are not valid become U+FFFD; a
line ends at LF, and a CR right before it goes; nothing else ends a line, not a
lone CR, not U+2028; NUL is a character like any other; what follows the last
LF is a line too.
"""

from __future__ import annotations

import codecs

__all__ = ["Decoder", "LineSplitter", "decode"]


class Decoder:
    """Chunks of bytes to chunks of text: a character may be split over two.

    Args:
        encoding: A codec's name.
    """

    __slots__ = ("_decode",)

    def __init__(self, encoding: str) -> None:
        self._decode = codecs.getincrementaldecoder(encoding)("replace").decode

    def feed(self, chunk: bytes) -> str:
        """Return the text that is complete with *chunk*; it may be empty."""
        return self._decode(chunk)

    def end(self) -> str:
        """Return what half a character at the end stands for: U+FFFD, or ""."""
        return self._decode(b"", True)  # noqa: FBT003 - the codec's own signature


def decode(data: bytes, encoding: str, *, truncated: bool) -> str:
    """Return *data* as text; a character that *truncated* cut in two is left out."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return decoder.decode(data, not truncated)


class LineSplitter:
    """Chunks of bytes to lines of any length, in linear time.

    Between calls it holds the beginning of one line.
    """

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that *chunk* completes, without their ends."""
        first, *lines = chunk.split(b"\n")
        # Kept in pieces: joining at each chunk of a 10 MB line is quadratic.
        self._parts.append(first)
        if not lines:
            return []
        last = lines.pop()
        whole = [b"".join(self._parts), *lines]
        self._parts = [last] if last else []
        if b"\r" in chunk or whole[0].endswith(b"\r"):
            return [line.removesuffix(b"\r") for line in whole]
        return whole

    def end(self) -> list[bytes]:
        """Return the line that no LF ended, if there is one."""
        line = b"".join(self._parts)
        self._parts = []
        return [line] if line else []
