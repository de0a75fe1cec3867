"""What `ShellReader` knows of a shell's grammar: its words and its signs.

Layer: values. No I/O.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ARGUMENTS",
    "BACKTICKS",
    "BRACED",
    "CLOSERS",
    "GLUED",
    "INDEXED",
    "OPENERS",
    "PARAMETER",
    "REDIRECTION",
    "SEPARATOR",
    "SINGLE",
    "SUM",
    "UNREAD",
    "UNSURE",
    "VARIABLE",
    "Unsafe",
    "word_set",
]

VARIABLE: Final = 'put it into a variable in front of all, v={…}, and write "$v" here'
ARGUMENTS: Final = "use run() with a list of arguments, or quote() where it fits"


def word_set(text: str) -> frozenset[str]:
    """Return the words of *text*."""
    return frozenset(text.split())


OPENERS: Final = word_set("{ ! if then else elif while until do time")
"""Reserved words behind which another command begins."""
CLOSERS: Final = word_set("} fi done")
UNREAD: Final = word_set("case esac function [[ coproc repeat foreach end always in")
"""Reserved words, of one shell at least, whose grammar is not read here."""
UNSURE: Final = re.compile(r"-.")
"""An option where a command begins: that of ``time``, for one."""
INDEXED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\[")

PARAMETER: Final = re.compile(
    r"\$(?:[A-Za-z_][A-Za-z0-9_]*+|[0-9@*#?$!-])(?!\[|:[A-Za-z&])"
)
BRACED: Final = re.compile(r"\$\{[A-Za-z0-9_@*#?$!-][^][(){}'\"\\`$\n\0]*\}(?!\[)")
SUM: Final = re.compile(r"\$\(\([A-Za-z0-9_ +*/%<>=!&|?:,-]*\)\)")
BACKTICKS: Final = re.compile(r"`[^`'\"\\\0]*`")
SINGLE: Final = re.compile(r"'([^']*)'")
REDIRECTION: Final = re.compile(r"<>|<&|>&|>>(?![!|&])|>\||[<>](?![<>(!&|])")
SEPARATOR: Final = re.compile(r"&&|\|\||\|&|[&|](?![&|>!])|;(?![;&|])|\n")


GLUED: Final = (
    "a list is words of its own, and something is glued to it",
    "put blanks round it, or join the list in Python",
)


class Unsafe(Exception):
    """A hole would not be one word, or the line is not whole.

    Attributes:
        hole: The hole that is meant; None for the line.
    """

    def __init__(self, hole: str | None, reason: str, expected: str) -> None:
        super().__init__(hole, reason, expected)
        self.hole = hole
        self.reason = reason
        self.expected = expected
