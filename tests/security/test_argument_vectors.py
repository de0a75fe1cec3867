"""No spelling of a dangerous option gets through as data.

Every option of the file of vectors, alone and in each disguise, is refused or
made neutral, by pure judgement. The programs themselves are asked in
``test_argument_attacks.py``.
"""

from collections.abc import Iterator

import pytest

from child_process import flag, guarded, positional
from child_process._values.plan import LaunchPlan
from child_process.security.catalogue import grammar_of
from child_process.security.judging import program_name
from tests.support.plans import plan_of
from tests.support.vectors import Vector, ends_options, vectors

GUARDED = guarded()
OPTIONS = [vector for vector in vectors() if vector.is_option]
GRAVE = [each for each in OPTIONS if each.effect in {"exec", "code", "lib"}]
SCRIPTED = {"python", "node", "perl", "ruby", "php", "sh", "bash"}
"""After the script, words are the script's: an operand before is enough."""

FILES = {("strace", "-o"), ("strace", "--output")}


def lines(command: tuple[str, ...], word: str) -> Iterator[tuple[str, ...]]:
    """Yield places in a line of *command* where *word* can stand as data."""
    data = positional(word)
    yield (*command, data)
    yield (*command, data, "-v")
    yield (*command, "a", data, "b")
    yield (*command, positional("a"), data)
    yield (*command, "-v", data, positional(word))
    yield (*command, "--", data)
    yield (*command, "-o", data)


def disguises(option: str) -> Iterator[str]:
    """Yield *option* with a value, in a bundle, and by its beginnings."""
    yield option
    yield f"{option}=x"
    yield f"{option}x"
    if option.startswith("--"):
        for end in range(len("--xyz"), len(option)):
            yield option[:end]
            yield f"{option[:end]}=x"
    elif len(option) == len("-x"):
        yield f"-v{option[1:]}"
        yield f"-v{option[1:]}x"
        yield f"-xz{option[1:]}"
    else:
        yield f"-{option}"  # --exec for -exec


def neutral(vector: Vector, argv: tuple[str, ...], word: str) -> bool:
    """Say whether *word* cannot be an option where it stands in *argv*.

    By the file of vectors, not by our tables: "--" counts only where the file
    says so.
    """
    at = max(index for index, each in enumerate(argv) if each.endswith(word))
    if not argv[at].startswith("-"):
        return True
    before = argv[1:at]
    if vector.command[0] in SCRIPTED:
        return any(not each.startswith("-") for each in before)
    if "--" not in before:
        return False
    ends = ends_options(vector.whole)
    if ends == "needs-position":
        first = before.index("--")
        return all(each.startswith("-") for each in before[:first])
    return ends == "yes"


def escaped(vector: Vector, line: tuple[str, ...], word: str) -> bool:
    """Say whether *word* gets through *line* as anything but data."""
    plan: LaunchPlan = GUARDED.arrange(plan_of(*line))
    return not GUARDED.judge(plan) and not neutral(vector, plan.argv, word)


def test_every_option_as_data_is_refused_or_neutral() -> None:
    """All spellings of the file, in seven places of a line."""
    through = [
        (line, vector.effect)
        for vector in OPTIONS
        for line in lines(vector.command, vector.spelling)
        if escaped(vector, line, vector.spelling)
    ]

    assert len(OPTIONS) > 650
    assert [] == through


def test_disguises_of_grave_options_are_refused_or_neutral() -> None:
    """Beginnings of three letters or more, bundles, attached and `=` values."""
    tried, through = 0, []
    for vector in GRAVE:
        for word in disguises(vector.spelling):
            for line in lines(vector.command, word):
                tried += 1
                if escaped(vector, line, word):
                    through.append((line, vector.effect))

    assert tried > 15_000
    assert [] == through


def test_a_grave_option_takes_no_data() -> None:
    """Not from the caller either, in any spelling, where its program is known."""
    taken = [
        (vector.command, option)
        for vector in GRAVE
        if grammar_of(program_name(vector.command[0])) is not None
        # A file's name, which is kept from being more: test_operand_hazards.py.
        if (vector.command[0], vector.spelling) not in FILES
        for option in beginnings(vector.spelling)
        for line in [(*vector.command, flag(option, "x;y"))]
        if not GUARDED.judge(GUARDED.arrange(plan_of(*line)))
    ]

    assert [] == taken


def beginnings(option: str) -> Iterator[str]:
    """Yield *option*, and what begins it if it is a long one."""
    yield option
    if option.startswith("--"):
        yield from (option[:end] for end in range(len("--xyz"), len(option)))


@pytest.mark.parametrize("program", ["tar", "sort", "curl", "rsync", "wget"])
def test_an_abbreviation_in_plain_words_is_the_option(program: str) -> None:
    """What is refused in full is refused by each of its unique beginnings."""
    grammar = grammar_of(program)
    assert grammar is not None
    refused = [name for name, option in grammar.options.items() if option.refused]

    passed = [
        name[:end]
        for name in refused
        if name.startswith("--")
        for end in range(len("--xyz"), len(name))
        if not any(
            each.startswith(name[:end]) and each not in refused
            for each in grammar.options
        )
        and not GUARDED.judge(plan_of(program, f"{name[:end]}=x"))
    ]

    assert [] == passed
