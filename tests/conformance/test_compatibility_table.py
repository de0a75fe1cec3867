"""``docs/reference/compatibility.md`` is complete, and says what is so."""

import re
from collections.abc import Iterable

import pytest

from child_process._values.options import RunOptions, SpawnOptions
from tests.conformance import node_bugs, node_tests
from tests.conformance.page import PAGE, filled, marked

ALL = 115
SIGNS = {"✓", "≠", "+", "✗", "·", "\N{EN DASH}"}
NODE_OPTIONS = [
    "cwd",
    "env",
    "argv0",
    "stdio",
    "detached",
    "uid",
    "gid",
    "shell",
    "serialization",
    "signal",
    "kill_signal",
    "timeout",
    "max_buffer",
    "encoding",
    "input",
    "silent",
    "exec_path",
    "exec_argv",
    "windows_hide",
    "windows_verbatim_arguments",
]


def _rows(heading: str) -> dict[str, list[str]]:
    """Return the rows of the table under *heading*, by each name in its first cell."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for name in re.findall(r"`([a-z_0-9]+)`", cells[0]):
            rows[name] = cells[1:]
    return rows


def test_the_page_is_up_to_date() -> None:
    """What is made from the tests is there as it would be made now."""
    page = PAGE.read_text("utf-8")

    assert filled(page) == page, "run python -m tests.conformance.page"


def test_every_test_of_node_is_in_one_list() -> None:
    """There are 115, and none is said to be two things."""
    names = [*node_tests.OWN, *node_tests.CHANNEL, *node_tests.NOT_APPLICABLE]

    assert ALL == len(names) == len(set(names))
    assert set(node_tests.ADAPTED) <= set(names)


def test_every_test_of_node_is_in_the_page() -> None:
    """Each has a row, with a test of ours or a reason."""
    rows = re.findall(
        r"^\| (\S+) \| ([APN]) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )

    names = {*node_tests.OWN, *node_tests.CHANNEL, *node_tests.NOT_APPLICABLE}
    assert names == {name for name, _, _ in rows}
    assert all(answer.strip() for _, _, answer in rows)


@pytest.mark.parametrize(
    "names", [node_tests.OWN, node_tests.CHANNEL, node_tests.RELATED], ids=len
)
def test_what_applies_here_has_a_test(names: Iterable[str]) -> None:
    """No row of these may go unanswered."""
    answered = marked("node_test")

    assert [] == [name for name in names if name not in answered]


def test_no_marker_names_what_is_not_there() -> None:
    """A misspelt name would answer nothing."""
    known = {*node_tests.OWN, *node_tests.CHANNEL, *node_tests.RELATED}

    assert set() == {*marked("node_test")} - known


def test_every_bug_of_node_is_tested() -> None:
    """Each number is in the list, and has a test."""
    assert {*node_bugs.BUGS} == {*marked("node_bug")}


def test_every_test_that_is_named_exists() -> None:
    """The page names no test that was renamed or removed."""
    named = set(re.findall(r"`(test_\w+\.py)::(\w+)`", PAGE.read_text("utf-8")))

    missing = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if f"def {name}("
        not in (PAGE.parents[2] / "tests/conformance" / file).read_text()
    ]
    assert named
    assert [] == missing


def test_every_option_of_node_has_a_row_with_a_sign_a_verb() -> None:
    """Seven verbs, seven signs, and the reason of whatever differs."""
    rows = _rows("Options of Node")

    assert set(NODE_OPTIONS) <= set(rows)
    for option in NODE_OPTIONS:
        *signs, reason = rows[option]
        assert 7 == len(signs), option
        assert set(signs) <= SIGNS, option
        assert reason or set(signs) == {"✓"}, option


def test_every_option_of_ours_has_a_row() -> None:
    """None is left out: of `spawn`, or of what runs to its end."""
    fields = {*SpawnOptions.__dataclass_fields__, *RunOptions.__dataclass_fields__}

    rows = {**_rows("Options of Node"), **_rows("Options beyond Node")}

    assert set() == fields - set(rows)
