"""The tables of ``docs/reference/compatibility.md`` that are made from the tests.

Run ``python -m tests.conformance.page`` to write them anew.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tests.conformance import node_bugs, node_tests

FOLDER: Final = Path(__file__).parent
PAGE: Final = FOLDER.parent.parent / "docs" / "reference" / "compatibility.md"


def marked(marker: str) -> dict[Any, list[str]]:
    """Return which tests here bear ``pytest.mark.<marker>``, by its arguments."""
    found: dict[Any, list[str]] = defaultdict(list)
    for path in sorted(FOLDER.glob("test_*.py")):
        for function in ast.parse(path.read_text("utf-8")).body:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for value in _values(function, marker):
                    found[value].append(f"{path.name}::{function.name}")
    return found


def _values(
    function: ast.FunctionDef | ast.AsyncFunctionDef, marker: str
) -> Iterator[Any]:
    for decorator in function.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and ast.unparse(decorator.func) == f"pytest.mark.{marker}"
        ):
            yield from map(ast.literal_eval, decorator.args)


def tables() -> dict[str, str]:
    """Return each table that is made, by the name of its place in the page."""
    tests, bugs = marked("node_test"), marked("node_bug")
    return {
        "node tests": _table(
            ("Node's test", "mark", "ours, or why not"), _test_rows(tests)
        ),
        "related tests": _table(
            ("Node's test", "ours, or why not"),
            [(name, _shown(tests[name])) for name in node_tests.RELATED]
            + [*node_tests.RELATED_WITHOUT_TEST.items()],
        ),
        "node bugs": _table(
            ("no.", "Node", "our test"),
            [
                (str(number), words, _shown(bugs[number]))
                for number, words in node_bugs.BUGS.items()
            ],
        ),
    }


def _test_rows(tests: dict[Any, list[str]]) -> list[tuple[str, str, str]]:
    rows = []
    for name in [*node_tests.OWN, *node_tests.CHANNEL, *node_tests.NOT_APPLICABLE]:
        mark = "P" if name in node_tests.ADAPTED else "A"
        answer = _shown(tests[name])
        if name in node_tests.NOT_APPLICABLE:
            mark, answer = "N", node_tests.NOT_APPLICABLE[name]
        rows.append((name, mark, answer))
    return sorted(rows)


def _shown(tests: Iterable[str]) -> str:
    return ", ".join(f"`{test}`" for test in tests)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def filled(page: str) -> str:
    """Return *page* with each table in its place."""
    for name, table in tables().items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}\n\n{table}\n\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
