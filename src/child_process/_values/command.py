"""A command as a value: `Command`, made by `cmd`.

Layer: values. No I/O.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from child_process._values.checks import text
from child_process._values.secret import Secret, SecretFile, word
from child_process._wording import display
from child_process.errors import OptionTypeError

__all__ = ["Argument", "Command", "cmd", "to_args"]

Argument = str | bytes | os.PathLike[str] | os.PathLike[bytes] | Secret | SecretFile


def to_args(value: object, option: str = "args") -> tuple[str, ...]:
    """Return the list of arguments *value*, checked; None is an empty one.

    Raises:
        OptionTypeError: It is a str, or holds something that is no string.
        OptionError: One holds a NUL or cannot be encoded.
    """
    if value is None:
        return ()
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise OptionTypeError(option, value, "a list of strings, one an argument")
    return tuple([word(f"{option}[{index}]", a) for index, a in enumerate(value)])


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, and options that always go with it.

    Attributes:
        program: The program's name or path.
        args: Its arguments; each arrives as it is, whatever it holds.
        options: Keyword options of `run`; the call's own win.
    """

    program: str
    args: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "program", text("program", self.program))
        object.__setattr__(self, "args", to_args(self.args))

    def with_(self, *args: Argument, **options: Any) -> Command:
        """Return a copy with *args* added at the end, and *options* set."""
        added = self.args + to_args(args)
        return replace(self, args=added, options={**self.options, **options})

    def __repr__(self) -> str:
        words = ", ".join(map(repr, (self.program, *self.args)))
        options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"cmd({words})" + (f".with_({options})" if options else "")

    def __str__(self) -> str:
        return display((self.program, *self.args))


def cmd(program: Argument, *args: Argument) -> Command:
    """Return the `Command` of *program* with *args*, for `run` and `run_sync`.

    ``cmd("git", "log", rev)`` starts nothing; it can be kept, compared,
    printed and changed with `Command.with_`.

    Raises:
        OptionError: The program is empty, or a word cannot be passed on.
    """
    return Command(text("program", program), to_args(args))
