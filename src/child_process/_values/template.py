"""A command with data in it, written as one line: `template`.

Layer: values. No I/O.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from child_process._values.arguments import positional
from child_process._values.command import Command
from child_process._values.filling import filled
from child_process._values.template_error import TemplateError
from child_process._values.template_parts import Hole, parts_of, source_of
from child_process._values.word_splitter import Unsplittable, WordSplitter

if TYPE_CHECKING:
    from child_process._values.template_parts import TemplateString

__all__ = ["template"]

_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


def template(text: str | TemplateString, /, **values: Any) -> Command:
    """Return the `Command` that *text* says, with data in its holes. No shell.

    ``template("git commit -m {message} {files}", message=m, files=[…])``:
    words are cut in the literal text only, by a shell's rules for blanks,
    quotes and backslashes; a hole is one argument or a part of one, whatever
    it holds, and a list is as many arguments as it has. A whole argument is
    `positional`, so that under `guarded` it does not become an option, unless
    it says itself what it is (`flag`, `raw`). A hole takes str,
    bytes, paths, whole numbers, `Secret`, and the `Result` of a command,
    which is its output without the newline at the end.

    Args:
        text: The command, each hole as ``{name}``; or ``t"…"`` on Python 3.14.
        **values: The data, by the names of the holes.

    Raises:
        TemplateError: Data would choose the program, stands in quotes, or has
            no hole; or the text says something that only a shell can do.
        OptionTypeError: A value is nothing that has one obvious text.
        OptionError: A value holds a NUL or cannot be encoded.
    """
    parts = parts_of(text, values)
    splitter = WordSplitter()
    name = None
    try:
        for part in parts:
            if isinstance(part, Hole):
                name = part.name
                filling = filled(part)
                words = tuple(map(_as_data, filling.words))
                splitter.hole(words, many=filling.many)
            else:
                splitter.text(part)
        program, *args = splitter.finish()
    except Unsplittable as problem:
        hole = name if problem.of_hole else None
        raise TemplateError(
            source_of(parts), hole, problem.reason, problem.expected
        ) from None
    if _ASSIGNMENT.match(program):
        reason = f"{program} is no program, and no shell reads this"
        expected = "set variables with env=, or use sh()"
        raise TemplateError(source_of(parts), None, reason, expected)
    return Command(program, tuple(args))


def _as_data(word: str) -> str:
    return positional(word) if type(word) is str else word
