"""The file of argument injections, read for tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Vector", "ends_options", "programs", "vectors"]

DATA = Path(__file__).parents[1] / "data" / "argument-injection-vectors.json"
_FILE: dict[str, Any] = json.loads(DATA.read_text("utf-8"))


@dataclass(frozen=True)
class Vector:
    """One way to change what a program does.

    Attributes:
        command: The program, and its sub-command if there is one.
        effect: What it does.
        spelling: The option, or the hazard in angle brackets.
        whole: The program as the file names it.
    """

    command: tuple[str, ...]
    effect: str
    spelling: str
    whole: str

    @property
    def is_option(self) -> bool:
        """Whether it is an option, and not an operand or a sub-command."""
        return not self.spelling.startswith("<")


def vectors() -> Iterator[Vector]:
    """Yield each spelling of the file, for each program that it is about."""
    for entry in _FILE["vectors"]:
        for program in entry["program"].split("/"):
            for spelling in entry["options"]:
                word = spelling if spelling[0] == "<" else spelling.split()[0]
                command = tuple(program.split())
                yield Vector(command, entry["effect"], word, entry["program"])


def programs() -> list[str]:
    """Return the programs of the file, in the words of it."""
    return list(_FILE["programs"])


def ends_options(whole: str) -> str:
    """Return whether "--" ends the options of *whole*: yes, no, needs-position."""
    found: str = _FILE["programs"][whole]["dashdash"]
    return found
