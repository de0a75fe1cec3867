"""How long does a forked child take to answer its first message?

From the call of ``fork()`` to the answer, the child's own start included, in a
parent that runs already. Yardstick: a Node child of Node's ``fork()``.

Python's modules are read from compiled bytecode, as on any machine where they
were imported once before. Many images and CI machines have none, and forbid
writing it (``PYTHONDONTWRITEBYTECODE``): every start then compiles all that it
imports. So these runs keep bytecode in a folder of their own
(``PYTHONPYCACHEPREFIX``), which the first round, not counted, fills. The last row
says what it is without. A script itself is compiled at each start, in
either language.

Run: ``python -m benchmarks.bench_fork_start``. Unit: milliseconds a start.
"""

from __future__ import annotations

import sys
import tempfile
from typing import TYPE_CHECKING

from benchmarks.harness import Bar, Contestant, Settings, Table, tabulate, take_turns
from benchmarks.report import main

if TYPE_CHECKING:
    from collections.abc import Iterable

YARDSTICK = "node - node"
OURS = ("python - python", "python - python, uvloop")
BAR = 0.8


def contestants(bytecode: str, count: int) -> list[Contestant]:
    compiled = {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    cases = (
        (YARDSTICK, "node", "asyncio", "echo.js", compiled),
        (OURS[0], "ours", "asyncio", "echo.py", compiled),
        (OURS[1], "ours", "uvloop", "echo.py", compiled),
        ("python - node", "ours", "asyncio", "echo.js", compiled),
        ("node - python", "node", "asyncio", "echo.py", compiled),
        (
            "python - python, nothing compiled",
            "ours",
            "asyncio",
            "echo.py",
            {"PYTHONPYCACHEPREFIX": f"{bytecode}/none", "PYTHONDONTWRITEBYTECODE": "1"},
        ),
    )
    return [
        Contestant(
            name=name,
            peer=peer,
            job="fork_start",
            loop=loop,
            options={"child": child, "count": count}
            | ({"python": sys.executable} if peer == "node" else {}),
            environ=environ,
        )
        for name, peer, loop, child, environ in cases
    ]


def run(settings: Settings) -> Iterable[Table]:
    count = 3 if settings.quick else 5
    with tempfile.TemporaryDirectory() as bytecode:
        samples = take_turns(
            contestants(bytecode, count), settings.rounds_or(full=15, quick=7)
        )
    yield tabulate(
        samples,
        lambda reply: 1000 * reply["seconds"] / count,
        key="first_answer",
        question="How long is it from the call of fork() to the child's first answer?",
        unit="ms",
        better="less",
        yardstick=YARDSTICK,
        bars=[Bar(subject=name, against=YARDSTICK, at_most=BAR) for name in OURS],
    )


if __name__ == "__main__":
    raise SystemExit(main({"fork_start": run}))
