"""Templates: any text with any data gives its own words, or a documented error.

A line that is taken is cut into words by `shlex`, once with a mark for each
piece of data and once with the data: all that differs are the marks.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, TypeVar

from child_process._values.quoting import quote
from child_process._values.shell_command import ShellCommand
from child_process._values.template import template
from child_process._values.template_parts import Hole
from child_process.errors import OptionError
from fuzz.driver import main

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
MARK = "\ue000"
"""Stands for data: no shell, and no corpus, gives it a meaning."""
HOLES = "{a}", "{b}", "{l}"


def target(data: bytes) -> None:
    """Fill the text before the first NUL of *data* with what comes after it."""
    text, *values = (os.fsdecode(part) for part in data.split(b"\0")[:5])
    if MARK in text:
        return
    words = [*values, "$(id)", "'; id; '", "-x", "\\"][:4]
    marks = [f"{MARK}{index}{MARK}" for index in range(4)]
    for read in (in_shell, without_shell):
        marked, filled = read(text, marks), read(text, words)
        if marked is None or filled is None:
            assert marked == filled
            continue
        if '"' in text and "$(" in text:
            continue  # shlex does not know that quotes begin anew in there
        for mark, word in zip(marks, words, strict=True):
            marked = [token.replace(mark, word) for token in marked]
        assert marked == filled
    for word in words:
        assert [word] == shlex.split(quote(word))
        assert [quote(word)] == shlex.split(quote(word, ["sh", "ssh"]))


def parts(text: str, words: list[str]) -> list[str | Hole]:
    """Return *text* with the holes of `HOLES` filled from *words*."""
    found: list[str | Hole] = []
    values = dict(zip(HOLES, (words[0], words[1], words[2:]), strict=True))
    while text:
        places = {text.find(hole): hole for hole in HOLES if hole in text}
        at = min(places, default=len(text))
        found.append(text[:at])
        if at == len(text):
            break
        hole = places[at]
        found.append(Hole(hole[1:-1], values[hole]))
        text = text[at + len(hole) :]
    return found


def in_shell(text: str, words: list[str]) -> list[str] | None:
    """Return the words of the line of `sh`; None where it refuses."""
    line = documented(lambda: ShellCommand(tuple(parts(text, words))).line)
    return None if line is None else cut(line)


def cut(line: str) -> list[str]:
    """Return the words of *line*, quotes and signs read as a shell reads them."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.commenters = ""
    lexer.whitespace_split = True
    tokens: list[str] = []
    try:
        tokens += iter(lexer)
    except ValueError:
        tokens.append("an open quote, which comes after all holes")
    return tokens


class _TemplateString:
    """What `template` takes for a template string, of any parts."""

    def __init__(self, found: list[str | Hole]) -> None:
        texts = [part for part in found if isinstance(part, str)]
        self.interpolations = tuple(
            _Interpolation(part) for part in found if isinstance(part, Hole)
        )
        missing = len(self.interpolations) + 1 - len(texts)
        self.strings = (*texts, *[""] * missing)


class _Interpolation:
    conversion = None
    format_spec = ""

    def __init__(self, hole: Hole) -> None:
        self.expression = hole.name
        self.value = hole.value


def without_shell(text: str, words: list[str]) -> list[str] | None:
    """Return the words of the command of `template`; None where it refuses."""
    made = documented(lambda: template(_TemplateString(parts(text, words))))
    return None if made is None else [made.program, *made.args]


def documented(make: Callable[[], T]) -> T | None:
    """Return what *make* makes, or None for an error that is documented."""
    try:
        return make()
    except OptionError:
        return None


if __name__ == "__main__":
    main("template", target)
