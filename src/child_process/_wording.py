"""Commands and their output in words that are safe to print.

Layer: bottom. Pure; imports `_masked` only.

What a program wrote, or what a caller passed on, may hold escape sequences
that rewrite a terminal or forge a line of a log: control characters never get
into a message raw.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from child_process._masked import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MESSAGE_LIMIT", "bounded", "display", "printable", "single_quoted", "tail"]

MESSAGE_LIMIT: Final = 16 * 1024
"""Bytes of an error's message, at most: a log line, not a log."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+:,./-]+")
_CONTROL: Final = re.compile(
    # C0 less tab and newline, DEL, C1, line and paragraph separators, the
    # marks that reorder text on a screen, and bytes that are not text.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def single_quoted(word: str) -> str:
    """Return *word* as one word of a POSIX shell, always quoted, byte for byte."""
    return "'" + word.replace("'", "'\\''") + "'"


def display(argv: Iterable[str]) -> str:
    """Return *argv* as one would type it into a shell, on one line."""
    return " ".join(_shown(shown(word)) for word in argv)


def printable(text: str) -> str:
    """Return *text* with control characters, but tab and newline, escaped."""
    return _CONTROL.sub(_escape, text)


def tail(output: str | bytes | None, limit: int) -> str:
    """Return the end of *output*, at most *limit* characters, printable."""
    if not output:
        return ""
    # Cut before decoding: the output may be a gigabyte.
    end = output[-limit:]
    text = end if isinstance(end, str) else end.decode("utf-8", "replace")
    text = printable(text.strip("\r\n"))
    cut = len(output) > limit or len(text) > limit
    return f"[…]{text[-limit:]}" if cut else text


def bounded(message: str, limit: int = MESSAGE_LIMIT) -> str:
    """Return *message*, cut to at most *limit* bytes of UTF-8."""
    data = message.encode("utf-8", "backslashreplace")
    if len(data) <= limit:
        return message
    mark = " […]"
    return data[: limit - len(mark.encode())].decode("utf-8", "ignore") + mark


def _shown(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    if _CONTROL.search(word) or "\n" in word or "\t" in word:
        # bash, zsh and POSIX 2024 read this form back; it stays on one line.
        body = word.replace("\\", "\\\\").replace("'", "\\'")
        return f"$'{_CONTROL.sub(_escape, body).translate(_BREAKS)}'"
    return single_quoted(word)


_BYTES: Final = range(0xDC80, 0xDD00)
"""How Python's surrogateescape carries bytes that are not text."""
_ASCII: Final = 0x7F
"""The last character that is one byte: a shell reads ``\\x9b`` as a byte."""
_BREAKS: Final = str.maketrans({"\n": "\\n", "\t": "\\t"})


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in _BYTES:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code <= _ASCII else f"\\u{code:04x}"
