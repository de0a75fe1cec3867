import json
from dataclasses import replace
from typing import Any

from child_process._masked import Masked, MaskedBytes
from child_process._values.options import RunOptions
from child_process._values.stdio import Slot
from child_process.security.explanation import Explanation, Variable, explained
from child_process.security.policy import Policy, strict, trusted
from tests.support import samples

OURS = {b"PATH": b"/bin", b"LD_PRELOAD": b"/x.so", b"A": b"1"}


def about(policy: Policy | None = None, **changes: Any) -> Explanation:
    """Return the explanation of ``/bin/ls -l`` with *changes*."""
    plan = replace(samples.plan("/bin/ls", "-l"), **changes)
    return explained(plan, RunOptions(), OURS, policy or trusted())


def test_it_says_what_would_run() -> None:
    """Program, arguments, directory and descriptors."""
    it = about(cwd="/tmp", stdio=(Slot.IGNORE, 5, Slot.INHERIT, Slot.IGNORE))

    assert ("/bin/ls -l", "/bin/ls", "/tmp") == (it.command, it.program, it.cwd)
    assert ("the null device", "our descriptor 5", "ours", "closed") == it.stdio
    assert it.would_start
    assert str(it).startswith("would start  yes\n")


def test_it_says_how_the_environment_differs() -> None:
    """What is added, changed and kept back, and why."""
    it = about(environ={b"PATH": b"/bin", b"A": b"2", b"B": b"3"})

    assert 1 == it.passed_on
    loader = "it makes the loader and C library load or run code"
    assert (
        Variable("A", "changed", "2", None),
        Variable("B", "added", "3", None),
        Variable("LD_PRELOAD", "kept back", None, loader),
    ) == it.variables


def test_it_says_what_every_rule_says() -> None:
    """Each with its objections and their remedies."""
    it = about(strict(programs=["git"]))

    assert not it.allowed
    assert not it.would_start
    assert 4 == len(it.verdicts)
    assert "program" == it.denials[0].rule
    assert it.denials[0].remedy in str(it)
    assert "PlainLines() consents" in str(it)


def test_it_shows_no_secret() -> None:
    """Of arguments and variables, marked ones and those with a telling name."""
    it = about(
        argv=("/bin/ls", Masked("hunter2")),
        environ={b"X": MaskedBytes(b"hunter2"), b"MY_TOKEN": b"hunter2"},
    )

    assert "hunter2" not in f"{it}{it!r}{json.dumps(it.as_dict())}"
    assert "argument 1 is a secret" in it.notes[0]
    assert "readable" in str(it) or "read it" in str(it)


def test_it_says_what_deserves_a_look() -> None:
    """A plain line for a shell, relative parts of PATH, what is inherited."""
    line = about(argv=("/bin/sh", "-c", "ls | wc"), shell=True, from_template=False)
    path = about(environ={b"PATH": b".:/bin"})
    inherited = about(environ=OURS)

    assert "ls | wc" == line.command
    assert "use sh(" in line.notes[0]
    assert "relative parts" in path.notes[0]
    assert "1 variables load code" in inherited.notes[0]
    assert "LD_PRELOAD" in inherited.notes[0]


def test_it_says_why_nothing_would_start() -> None:
    """The system's reason, where it is known beforehand."""
    plan = replace(samples.plan("/bin/ls"), program="")

    it = explained(plan, RunOptions(timeout=2.0), OURS, trusted(), "no\x1b such")

    assert it.program is None
    assert it.allowed
    assert not it.would_start
    assert "error        no\\x1b such" in str(it)
    assert "2.0" == it.settings["timeout"]
