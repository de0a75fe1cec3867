"""What is wrong with a line, by its program's grammar: `objections`.

Layer: security. No I/O.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from child_process._masked import Masked
from child_process._values.arguments import Flag, Positional, Raw, Value, kind_of
from child_process._wording import bounded, printable
from child_process.security.grammar import EFFECTS, HARD, Grammar, Operand
from child_process.security.reading import Reading, Use, read
from child_process.security.verdict import Denial

__all__ = ["Lookup", "objections", "program_name"]

Lookup = Callable[[str], "Grammar | None"]
"""From a program's name to its grammar; None for a program without one."""

_RAW: Final = "or pass raw(…), if you vouch for it"


def program_name(path: str) -> str:
    """Return the name by which the program at *path* is looked up."""
    return os.path.basename(path).lower()


def objections(
    words: Sequence[str], lookup: Lookup, *, strict: bool = False
) -> Iterator[Denial]:
    """Yield every objection to the line *words*, the program's path first.

    Args:
        words: The final words, in the order in which the program gets them.
        lookup: Finds grammars.
        strict: Whether plain words may use only options without an effect.
    """
    yield from dict.fromkeys(_objections(words, lookup, strict=strict))


def _objections(
    words: Sequence[str], lookup: Lookup, *, strict: bool
) -> Iterator[Denial]:
    inner: int | None = 0
    # A loop: who starts another program may be started by another, and so on.
    while inner is not None:
        words = words[inner:]
        grammar = lookup(program_name(words[0]))
        if grammar is None:
            yield from _unknown_program(words)
            return
        reading = read(grammar, words)
        inner = reading.inner
        last = _last_data(words[:inner])
        for use in reading.uses:
            yield from _use(use, words, ambiguous=use.index < last, strict=strict)
        yield from _seats(reading, words)
        if inner is not None and kind_of(words[inner]) != "word":
            return


def _last_data(words: Sequence[str]) -> int:
    """Return the place of the last word that holds data; -1 for none."""
    return max((at for at, word in enumerate(words) if _is_data(word)), default=-1)


def _is_data(word: str) -> bool:
    return isinstance(word, Positional | Flag | Value)


def _is_vouched_for(word: str) -> bool:
    """Say whether nobody looks into *word*: a raw one, or one with a secret."""
    return isinstance(word, Raw | Masked)


def _unknown_program(words: Sequence[str]) -> Iterator[Denial]:
    for word in words[1:]:
        if isinstance(word, Positional | Value) and word.startswith("-"):
            yield Denial(
                "data-as-option",
                f"{_shown(word)} would be an option of {_shown(words[0])}",
                f'give a path with "./" before it, or flag("--option", value), {_RAW}',
            )


# Options


def _use(
    use: Use, words: Sequence[str], *, ambiguous: bool, strict: bool
) -> Iterator[Denial]:
    word = words[use.index]
    kind = kind_of(word)
    if _is_vouched_for(word):
        return
    if kind in ("positional", "value"):
        yield Denial(
            "data-as-option",
            f"{_shown(word)} would be an option of {use.grammar.name}",
            f'pass flag("--option", value) if it is a value, {_RAW}',
        )
    elif isinstance(word, Flag):
        yield from _flag(use, word)
    else:
        yield from _plain_option(use, words, ambiguous=ambiguous, strict=strict)
    if any(_is_data(words[at]) for at in use.command):
        yield Denial(
            "data-as-value",
            f"data stands where {use.match.name} of {use.grammar.name} takes a "
            "command or a name",
            "choose it from a fixed list of your own, or run the command yourself",
        )


def _flag(use: Use, word: Flag) -> Iterator[Denial]:
    option = use.match.option
    if option is None:
        yield Denial(
            "unknown-option",
            f"{word.option} is not among the options of {use.grammar.name} "
            "that are known to take data",
            f"check its spelling, {_RAW}",
        )
    elif use.match.name != word.option or use.match.value != word.value:
        yield Denial(
            "data-as-option",
            f"{_shown(word)} would be more than {word.option} with a value",
            f"{word.option} of {use.grammar.name} takes no value",
        )
    else:
        yield from _data_value(use, word.value)


def _plain_option(
    use: Use, words: Sequence[str], *, ambiguous: bool, strict: bool
) -> Iterator[Denial]:
    option = use.match.option
    if option is None:
        if strict or (ambiguous and use.match.value is None):
            yield Denial(
                "unknown-option",
                f"{use.match.name} is not among the known options of "
                f"{use.grammar.name}, so what follows it may be its value or not",
                f"check its spelling, write {use.match.name}=VALUE, {_RAW}",
            )
        return
    at = use.value_index
    if at is not None and at != use.index:
        if isinstance(words[at], Positional) and words[at].startswith("-"):
            yield Denial(
                "data-as-option",
                f"{_shown(words[at])} could be read as an option",
                f"pass flag({use.match.name!r}, …) for both words",
            )
            return
        if _is_data(words[at]):
            yield from _data_value(use, words[at])
            return
        if _is_vouched_for(words[at]):
            return
    value = use.match.value if at in (None, use.index) else words[at or 0]
    yield from _plain_value(use, value, strict=strict)


def _plain_value(use: Use, value: str | None, *, strict: bool) -> Iterator[Denial]:
    option = use.match.option
    assert option is not None, "asked before"
    allowed = option.value
    if allowed.never is not None and value and re.search(allowed.never, value):
        yield _effect(use, allowed.effect, f" = {_shown(value)}")
        return
    if option.refused or (strict and option.effect is not None):
        permitted = allowed.match is not None and value is not None
        if not permitted or re.fullmatch(allowed.match or "", value or "") is None:
            yield _effect(use, option.effect or "logic", "")


def _effect(use: Use, effect: str, shown: str) -> Denial:
    name = use.match.name if use.match.option is None else use.match.option.name
    return Denial(
        "option",
        f"{name}{shown} of {use.grammar.name} {EFFECTS[effect]}",
        f"leave it out, {_RAW}",
    )


def _data_value(use: Use, value: str) -> Iterator[Denial]:
    option = use.match.option
    assert option is not None, "asked before"
    allowed = option.value
    if option.refused or option.effect in HARD:
        if allowed.match is None or re.fullmatch(allowed.match, value) is None:
            yield Denial(
                "data-as-value",
                f"{_shown(value)} is data, and {option.name} of {use.grammar.name} "
                f"{EFFECTS[option.effect or 'logic']}",
                f"choose the value from a fixed list of your own, {_RAW}",
            )
        return
    yield from _operand(allowed, value, f"the value of {option.name}", use.grammar)


# Operands


def _seats(reading: Reading, words: Sequence[str]) -> Iterator[Denial]:
    used = {use.index for use in reading.uses}
    for seat in reading.seats:
        word = words[seat.index]
        if not _is_data(word):
            continue
        if isinstance(word, Value) and seat.index - 1 in used:
            yield Denial(
                "data-as-value",
                f"{words[seat.index - 1]} of {seat.grammar.name} takes no value in "
                "the next word",
                f"check its spelling, {_RAW}",
            )
        else:
            where = f"an operand ({seat.operand.name})"
            yield from _operand(seat.operand, word, where, seat.grammar)


def _operand(
    operand: Operand, text: str, where: str, grammar: Grammar
) -> Iterator[Denial]:
    if not _fits(operand, text):
        yield Denial(
            "operand",
            f"{_shown(text)} as {where} of {grammar.name} {EFFECTS[operand.effect]}",
            f"choose it from a fixed list of your own, {_RAW}",
        )


def _fits(operand: Operand, text: str) -> bool:
    if not operand.data:
        return False
    if operand.match is not None and re.fullmatch(operand.match, text) is None:
        return False
    refused = (operand.dot, operand.refuse, operand.never)
    return not any(pattern and re.search(pattern, text) for pattern in refused)


def _shown(text: str) -> str:
    return bounded(printable(repr(str(text))), 200)
