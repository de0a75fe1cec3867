"""S1: whatever a word holds, a shell reads back exactly that.

One process reads the whole table, so that all of it takes seconds.
"""

import os
from pathlib import Path

import pytest

from child_process import OptionError, quote
from tests.support import hostile, shells

# What stands before the quoted word, what after, and what surrounds the word
# when the shell prints it.
CONTEXTS = {
    "argument": (" ", "", "", ""),
    "inside a word": (" a", "b", "a", "b"),
    "value of an assignment": ("v=", "", "", ""),
    "value of an option": (" --o=", "", "--o=", ""),
    "right before a redirection": (" ", ">/dev/fd/1", "", ""),
}
PRINT = "printf '%s\\0'"


def pieces(context: str) -> tuple[str, str]:
    """Return what a script has before and after the word in *context*."""
    before, after, *_ = CONTEXTS[context]
    if before == "v=":
        return before, f'; {PRINT} "$v"'
    return f"{PRINT}{before}", after


def expected(context: str) -> bytes:
    """Return what a shell prints that reads every string in *context*."""
    *_, left, right = CONTEXTS[context]
    return b"".join(
        os.fsencode(f"{left}{one.word}{right}") + b"\0" for one in hostile.strings()
    )


def script(readers: int) -> str:
    """Return the table as a script that *readers* shells read in turn.

    All but the last print what the next one is to read.
    """
    lines = []
    for context in CONTEXTS:
        for one in hostile.strings():
            before, after = pieces(context)
            for _ in range(readers - 1):
                before = f"printf '%s\\n' {quote(before)}"
                after = quote(after)
            lines.append(f"{before}{quote(one.word, ['sh'] * readers)}{after}\n")
    return "".join(lines)


@pytest.mark.parametrize("shell", [*shells.POSIX, *shells.MORE])
def test_every_string_comes_back_in_every_context(shell: str, tmp_path: Path) -> None:
    """259 strings in 5 contexts, byte for byte."""
    found = shells.read(shell, script(1), tmp_path)

    assert b"".join(map(expected, CONTEXTS)) == found
    assert 1295 == len(CONTEXTS) * len(hostile.strings())


@pytest.mark.parametrize("readers", [2, 3])
@pytest.mark.parametrize("shell", shells.POSIX)
def test_nested_shells_read_what_was_quoted_for_them(
    shell: str, readers: int, tmp_path: Path
) -> None:
    """Each level prints the very text that was quoted for the next one.

    Since that is the same text whoever printed it, all combinations of shells
    are covered by each one reading each level.
    """
    found = shells.read(shell, script(readers), tmp_path)

    assert os.fsencode(script(readers - 1)) == found


@pytest.mark.parametrize(
    ("first", "then"),
    [("fish", None), ("fish", "sh"), ("sh", "fish"), ("fish", "fish")],
)
def test_fish_has_rules_of_its_own(
    first: str, then: str | None, tmp_path: Path
) -> None:
    """A backslash counts in its quotes: alone, and as one of two levels."""
    readers = [first] if then is None else [first, then]
    words = [quote(one.word, readers) for one in hostile.strings()]
    name = {"sh": "dash"}.get(first, first)

    found = shells.read(name, f"printf '%s\\0' {' '.join(words)}\n", tmp_path)

    inner = [
        os.fsencode(one.word if then is None else quote(one.word, then))
        for one in hostile.strings()
    ]
    assert inner == found.split(b"\0")[:-1]


@pytest.mark.parametrize(
    "value", [value for _, value in hostile.refused()], ids=dict(hostile.refused())
)
def test_what_cannot_be_a_word_is_refused(value: object) -> None:
    """By name, before anything could be made of it."""
    with pytest.raises(OptionError, match="value"):
        quote(value)  # type: ignore[arg-type]  # wrong on purpose
