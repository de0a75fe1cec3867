"""What a call would start, in words: `Explanation`.

Layer: security. No I/O: the plan was made, and nothing of it was started.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from child_process._masked import MASK, MaskedBytes, shown
from child_process._values.stdio import Slot
from child_process._wording import bounded, display, printable
from child_process.security.environment import PATH, is_secret, objection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._values.environment import Environ
    from child_process._values.options import RunOptions
    from child_process._values.plan import LaunchPlan
    from child_process.security.policy import Policy
    from child_process.security.verdict import Denial

__all__ = ["Explanation", "Variable", "Verdict", "explained"]

VALUE_SHOWN: Final = 200
"""Characters of a variable's value."""
WIDTH: Final = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says.

    Attributes:
        rule: The rule, with its settings.
        denials: Its objections; none is consent.
    """

    rule: str
    denials: tuple[Denial, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """How one variable of the child differs from ours.

    Attributes:
        name: Its name.
        change: What becomes of ours; "added" where we have none.
        value: What the child gets, secrets masked; None where it gets none.
        why: Why it is kept back, or what is dangerous about it.
    """

    name: str
    change: Literal["added", "changed", "kept back"]
    value: str | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a call would start, and what objects to it. Nothing was started.

    Attributes:
        command: As one would type it, secrets masked.
        program: The file that would be executed; None if there is none.
        argv: What it would get, ``argv[0]`` included, secrets masked.
        shell: Whether a shell reads the command.
        cwd: The child's directory; None is ours.
        env_policy: How its environment is made.
        variables: How that differs from ours.
        passed_on: How many variables it has as we have them.
        stdio: What its descriptors are.
        settings: What else was asked for: user, limits, time …, by name.
        policy: The policy in force, by name.
        verdicts: What each of its rules says.
        error: Why the system would refuse, as far as can be known before.
        notes: What is worth a second look.
    """

    command: str
    program: str | None
    argv: tuple[str, ...]
    shell: bool
    cwd: str | None
    env_policy: str
    variables: tuple[Variable, ...]
    passed_on: int
    stdio: tuple[str, ...]
    settings: dict[str, str]
    policy: str
    verdicts: tuple[Verdict, ...]
    error: str | None
    notes: tuple[str, ...]

    @property
    def denials(self) -> tuple[Denial, ...]:
        """Every objection, each with its remedy."""
        return tuple(d for verdict in self.verdicts for d in verdict.denials)

    @property
    def allowed(self) -> bool:
        """Whether no rule objects."""
        return not self.denials

    @property
    def would_start(self) -> bool:
        """Whether no rule objects, and nothing is known that would fail."""
        return self.allowed and self.error is None

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation for JSON."""
        return {"would_start": self.would_start, **asdict(self)}

    def __str__(self) -> str:
        return "\n".join(_page(self))


def explained(
    plan: LaunchPlan,
    options: RunOptions,
    ours: Environ,
    policy: Policy,
    error: str | None = None,
) -> Explanation:
    """Return the explanation of *plan*.

    Args:
        plan: What would be started.
        options: What was asked for.
        ours: The environment of this program.
        policy: Who judges.
        error: Why there is nothing to start.
    """
    return Explanation(
        command=shown(plan.argv[-1]) if plan.shell else display(_words(plan)),
        program=plan.program or None,
        argv=tuple(map(shown, plan.argv)),
        shell=plan.shell,
        cwd=plan.cwd,
        env_policy=options.env_policy,
        variables=tuple(_variables(plan.environ, ours)),
        passed_on=sum(ours.get(name) == v for name, v in plan.environ.items()),
        stdio=tuple(map(_slot, range(len(plan.stdio)), plan.stdio)),
        settings=_settings(plan, options),
        policy=policy.name,
        verdicts=tuple(Verdict(repr(rule), rule(plan)) for rule in policy.rules),
        error=error,
        notes=tuple(_notes(plan, options, ours)),
    )


def _words(plan: LaunchPlan) -> tuple[str, ...]:
    return (plan.file, *plan.args)


def _variables(environ: Environ, ours: Environ) -> Iterator[Variable]:
    for name in sorted({*environ, *ours}):
        value, before = environ.get(name), ours.get(name)
        if value == before:
            continue
        text = printable(name.decode("utf-8", "surrogateescape"))
        if value is None:
            yield Variable(text, "kept back", None, objection(name, before or b""))
        else:
            change: Any = "added" if before is None else "changed"
            yield Variable(text, change, _value(name, value), objection(name, value))


def _value(name: bytes, value: bytes) -> str:
    if isinstance(value, MaskedBytes) or is_secret(name):
        return MASK
    return bounded(printable(value.decode("utf-8", "surrogateescape")), VALUE_SHOWN)


def _slot(index: int, slot: object) -> str:
    if isinstance(slot, Slot):
        if slot is Slot.IGNORE:
            return "the null device" if index < 3 else "closed"  # noqa: PLR2004 - stdin, stdout and stderr are something
        return {Slot.PIPE: "a pipe", Slot.INHERIT: "ours"}.get(slot, "a channel")
    if isinstance(slot, int):
        return f"our descriptor {slot}"
    return f"a {type(slot).__name__}"


def _settings(plan: LaunchPlan, options: RunOptions) -> dict[str, str]:
    """Return what differs from a plain start, by name."""
    asked = {
        "uid": plan.uid,
        "gid": plan.gid,
        "groups": plan.groups,
        "umask": None if plan.umask is None else f"{plan.umask:#o}",
        "limits": plan.limits,
        "isolate": plan.isolate,
        "pinned": plan.pin,
        "timeout": options.timeout,
        "max_buffer": options.max_buffer,
        "input": None if options.input is None else type(options.input).__name__,
        "session": "its own" if plan.session else None,
        "tree": None if options.tree is True else options.tree,
    }
    return {name: str(fact) for name, fact in asked.items() if fact is not None}


def _notes(plan: LaunchPlan, options: RunOptions, ours: Environ) -> Iterator[str]:
    if plan.shell and not plan.from_template:
        yield "a shell reads this line: use sh(…) if there is data in it"
    for index in sorted(plan.secret_words):
        yield (
            f"argument {index} is a secret, and every user of the system can read it "
            "while the program runs: use env=, input= or secret_file()"
        )
    if objection(PATH, plan.environ.get(PATH, b"")):
        yield "PATH has relative parts: they are not searched here, but may be later"
    if options.env_policy == "inherit":
        names = [
            printable(name.decode("utf-8", "surrogateescape"))
            for name, value in plan.environ.items()
            if name != b"HOME" and ours.get(name) == value and objection(name, value)
        ]
        if names:
            yield (
                f"{len(names)} variables load code, mislead or are secrets, which "
                f'env_policy="scrub" keeps back: {bounded(", ".join(names), 1000)}'
            )


def _page(it: Explanation) -> Iterator[str]:
    """Yield the lines of *it* as text."""
    yield _line("would start", "yes" if it.would_start else "no")
    yield _line("command", printable(it.command))
    yield _line("program", printable(it.program or "there is none"))
    yield _line("argv", display(it.argv))
    yield _line("shell", "reads the command" if it.shell else "none")
    yield _line("cwd", printable(it.cwd or "ours"))
    yield _line("environment", f'"{it.env_policy}", {it.passed_on} passed on')
    for variable in it.variables:
        value = "" if variable.value is None else f" {variable.value}"
        why = f" ({variable.why})" if variable.why else ""
        yield _line("", f"{variable.name} {variable.change}{value}{why}")
    for index, slot in enumerate(it.stdio):
        yield _line("stdio" if index == 0 else "", f"{index}: {slot}")
    for name, fact in it.settings.items():
        yield _line(name, printable(fact))
    yield _line("policy", it.policy)
    for verdict in it.verdicts:
        answer = "objects" if verdict.denials else "consents"
        yield _line("", f"{bounded(verdict.rule, VALUE_SHOWN)} {answer}")
        for denial in verdict.denials:
            yield _line("", f"  {printable(str(denial))}")
    if it.error is not None:
        yield _line("error", printable(it.error))
    for note in it.notes:
        yield _line("note", note)


def _line(name: str, text: str) -> str:
    return f"{name:<{WIDTH}} {text}".rstrip()
