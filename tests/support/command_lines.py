"""Command lines as data: plain words, and typed ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from child_process import flag, positional

__all__ = ["lines_of", "words_of"]

DATA = Path(__file__).parents[1] / "data"


def words_of(line: list[Any]) -> tuple[str, ...]:
    """Return the words of *line*: ``{"p": …}`` is data, ``{"f": […]}`` a flag."""
    return tuple(_word(word) for word in line)


def lines_of(name: str) -> list[tuple[str, ...]]:
    """Return the lines of the file *name*."""
    entries = json.loads((DATA / name).read_text("utf-8"))["lines"]
    return [words_of(line) for line in entries]


def _word(word: Any) -> str:
    if isinstance(word, str):
        return word
    if "p" in word:
        return positional(str(word["p"]))
    option, value = map(str, word["f"])
    return flag(option, value)
