"""Operands that are more than data: made safe where that can be, else refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from child_process import guarded, positional
from child_process.security.catalogue import grammar_of
from child_process.security.judging import program_name
from tests.support.command_lines import words_of
from tests.support.plans import plan_of
from tests.support.vectors import vectors

DATA = Path(__file__).parents[1] / "data" / "operand-hazards.json"
CASES: list[dict[str, Any]] = json.loads(DATA.read_text("utf-8"))["cases"]
GUARDED = guarded()


def outcome(line: tuple[str, ...]) -> list[str] | None:
    """Return the final arguments of *line*; None if it is refused."""
    plan = GUARDED.arrange(plan_of(*line))
    return None if GUARDED.judge(plan) else list(plan.argv)


def test_every_hazard_is_refused_or_made_safe() -> None:
    """As the file says, word by word."""
    wrong = {
        words_of(case["line"]): found
        for case in CASES
        if (found := outcome(words_of(case["line"]))) != case.get("becomes")
    }

    assert len(CASES) > 200
    assert {} == wrong


def test_the_hazards_of_the_vectors_have_their_cases() -> None:
    """Each program with a table and an operand hazard has a case in the file."""
    tried = {case["line"][0] for case in CASES}
    hazards = {
        vector.command[0]
        for vector in vectors()
        if not vector.is_option and grammar_of(program_name(vector.command[0]))
    }

    assert [] == sorted(hazards - tried)


def commands() -> Iterator[tuple[str, str]]:
    """Yield the sub-commands that the vectors call dangerous."""
    for vector in vectors():
        if vector.spelling.startswith("<sub-command "):
            word = vector.spelling.removeprefix("<sub-command ").rstrip(">")
            yield " ".join(vector.command), word


def test_a_sub_command_is_never_data() -> None:
    """Where the program has a table."""
    passed = [
        (command, word)
        for command, word in commands()
        if grammar_of(program_name(command.split()[0]))
        and outcome((*command.split(), positional(word.split()[0]))) is not None
    ]

    assert [] == passed
