"""Which options one word of a line uses: `match`.

Layer: security. No I/O.

A word can spell an option in full, by a unique beginning (``--upload-pa``),
with its value attached or after ``=``, or several short ones in a bundle. What
the tables do not know is answered too, without an option: the reader of the
line decides what an unknown word is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from child_process.security.grammar import HARD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from child_process.security.grammar import Grammar, Option

__all__ = ["Match", "match"]


@dataclass(frozen=True, slots=True)
class Match:
    """One option in a word.

    Attributes:
        name: As the word spells it.
        option: The option of the grammar; None for an unknown one.
        value: The value in the same word; None if there is none.
        wants: What it takes from the next words: "nothing", "value", "last",
            "program", "pair" or "command".
    """

    name: str
    option: Option | None
    value: str | None = None
    wants: str = "nothing"


def match(grammar: Grammar, word: str) -> tuple[Match, ...]:
    """Return the options that *word*, which begins like one, uses."""
    if grammar.style == "single":
        return (_single(grammar, word),)
    if word.startswith("--"):
        return (_long(grammar, word),)
    return tuple(_bundle(grammar, word))


def _long(grammar: Grammar, word: str) -> Match:
    name, equals, value = word.partition("=")
    option = grammar.options.get(name)
    if option is None and grammar.abbreviations:
        option = _worst(o for n, o in grammar.options.items() if n.startswith(name))
    return _taking(name, option, value if equals else None)


def _bundle(grammar: Grammar, word: str) -> Iterable[Match]:
    at = 1
    while at < len(word):
        name, option = word[0] + word[at], None
        for length in (2, 1):  # zip has short options of two letters
            spelled = word[0] + word[at : at + length]
            if spelled in grammar.options:
                name, option = spelled, grammar.options[spelled]
                break
        at += len(name) - 1
        if option is not None and option.takes not in _BARE:
            yield _taking(name, option, word[at:] or None)
            return
        yield _taking(name, option, None)


_BARE: Final = frozenset({"nothing", "command", "pair"})


def _single(grammar: Grammar, word: str) -> Match:
    # Most of these programs take -option and --option alike.
    for spelled in (word, word[1:] if word.startswith("--") else word):
        name, equals, value = spelled.partition("=")
        if spelled in grammar.options:
            return _taking(word, grammar.options[spelled], None)
        if name in grammar.options and equals:
            return _taking(name, grammar.options[name], value)
        joined = [
            option
            for option in grammar.options.values()
            if option.takes == "joined" and spelled.startswith(option.name)
        ]
        if joined:
            longest = max(joined, key=_name_length)
            return _taking(longest.name, longest, spelled[len(longest.name) :])
        stem = spelled.partition(":")[0]  # ffmpeg's stream: -c:v
        if stem in grammar.options:
            return _taking(spelled, grammar.options[stem], None)
    return Match(word.partition("=")[0], None, None)


def _name_length(option: Option) -> int:
    return len(option.name)


def _taking(name: str, option: Option | None, value: str | None) -> Match:
    takes = "nothing" if option is None else option.takes
    if takes in ("optional", "joined") or (takes == "value" and value is not None):
        takes = "nothing"
    return Match(name, option, value, takes)


def _worst(options: Iterable[Option]) -> Option | None:
    """Return the most dangerous of *options*: which one is meant, nobody knows."""
    return max(options, key=_danger, default=None)


def _danger(option: Option) -> tuple[bool, bool, bool, bool]:
    hard = option.effect in HARD
    return option.refused, hard, option.effect is not None, option.value.match is None
