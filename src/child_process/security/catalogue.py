"""The grammars of the programs that are known: `grammar_of`.

Layer: security. Reads the tables of ``programs/`` that ship with the package,
each when it is first asked for, and nothing else.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from child_process.security.grammar import Grammar, grammar

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["grammar_of", "known", "table_of"]


def grammar_of(name: str) -> Grammar | None:
    """Return the grammar of the program *name*; None if it is not known."""
    from fnmatch import fnmatchcase

    for table, patterns in _names().items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return _grammar(table)
    return None


def known() -> Mapping[str, tuple[str, ...]]:
    """Return the tables that there are, with the names of their programs.

    A name may be a pattern: ``python3.*``.
    """
    return _names()


def table_of(name: str) -> dict[str, Any]:
    """Return the table *name*, as it is written."""
    import tomllib
    from importlib.resources import files

    text = files(__package__).joinpath(f"programs/{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _names() -> dict[str, tuple[str, ...]]:
    return {name: tuple(patterns) for name, patterns in table_of("names").items()}


@cache
def _grammar(name: str) -> Grammar:
    return grammar(name, table_of(name))
