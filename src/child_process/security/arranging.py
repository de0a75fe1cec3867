"""Make data safe in a line, where its program knows how: `arranged`.

Layer: security. No I/O. What cannot be made safe stays as it is, and is
refused by `judging`, which always has the last word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from child_process._values.arguments import Flag, Positional, Value, kind_of
from child_process.security.judging import program_name
from child_process.security.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process.security.grammar import Grammar
    from child_process.security.judging import Lookup
    from child_process.security.reading import Reading, Seat, Use

__all__ = ["arranged", "spelled"]

Words = tuple[str, ...]


def spelled(words: Sequence[str], lookup: Lookup) -> Words:
    """Return *words* with each `Flag` in the form that its program takes."""
    done: list[str] = []
    for word in words:
        if isinstance(word, Flag):
            done += _spelled(word, _grammar_after(done, lookup))
        else:
            done.append(word)
    return tuple(done)


def _grammar_after(words: Sequence[str], lookup: Lookup) -> Grammar | None:
    """Return the grammar that reads what comes after *words*."""
    inner: int | None = 0
    reading = None
    while words and inner is not None:
        words = words[inner:]
        grammar = lookup(program_name(words[0]))
        if grammar is None:
            return None
        reading = read(grammar, words)
        inner = reading.inner
    return None if reading is None else reading.grammar


def _spelled(word: Flag, grammar: Grammar | None) -> Sequence[str]:
    single = grammar is not None and grammar.style == "single"
    if grammar is not None and single:
        for name in (word.option, f"{word.option}="):
            option = grammar.options.get(name)
            if option is not None and option.takes in ("joined", "optional"):
                return (_joined(word, name),)
        return word.as_words()
    if word.is_long:
        takes_no_equals = grammar is not None and not grammar.equals
        return word.as_words() if takes_no_equals else (word,)
    return (word,) if word.is_short and word.value else word.as_words()


def _joined(word: Flag, name: str) -> Flag:
    return Flag(name, word.value)


def arranged(words: Words, lookup: Lookup) -> Words:
    """Return *words* with data kept from being options, where that can be done.

    ``--`` goes before data that looks like an option if the program honours it
    and no option of the caller's comes after; else ``./`` before what is a path.
    """
    done: Words = ()
    while (grammar := lookup(program_name(words[0]))) is not None:
        for _ in words:
            better = _better(grammar, words)
            if better is None:
                break
            words = better
        inner = read(grammar, words).inner
        if inner is None or kind_of(words[inner]) != "word":
            break
        done, words = done + words[:inner], words[inner:]
    return done + words


def _better(grammar: Grammar, words: Words) -> Words | None:
    """Return *words* with one piece of data made safe; None if there is none."""
    reading = read(grammar, words)
    for use in reading.uses:
        if isinstance(words[use.index], Positional):
            better = _as_operand(grammar, words, use)
        else:
            better = _dotted_value(words, use)
        if better is not None:
            return better
    for seat in reading.seats:
        if isinstance(words[seat.index], Positional) and _is_dotted(seat, words):
            return _with(words, seat.index, _dot(words[seat.index]))
    return None


def _as_operand(grammar: Grammar, words: Words, use: Use) -> Words | None:
    at, word = use.index, words[use.index]
    begin = use.grammar.begin
    if use.grammar.ends and not any(
        later[:1] in begin and later and not isinstance(later, Positional)
        for later in words[at:]
    ):
        better = (*words[:at], use.grammar.ends[0], *words[at:])
        if _seat_at(read(grammar, better), at + 1) is not None:
            return better
    better = _with(words, at, _dot(word))
    seat = _seat_at(read(grammar, better), at)
    return better if seat is not None and seat.operand.path else None


def _seat_at(reading: Reading, index: int) -> Seat | None:
    return next((seat for seat in reading.seats if seat.index == index), None)


def _is_dotted(seat: Seat, words: Words) -> bool:
    operand = seat.operand
    return bool(
        operand.path and operand.dot and re.search(operand.dot, words[seat.index])
    )


def _dotted_value(words: Words, use: Use) -> Words | None:
    """Return *words* with ``./`` before the data that is the value of *use*."""
    option, at = use.match.option, use.value_index
    if option is None or at is None or not option.value.path or not option.value.dot:
        return None
    word = words[at]
    value = word.value if isinstance(word, Flag) else word
    if kind_of(word) in ("word", "raw") or not re.search(option.value.dot, value):
        return None
    if isinstance(word, Flag):
        return _with(words, at, Flag(word.option, f"./{value}"))
    return _with(words, at, _dot(word))


def _dot(word: str) -> str:
    kind = Value if isinstance(word, Value) else Positional
    return kind(f"./{word}")


def _with(words: Words, at: int, word: str) -> Words:
    return (*words[:at], word, *words[at + 1 :])
