"""Words of the command line as the values that they stand for.

Layer: cli. No I/O.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from child_process._values.options import Tree

__all__ = ["codes", "limit_of_bytes", "seconds", "seconds_or_none", "tree", "variable"]

_UNITS: Final = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}
_TREES: Final[dict[str, Tree]] = {"yes": True, "no": False, "all": "all"}
_LAST_CODE: Final = 255


def seconds(word: str) -> float:
    """Return *word* as a number of seconds."""
    try:
        return float(word)
    except ValueError:
        raise _wrong(word, "a number of seconds, such as 2.5") from None


def seconds_or_none(word: str) -> float | None:
    """Return *word* as a number of seconds; "none" is None."""
    return None if word == "none" else seconds(word)


def limit_of_bytes(word: str) -> int:
    """Return *word*, ``64K`` for one, as a number of bytes."""
    digits = word.upper().rstrip("BI")
    unit = digits[-1:] if digits[-1:].isalpha() else ""
    number = digits.removesuffix(unit)
    if unit not in _UNITS or not (number.isascii() and number.isdigit()):
        raise _wrong(word, "a number of bytes, such as 65536, 64K or 1M")
    return int(number) * _UNITS[unit]


def tree(word: str) -> Tree:
    """Return *word* as the option ``tree=``."""
    if word not in _TREES:
        raise _wrong(word, "yes, no or all")
    return _TREES[word]


def variable(word: str) -> tuple[str, str]:
    """Return the name and the value in *word*."""
    name, equals, value = word.partition("=")
    if not name or not equals:
        raise _wrong(word, "NAME=VALUE")
    return name, value


def codes(word: str) -> frozenset[int]:
    """Return the exit codes in *word*, which commas part."""
    parts = word.split(",")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise _wrong(word, "exit codes, such as 0,1")
    found = frozenset(map(int, parts))
    if max(found) > _LAST_CODE:
        raise _wrong(word, f"exit codes from 0 to {_LAST_CODE}")
    return found


def _wrong(word: str, expected: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{word!r} is not {expected}")
