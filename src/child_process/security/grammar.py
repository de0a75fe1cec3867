"""How a program reads its arguments: `Grammar`, `Option`, `Operand`.

Layer: security. No I/O; `catalogue` loads the tables that are read here.

A table lists options in words of one notation; what follows the name says
what the option takes:

==========  ============================================================
``-v``      nothing
``-o=``     a value: attached, after ``=``, or in the next word
``--log?``  a value that is attached or missing
``-B*``     a value that is the rest of the word, and nothing else
``-c$``     a value; what follows is for the code that it holds
``-m%``     the name of a program, whose line the rest is
``--arg:``  two words, a name and a value
``-exec;``  a command, up to ``;`` or ``+``
==========  ============================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["EFFECTS", "HARD", "STOCK", "Grammar", "Operand", "Option", "grammar"]

Takes = Literal[
    "nothing", "value", "optional", "joined", "last", "program", "pair", "command"
]

EFFECTS: Final = {
    "exec": "can run another program",
    "code": "can run code of the caller's choice",
    "lib": "can load a library",
    "config": "can load settings that run programs",
    "privilege": "can weaken isolation or permissions",
    "write": "can write files",
    "read": "can read files",
    "net": "can send data elsewhere",
    "delete": "can delete files",
    "dos": "can run for ever",
    "logic": "changes what the call means",
}
"""What an option or operand can do, in the words of a message."""
HARD: Final = frozenset({"exec", "code", "lib", "config", "privilege"})
"""Effects that data never decides about."""

_TAKES: Final[dict[str, Takes]] = {
    "=": "value",
    "?": "optional",
    "*": "joined",
    "$": "last",
    "%": "program",
    ":": "pair",
    ";": "command",
}


@dataclass(frozen=True, slots=True)
class Operand:
    """What may stand in one place: an operand, or an option's value.

    Attributes:
        name: Its name in the table: "path", "host" ….
        data: Whether data may stand here at all.
        path: Whether it is a path of the file system, which ``./`` may begin.
        dot: Data that this matches has a meaning beside being a path.
        match: All of the data must match this.
        refuse: No part of the data may match this.
        never: What a plain word may not hold either.
        skip: Plain words that are passed over: assignments before a command.
        effect: What data here could do.
    """

    name: str
    data: bool = True
    path: bool = False
    dot: str | None = None
    match: str | None = None
    refuse: str | None = None
    never: str | None = None
    skip: str | None = None
    effect: str = "logic"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a program.

    Attributes:
        name: As it is spelled, with its dashes.
        takes: What follows it.
        effect: What it can do; None for an option that anybody may use.
        refused: Whether plain words may not use it either.
        value: What its value may be.
    """

    name: str
    takes: Takes = "nothing"
    effect: str | None = None
    refused: bool = False
    value: Operand = Operand("any")


STOCK: Final = {
    "any": Operand("any"),
    "path": Operand("path", path=True, dot="^-$"),
    "never": Operand("never", data=False),
    "script": Operand("script", data=False, effect="code"),
    "sub": Operand("sub", data=False, effect="exec"),
    "command": Operand("command", data=False, effect="exec"),
}
"""The kinds of operand that every table knows."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one program, or one sub-command, reads its arguments.

    Attributes:
        name: The program, and the sub-command, in words.
        style: "gnu": short options bundle, and options stand anywhere;
            "posix": options end before the first operand; "single": long
            options with one dash, which do not bundle.
        stop: How many operands end the options, in the style "posix".
        abbreviations: Whether ``--verb`` is ``--verbose``.
        equals: Whether ``--option=value`` is one word; else it is two.
        ends: The words that end the options: ``--``, where it does.
        begin: The characters that options begin with.
        bare: Whether a first word without a dash is a bundle of options.
        options: The options known, by their names.
        operands: What each operand is; the last one repeats.
        after: The same after ``--``; empty for no difference.
        instead: Operands for lines that use one of these options.
        sub: The grammars of sub-commands; "*" is any other one.
    """

    name: str
    style: Literal["gnu", "posix", "single"] = "gnu"
    stop: int = 1
    abbreviations: bool = False
    equals: bool = True
    ends: tuple[str, ...] = ()
    begin: str = "-"
    bare: bool = False
    options: Mapping[str, Option] = field(default_factory=dict)
    operands: tuple[Operand, ...] = (STOCK["any"],)
    after: tuple[Operand, ...] = ()
    instead: tuple[tuple[frozenset[str], tuple[Operand, ...]], ...] = ()
    sub: Mapping[str, Grammar] = field(default_factory=dict)


def grammar(name: str, table: Mapping[str, Any]) -> Grammar:
    """Return the grammar of the program *name* that *table* describes.

    Raises:
        KeyError: It names a kind of operand, or an effect, that there is not.
        TypeError: It holds a key that nothing reads.
    """
    return _grammar(name, dict(table), STOCK, None)


def _grammar(
    name: str,
    table: dict[str, Any],
    known: Mapping[str, Operand],
    outer: Grammar | None,
) -> Grammar:
    kinds = dict(known)
    for kind, facts in table.pop("kinds", {}).items():
        kinds[kind] = Operand(kind, **facts)
    options = _options(table, kinds)
    if table.pop("inherit", False) and outer is not None:
        options = {**outer.options, **options}
    subs = table.pop("sub", {})
    instead = table.pop("instead", [])
    made = Grammar(
        name=name,
        options=options,
        ends=tuple(table.pop("ends", ())),
        operands=_operands(table.pop("operands", ["any"]), kinds),
        after=_operands(table.pop("after", []), kinds),
        instead=tuple(
            (frozenset(case["options"].split()), _operands(case["operands"], kinds))
            for case in instead
        ),
        **table,
    )
    sub = {
        word: _grammar(f"{name} {word}", dict(facts), kinds, made)
        for words, facts in subs.items()
        for word in words.split()
    }
    return replace(made, sub=sub) if sub else made


def _options(table: dict[str, Any], kinds: Mapping[str, Operand]) -> dict[str, Option]:
    groups: list[tuple[str | None, bool, str]] = [(None, False, table.pop("allow", ""))]
    for key, refused in (("watch", False), ("refuse", True)):
        for effect, words in table.pop(key, {}).items():
            assert effect in EFFECTS, effect
            groups.append((effect, refused, words))
    value_of = {
        option: kinds[kind]
        for kind, words in table.pop("values", {}).items()
        for option in words.split()
    }
    options = {}
    for effect, refused, words in groups:
        for word in words.split():
            takes = _TAKES.get(word[-1], "nothing") if len(word) > len("-x") else None
            name = word if takes in (None, "nothing") else word[:-1]
            value = value_of.pop(name, STOCK["any"])
            options[name] = Option(name, takes or "nothing", effect, refused, value)
    assert not value_of, value_of
    return options


def _operands(
    names: Sequence[str], kinds: Mapping[str, Operand]
) -> tuple[Operand, ...]:
    return tuple(kinds[name] for name in names)
