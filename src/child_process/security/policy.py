"""What may be started: `Policy`, with `trusted`, `guarded` and `strict`.

Layer: security. No I/O.

A policy is a guard rail inside this program: it keeps mistakes and data from
becoming something else. It does not confine the program that runs, nor code
that does not go through this package; only the kernel does that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from child_process._values.arguments import is_plain
from child_process._values.checks import text
from child_process.errors import OptionTypeError
from child_process.security.arranging import arranged, spelled
from child_process.security.catalogue import grammar_of
from child_process.security.rules import (
    KnownArguments,
    OnlyPrograms,
    PlainLines,
    Rule,
)
from child_process.security.secret_words import NoSecretWords

if TYPE_CHECKING:
    import os

    from child_process._values.plan import LaunchPlan
    from child_process.security.verdict import Denial

__all__ = ["Policy", "guarded", "strict", "to_policy", "trusted"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules that judge every start, and whether data is made safe before.

    Attributes:
        name: For messages and records.
        rules: Each is called with the plan, and returns its objections.
        guards: Whether ``--`` and ``./`` are put before data.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    guards: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", tuple(self.rules))
        for index, rule in enumerate(self.rules):
            if not callable(rule):
                expected = "a rule: something to call with a LaunchPlan"
                raise OptionTypeError(f"rules[{index}]", rule, expected)

    def arrange(self, plan: LaunchPlan) -> LaunchPlan:
        """Return *plan* with its typed arguments as the program takes them."""
        if plan.shell or is_plain(plan.argv):
            return plan
        words = spelled((plan.program, *plan.args), grammar_of)
        if self.guards:
            words = arranged(words, grammar_of)
        return replace(plan, argv=(plan.argv[0], *words[1:]))

    def judge(self, plan: LaunchPlan) -> tuple[Denial, ...]:
        """Return every objection to *plan*, not only the first."""
        return tuple(denial for rule in self.rules for denial in rule(plan))

    def __and__(self, other: Policy) -> Policy:
        """Return the policy that objects to what either objects to."""
        added = tuple(rule for rule in other.rules if rule not in self.rules)
        if not added and (self.guards or not other.guards):
            return self
        name = " & ".join(dict.fromkeys((self.name, other.name)))
        return Policy(name, self.rules + added, guards=self.guards or other.guards)


_TRUSTED: Final = Policy("trusted")


def trusted() -> Policy:
    """Return the default: every program, with every argument, as in Node.

    Refused as everywhere: a NUL, an empty program, a str for the list of
    arguments.
    """
    return _TRUSTED


def guarded() -> Policy:
    """Return the policy for commands with data in them.

    `positional` data does not become an option: it is made safe or refused.
    Options and operands that run programs, load code or weaken isolation do
    not take data; the worst are refused from plain words as well.
    """
    return Policy("guarded", (KnownArguments(),), guards=True)


def strict(
    programs: Iterable[str | os.PathLike[str]],
) -> Policy:
    """Return the policy for a short list of *programs*, and no line of a shell.

    Known programs take only options without an effect of their own. A line for
    a shell must come from `sh`, and no argument may be a `Secret`.

    Args:
        programs: Names, or absolute paths, of what may be started. To have no
            program at all, pass an empty list.

    Raises:
        OptionTypeError: *programs* is a str, or holds something that is none.
    """
    if isinstance(programs, str | bytes) or not isinstance(programs, Iterable):
        raise OptionTypeError("programs", programs, 'a list, ["git", "/usr/bin/tar"]')
    names = frozenset(text("programs", program) for program in programs)
    rules = (
        OnlyPrograms(names),
        PlainLines(),
        NoSecretWords(),
        KnownArguments(strict=True),
    )
    return Policy("strict", rules, guards=True)


def to_policy(value: object, option: str = "policy") -> Policy:
    """Return the policy *value*; the words "trusted" and "guarded" are two."""
    if isinstance(value, Policy):
        return value
    if value == "trusted":
        return trusted()
    if value == "guarded":
        return guarded()
    expected = 'a Policy, "trusted" or "guarded"; strict(programs=[…]) for a list'
    raise OptionTypeError(option, value, expected)
