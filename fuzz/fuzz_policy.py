"""Any line of any program: data stays data, and disguises change no verdict.

The input is text: the program, then a word a line. A word's first character
says what it is: a space a plain word, ``+`` data, ``!`` raw, ``=`` a flag whose
option ends at the next space.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from child_process import OptionError, flag, guarded, positional, raw
from child_process._values.arguments import Positional, kind_of
from child_process._values.plan import LaunchPlan
from child_process.security.catalogue import grammar_of, known
from child_process.security.judging import program_name
from child_process.security.reading import read
from fuzz.driver import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from child_process.security import Denial
    from child_process.security.reading import Use

GUARDED = guarded()
NAMES = sorted(names[0] for names in known().values())
LONGEST = 40
"""Words of a line: the properties compare each with each."""

Words = tuple[str, ...]


def plan_of(words: Words) -> LaunchPlan:
    """Return a plan of *words* that nobody will start."""
    return LaunchPlan(
        file=words[0],
        program=f"/usr/bin/{words[0]}",
        argv=words,
        environ={},
        cwd=None,
        stdio=(),
        session=False,
        group=False,
        uid=None,
        gid=None,
        shell=False,
    )


def line_of(data: bytes) -> Words:
    """Return the line that *data* says."""
    head, *rest = os.fsdecode(data.replace(b"\0", b"")).split("\n")[:LONGEST]
    name = head if grammar_of(head) else NAMES[len(head) % len(NAMES)]
    return (name, *filter(None, map(_word, rest)))


def _word(text: str) -> str:
    kind, body = text[:1], text[1:]
    if kind == "+":
        return positional(body)
    if kind == "!":
        return raw(body)
    if kind == "=":
        option, _, value = body.partition(" ")
        try:
            return flag(option, value)
        except OptionError:
            return positional(value)
    return body


def verdict(words: Words) -> set[Denial]:
    """Return what is said against *words* as they are."""
    return set(GUARDED.judge(plan_of(words)))


def target(data: bytes) -> None:
    """Judge one line, and its disguises."""
    words = line_of(data)
    arranged = GUARDED.arrange(plan_of(words))
    assert GUARDED.arrange(arranged).argv == arranged.argv
    assert data_of(words) == data_of(arranged.argv)
    if not GUARDED.judge(arranged):
        assert not [word for word in options(arranged.argv) if is_data(word)]
    plain = tuple("".join(word) for word in words)
    found = verdict(plain)
    for disguised in disguises(plain):
        assert bool(found) == bool(verdict(disguised)), (plain, disguised)
    if found:
        for shorter in abbreviated(plain):
            assert verdict(shorter), (plain, shorter)


def is_data(word: str) -> bool:
    """Say whether *word* is data that stands by itself."""
    return isinstance(word, Positional)


def data_of(words: Words) -> list[str]:
    """Return the data in *words*, without what made it safe before."""
    return [bare(each) for each in words if is_data(each)]


def bare(word: str) -> str:
    """Return *word* without what keeps it from being an option."""
    while word.startswith("./"):
        word = word.removeprefix("./")
    return "".join(word)


def options(words: Words) -> Iterator[str]:
    """Yield the words that are read as options, of each program in the line."""
    grammar = grammar_of(program_name(words[0]))
    if grammar is None:
        return
    reading = read(grammar, words)
    yield from (words[use.index] for use in reading.uses)
    if reading.inner is not None and kind_of(words[reading.inner]) == "word":
        yield from options(words[reading.inner :])


def disguises(words: Words) -> Iterator[Words]:
    """Yield the plain line *words* in other orders, and with bundles undone."""
    grammar = grammar_of(words[0])
    assert grammar is not None
    reading = read(grammar, words)
    if reading.inner is not None or grammar.sub or grammar.bare:
        return
    # An option that lacks its value would take another's words elsewhere.
    whole = not any(
        use.match.wants != "nothing" and use.value_index is None for use in reading.uses
    )
    if grammar.style == "gnu" and whole and not set(grammar.ends) & set(words):
        units = units_of(reading.uses, words)
        operands = [words[seat.index] for seat in reading.seats]
        if sum(map(len, units)) + len(operands) + 1 == len(words):
            yield (
                words[0],
                *(word for each in units[::-1] for word in each),
                *operands,
            )
    for at in {use.index for use in reading.uses}:
        here = [use for use in reading.uses if use.index == at]
        if len(here) > 1 and all(use.match.value is None for use in here):
            split = [use.match.name for use in here]
            if "--" in split:
                continue
            yield (*words[:at], *split, *words[at + 1 :])


def units_of(uses: Sequence[Use], words: Words) -> list[Words]:
    """Return the words of each option, or bundle of them, with the value behind it."""
    last: dict[int, int] = {}
    for use in uses:
        if use.index >= 0:
            ends = (use.index, use.value_index or 0, use.command.stop - 1)
            last[use.index] = max(last.get(use.index, 0), *ends)
    return [words[first : end + 1] for first, end in last.items()]


def abbreviated(words: Words) -> Iterator[Words]:
    """Yield *words* with a refused long option cut short."""
    grammar = grammar_of(words[0])
    assert grammar is not None
    for use in read(grammar, words).uses:
        name, equals, value = words[use.index].partition("=")
        option = use.match.option
        cut = name.startswith("--") and name[4:] and use.grammar.abbreviations
        if option and option.refused and cut:
            yield (
                *words[: use.index],
                name[:-1] + equals + value,
                *words[use.index + 1 :],
            )


if __name__ == "__main__":
    main("policy", target)
