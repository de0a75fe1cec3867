"""A promise of the security model has a test."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.support.sources import ROOT

PAGE: Final = ROOT / "docs" / "explanation" / "security-model.md"
ROW: Final = re.compile(r"^\| (?P<promise>[^|]+) \| (?P<test>[^|]*) \|$", re.MULTILINE)
TEST: Final = re.compile(r"`(?P<file>tests/[\w/]+\.py)::(?P<name>test_\w+)`")


def promises() -> list[tuple[str, str]]:
    """Return the rows of the tables that have promises, and their second cells."""
    found = []
    for table in PAGE.read_text("utf-8").split("| promise | test |\n|---|---|\n")[1:]:
        rows = table.split("\n\n", 1)[0] + "\n"
        found += [(m["promise"], m["test"]) for m in ROW.finditer(rows)]
    return found


@cache
def functions_in(path: Path) -> frozenset[str]:
    """Return the names of the tests of a file."""
    body = ast.parse(path.read_text("utf-8")).body
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in body if isinstance(node, kinds))


def test_there_are_promises() -> None:
    """The page is read as it is meant: one table for each level."""
    assert 30 <= len(promises())


@pytest.mark.parametrize(
    ("promise", "cell"), promises(), ids=[promise for promise, _ in promises()]
)
def test_a_promise_names_a_test_that_is_there(promise: str, cell: str) -> None:
    """Whoever changes or removes the test has to change the promise."""
    match = TEST.fullmatch(cell)

    assert match is not None, promise
    assert match["name"] in functions_in(ROOT / match["file"])
