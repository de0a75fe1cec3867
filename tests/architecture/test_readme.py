"""Every Python block of the documentation runs.

A block after the line ``<!-- not run -->`` does not, nor, without the compiled
launcher, one after ``<!-- takes the compiled launcher -->``. The blocks of one page run
in order, in one interpreter and one empty folder, so that a page can build on
what it said before; ``await`` may stand at the top level, as in the asyncio
REPL, and a script may call ``asyncio.run``. A block fails by raising.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from child_process._launch.choosing import has_native
from tests.support.sources import ROOT, shown

NOT_RUN = "<!-- not run -->"
NATIVE = "<!-- takes the compiled launcher -->"
EXEMPT = {NOT_RUN} if has_native() else {NOT_RUN, NATIVE}
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)[^\n]*$")

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Compiled with top-level await, as `python -m asyncio` does it. A block without
# one runs outside the loop: it is a script, and may call `asyncio.run`.
RUNNER = """
import ast, asyncio, inspect, json, sys

scope = {"__name__": "__main__"}
with asyncio.Runner() as runner:
    for name, line, source in json.load(sys.stdin):
        code = compile(
            "\\n" * line + source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        )
        if code.co_flags & inspect.CO_COROUTINE:
            runner.run(eval(code, scope))
        else:
            exec(code, scope)
"""


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield each Python block of *text* that is to run, after its line number."""
    last = ""
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if opened := FENCE.match(line):
            body = []
            for _, inner in lines:
                if inner.strip() == "```":
                    break
                body.append(inner.removeprefix(opened["indent"]))
            if opened["language"] in {"python", "py"} and last not in EXEMPT:
                yield number, "\n".join(body) + "\n"
        if line.strip():
            last = line.strip()


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_the_blocks_of_a_page_run(page: Path, tmp_path: Path) -> None:
    """What the documentation shows is what happens."""
    found = [(str(page), *block) for block in blocks(page.read_text("utf-8"))]
    if not found:
        return

    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        cwd=tmp_path,
        input=json.dumps(found),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert 0 == done.returncode, done.stderr


def test_the_extractor_knows_its_blocks() -> None:
    """Python is run, other languages and what is marked are not."""
    text = (
        "```python\na = 1\n```\n\n```sh\nls\n```\n"
        f"{NOT_RUN}\n```python\n1 / 0\n```\n"
        "- in a list\n\n  ```python\n  b = 2\n  ```\n"
    )

    found = [*blocks(text)]

    assert [(1, "a = 1\n"), (14, "b = 2\n")] == found
    assert all(ast.parse(source) for _, source in found)
