"""What a child reads on its stdin: `input=` in its forms.

Layer: values. No I/O: files are opened where the child is started.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from typing import Any, Final, Protocol, cast

from child_process._values.checks import string
from child_process._values.secret import Secret, content
from child_process.errors import OptionTypeError

__all__ = ["Input", "InputLike", "Reads", "pieces", "to_input"]

PIECE: Final = 64 * 1024
"""Bytes, or characters, that a file is read by."""


class Reads(Protocol):
    """A file, a `io.BytesIO`: something to read from, in pieces."""

    def read(self, size: int, /) -> str | bytes:
        """Return up to *size* bytes or characters; nothing at the end."""
        ...


InputPiece = str | bytes | bytearray | memoryview
InputLike = (
    InputPiece
    | os.PathLike[str]
    | Secret
    | Reads
    | Iterable["str | bytes"]
    | AsyncIterable["str | bytes"]
)
Input = Any
"""`InputLike` after `to_input`: bytes, a secret, a path, or a source as given."""


def to_input(value: object) -> Input:
    """Return *value*, checked; text and bytes as bytes of its own.

    A str is text, never a path: use `pathlib.Path` for a file.

    Raises:
        OptionTypeError: It is none of the forms of `InputLike`.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes | Secret):
        return value
    if isinstance(value, bytearray | memoryview):
        # A copy: what the caller does to it afterwards must not change it.
        return bytes(value)
    if isinstance(value, os.PathLike):
        string("input", value)
        return cast("os.PathLike[str]", value)
    if callable(getattr(value, "read", None)):
        return value
    if isinstance(value, Iterable | AsyncIterable) and not isinstance(value, dict):
        return value
    expected = "str, bytes, a path, a file, or an iterable of str or bytes"
    raise OptionTypeError("input", value, expected)


def pieces(source: Any) -> Iterator[bytes]:
    """Return an iterator over *source*, bytes, a file or an iterable, as bytes.

    Raises:
        TypeError: While iterating, when a piece is neither text nor bytes.
    """
    if isinstance(source, Secret):
        source = content(source)
    if isinstance(source, bytes):
        return iter((source,) if source else ())
    read = getattr(source, "read", None)
    return map(_as_bytes, iter(source) if read is None else _parts_of_file(read))


def _parts_of_file(read: Callable[[int], str | bytes]) -> Iterator[str | bytes]:
    while piece := read(PIECE):
        yield piece


def _as_bytes(piece: object) -> bytes:
    if isinstance(piece, str):
        return piece.encode("utf-8", "surrogateescape")
    if isinstance(piece, bytes | bytearray | memoryview):
        return bytes(piece)
    message = f"input= gave a {type(piece).__name__}: text or bytes are expected"
    raise TypeError(message)
