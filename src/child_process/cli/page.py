"""What the demo prints: titles, lines and errors, for 80 columns.

Layer: cli.
"""

from __future__ import annotations

import sys
import textwrap
from typing import Final

__all__ = ["code", "error", "say", "size", "title"]

WIDTH: Final = 79
BOLD: Final = "\033[1m"
PLAIN: Final = "\033[0m"
LINES: Final = 7
"""Of an error's; its message may have 16 KiB."""


def title(number: int, words: str) -> None:
    """Begin step *number*."""
    line = f"{number}. {words}"
    _write(f"\n{BOLD}{line}{PLAIN}" if sys.stdout.isatty() else f"\n{line}")


def code(source: str) -> None:
    """Print the call that is about to be made."""
    for line in source.splitlines():
        _write(f"   >>> {line}" if not line.startswith(" ") else f"   ... {line}")


def say(words: str) -> None:
    """Print *words*, one line each."""
    for line in words.splitlines():
        _write(f"   {line}"[:WIDTH].rstrip())


def error(raised: BaseException) -> None:
    """Print *raised* as a traceback ends: wrapped, and cut after some lines."""
    words = f"{type(raised).__name__}: {raised}"
    lines = [
        line
        for paragraph in words.splitlines()
        for line in textwrap.wrap(paragraph, WIDTH - 6) or [""]
    ]
    if len(lines) > LINES:
        lines[LINES:] = [f"[and {len(lines) - LINES} lines more]"]
    for line in lines:
        _write(f"   |  {line}".rstrip())
    kinds = {kind.__name__ for kind in type(raised).__mro__}
    builtin = next((name for name in _BUILTINS if name in kinds), None)
    if builtin is not None:
        say(f"(except {builtin} catches it, too)")


def size(count: float) -> str:
    """Return *count* bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:  # noqa: PLR2004 - decimal units
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.2f} GB"


_BUILTINS: Final = (
    "FileNotFoundError",
    "NotADirectoryError",
    "PermissionError",
    "TimeoutError",
    "CalledProcessError",
    "ValueError",
)


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    # Seen when it happens, in a pipe too.
    sys.stdout.flush()
