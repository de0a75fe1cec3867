"""The stock rules that policies are made of.

Layer: security. No I/O. Each is a frozen value that is called with a plan: it
prints, compares and pickles, and says what it objects to, all at once.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from child_process._values.arguments import Positional
from child_process._wording import bounded, printable
from child_process.security.catalogue import grammar_of
from child_process.security.judging import objections
from child_process.security.verdict import Denial

if TYPE_CHECKING:
    from child_process._values.plan import LaunchPlan

__all__ = ["KnownArguments", "OnlyPrograms", "PlainLines", "Rule"]

Rule = Callable[["LaunchPlan"], "tuple[Denial, ...]"]
"""From a plan to its objections; pure, and a frozen dataclass to travel."""


@dataclass(frozen=True, slots=True)
class OnlyPrograms:
    """Object to programs other than *programs*.

    Attributes:
        programs: Absolute paths, or names: a name allows the program of that
            name which the child's PATH leads to.
    """

    programs: frozenset[str]

    def __call__(self, plan: LaunchPlan) -> tuple[Denial, ...]:
        """Judge *plan* by its resolved program."""
        name = os.path.basename(plan.program)
        by_name = name in self.programs and "/" not in plan.file
        if by_name or plan.program in self.programs:
            return ()
        shown = bounded(printable(repr(plan.program)), 200)
        denial = Denial(
            "program",
            f"{shown} is not among the programs allowed here",
            f"add {shown} to programs= of the policy",
        )
        return (denial,)


@dataclass(frozen=True, slots=True)
class PlainLines:
    """Object to lines for a shell that no template made."""

    def __call__(self, plan: LaunchPlan) -> tuple[Denial, ...]:
        """Judge *plan*: a str cannot show that no data was pasted into it."""
        if not plan.shell or plan.from_template:
            return ()
        denial = Denial(
            "shell",
            "a plain str is a line for a shell here",
            'make it with sh("… {name} …", name=value), or pass a program with a list',
        )
        return (denial,)


@dataclass(frozen=True, slots=True)
class KnownArguments:
    """Object to arguments that make a program do what the caller did not mean.

    Attributes:
        strict: Whether plain words, too, may use only options that cannot run,
            load, read or write anything by themselves.
    """

    strict: bool = False

    def __call__(self, plan: LaunchPlan) -> tuple[Denial, ...]:
        """Judge the final arguments of *plan* by the tables of programs."""
        if plan.shell:
            return tuple(_quoted(plan))
        words = (plan.program, *plan.args)
        return tuple(objections(words, grammar_of, strict=self.strict))


def _quoted(plan: LaunchPlan) -> Iterator[Denial]:
    for word in plan.quoted:
        if isinstance(word, Positional) and word.startswith("-"):
            shown = bounded(printable(repr(str(word))), 200)
            yield Denial(
                "data-as-option",
                f"{shown} may be an option of a program in the line",
                "give a path that begins with './', or run the program itself",
            )
