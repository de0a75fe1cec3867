"""What a hole of a template may hold, and which words come of it: `filled`.

Layer: values. No I/O.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from child_process._masked import Masked
from child_process._values.arguments import kind_of
from child_process._values.command import Command
from child_process._values.result import Result, SyncResult
from child_process._values.secret import Secret, SecretFile, word
from child_process._values.template_parts import Hole, is_template_string
from child_process.errors import OptionTypeError

__all__ = ["Filled", "filled"]


@dataclass(frozen=True, slots=True)
class Filled:
    """The words of one hole.

    Attributes:
        words: One for a plain value; as many as there are for a list.
        many: Whether it was a list: then each is a word of its own.
    """

    words: tuple[str, ...]
    many: bool


def filled(hole: Hole) -> Filled:
    """Return the words of *hole*.

    Raises:
        OptionTypeError: No text comes of its value without a choice that is
            the caller's; the error says which one.
        OptionError: It holds a NUL or cannot be encoded.
    """
    value = hole.value
    if isinstance(value, list | tuple):
        words = [_word(f"{hole.name}[{index}]", one) for index, one in enumerate(value)]
        return Filled(tuple(words), many=True)
    return Filled((_word(hole.name, value),), many=False)


def _word(name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{int(value)}"
    if isinstance(value, Result | SyncResult):
        return _output(name, value.stdout)
    if isinstance(value, str | bytes | os.PathLike | Secret | SecretFile):
        text = word(name, value)
        # Of the subclasses of str only ours mean something.
        said = isinstance(text, Masked) or kind_of(text) != "word"
        return text if said else str.__str__(text)
    raise OptionTypeError(name, value, _advice(value))


def _output(name: str, output: str | bytes | None) -> str:
    """Return what a command wrote, less the newline at the end, as in a shell."""
    if output is None:
        expected = "a result with stdout: that command's was no pipe"
        raise OptionTypeError(name, output, expected)
    if isinstance(output, bytes):
        return word(name, output.removesuffix(b"\n"))
    return word(name, output.removesuffix("\n"))


_KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (type(None), "a value; [] leaves the word out"),
    (bool, 'the word itself: "--force" if wanted, else []'),
    (float, 'text with the digits that you want: f"{value:.3f}"'),
    ((bytearray, memoryview), "bytes(value): it must not change any more"),
    (Mapping, 'a list of words: [f"{name}={value}" for …]'),
    (AbstractSet, "a list in an order: sorted(value)"),
    ((list, tuple), "no list in a list: put the words into one"),
    (Iterator, "a list: [*value]"),
    (Command, "a list of words: [command.program, *command.args]"),
)


def _advice(value: object) -> str:
    """Return what would be right in the place of *value*."""
    for kinds, expected in _KINDS:
        if isinstance(value, kinds):
            return expected
    if is_template_string(value) or hasattr(value, "holes"):
        return "one template with all of it: a template in a hole would be one word"
    if hasattr(value, "__await__"):
        return "its result: await it first"
    if callable(value):
        return "its result: call it first"
    return "text: str(value), if that is meant"
