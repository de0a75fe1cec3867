"""What each word of a line is to its program: `read`.

Layer: security. No I/O.

The reader does what the program's own does: it takes options with their
values off the line, counts operands, goes into sub-commands and stops where
another program's line begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from child_process._values.arguments import kind_of
from child_process.security.grammar import STOCK, Grammar
from child_process.security.matching import match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process.security.grammar import Operand
    from child_process.security.matching import Match

__all__ = ["Reading", "Seat", "Use", "read"]


@dataclass(frozen=True, slots=True)
class Use:
    """An option that the line uses.

    Attributes:
        index: The word that holds it.
        match: The option, and a value that is attached to it.
        value_index: The word with its value, the same one if it is attached;
            None without a value.
        command: The words of a command, or the name before a value.
        grammar: Whose option it is.
    """

    index: int
    match: Match
    value_index: int | None
    grammar: Grammar
    command: range = range(0)


@dataclass(frozen=True, slots=True)
class Seat:
    """An operand of the line.

    Attributes:
        index: The word.
        operand: What may stand here.
        grammar: Whose operand it is.
        passed: Whether it is one that is passed over, an assignment for one.
    """

    index: int
    operand: Operand
    grammar: Grammar
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A line, read.

    Attributes:
        uses: Its options.
        seats: Its operands.
        grammar: The grammar in force at its end.
        inner: Where another program's line begins; None if none does.
    """

    uses: tuple[Use, ...]
    seats: tuple[Seat, ...]
    grammar: Grammar
    inner: int | None = None


def read(grammar: Grammar, words: Sequence[str]) -> Reading:
    """Return what *words*, the program's name first, are to the program."""
    reader = _Reader(grammar, words)
    reading = reader.read()
    for options, operands in reader.grammar.instead:
        if any(_name(use) in options for use in reading.uses):
            return _Reader(grammar, words, operands).read()
    return reading


def _name(use: Use) -> str:
    option = use.match.option
    return use.match.name if option is None else option.name


@dataclass(slots=True)
class _Reader:
    grammar: Grammar
    words: Sequence[str]
    override: tuple[Operand, ...] | None = None
    at: int = 1
    ended: bool = False
    count: int = 0
    operands: tuple[Operand, ...] = ()
    inner: int | None = None
    uses: list[Use] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)

    def read(self) -> Reading:
        self._enter(self.grammar)
        if self.grammar.bare:
            self._bare()
        while self.at < len(self.words) and self.inner is None:
            self._word(self.words[self.at])
        return Reading(tuple(self.uses), tuple(self.seats), self.grammar, self.inner)

    def _enter(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.count = 0
        # A reading with other operands is of the last grammar of the line.
        self.operands = grammar.operands
        if self.override is not None and not grammar.sub:
            self.operands = self.override

    def _word(self, word: str) -> None:
        if self.ended or len(word) < len("-x") or word[0] not in self.grammar.begin:
            self._operand(word)
        elif word in self.grammar.ends and _is_plain(word):
            self._end(word)
        else:
            self._option(word)

    def _end(self, word: str) -> None:
        self.ended = True
        self.at += 1
        if word == "--" and self.grammar.after:
            self.operands, self.count = self.grammar.after, 0

    def _option(self, word: str) -> None:
        index = self.at
        self.at += 1
        for found in match(self.grammar, word):
            value_index = None if found.value is None else index
            command = range(0)
            if found.wants in ("command", "pair"):
                command = range(self.at, self._end_of(found.wants))
                self.at = command.stop
            if found.wants not in ("nothing", "command") and found.value is None:
                value_index = self.at if self.at < len(self.words) else None
                self.at += 1
            self.uses.append(Use(index, found, value_index, self.grammar, command))
            if found.wants in ("last", "program"):
                self.ended = True
                self.operands = (STOCK["any"],)
            if found.wants == "program":
                # Attached, it is no word of its own: what follows is unknown.
                self.inner = value_index if found.value is None else None
                self.operands = (STOCK["never"],)

    def _end_of(self, wants: str) -> int:
        if wants == "pair":
            return min(self.at + 1, len(self.words))
        for index in range(self.at, len(self.words)):
            if self.words[index] in _COMMAND_ENDS:
                return index + 1
        return len(self.words)

    def _operand(self, word: str) -> None:
        operand = self.operands[min(self.count, len(self.operands) - 1)]
        plain = _is_plain(word)
        if operand.skip and plain and re.match(operand.skip, word):
            self.seats.append(Seat(self.at, operand, self.grammar, passed=True))
            self.at += 1
            return
        self.seats.append(Seat(self.at, operand, self.grammar))
        if operand.name == "command":
            self.inner = self.at
            return
        self.at += 1
        self.count += 1
        if operand.name == "sub":
            unknown = Grammar(f"{self.grammar.name} {word if plain else '…'}")
            subs = self.grammar.sub
            self._enter(subs.get(word) or subs.get("*") or unknown)
        elif self.grammar.style == "posix" and self.count >= self.grammar.stop:
            self.ended = True

    def _bare(self) -> None:
        """Read a first word without a dash, tar's old form: ``tar xzf FILE``."""
        if len(self.words) < len(("tar", "xf")) or self.words[1].startswith("-"):
            return
        if not _is_plain(self.words[1]):
            self.seats.append(Seat(1, STOCK["sub"], self.grammar))
            self.at = 2
            return
        self.at = 2
        for letter in self.words[1]:
            (found,) = match(self.grammar, f"-{letter}")
            value_index = None
            if found.wants != "nothing":
                value_index = self.at if self.at < len(self.words) else None
                self.at += 1
            self.uses.append(Use(1, found, value_index, self.grammar))


_COMMAND_ENDS: Final = (";", "+")


def _is_plain(word: str) -> bool:
    return kind_of(word) in ("word", "raw")
