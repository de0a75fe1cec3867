"""What does importing the package add to ``import asyncio``?

Each sample is a new interpreter; the cases take turns. The package fetches its
modules when they are first asked for. So two more cases ask, for `spawn` and
for every public name: what importing has put off is paid there, and has a bar
as well. Yardstick: ``import asyncio`` itself.

Run: ``python -m benchmarks.bench_import``. Unit: milliseconds.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.harness import Bar, Samples, Settings, Table, tabulate
from benchmarks.report import main

if TYPE_CHECKING:
    from collections.abc import Iterable

BAR = 20.0
BAR_EVERYTHING = 2.0
YARDSTICK = "import asyncio"
PACKAGE = "import child_process"
EVERYTHING = "every public name"

_EVERY_NAME = """import child_process
for name in child_process.__all__:
    getattr(child_process, name)"""

# What is there before the clock starts, and what is timed.
CASES = {
    YARDSTICK: ("", "import asyncio"),
    PACKAGE: ("import asyncio", "import child_process"),
    "import and one verb": (
        "import asyncio",
        "import child_process; child_process.spawn",
    ),
    EVERYTHING: ("import asyncio", _EVERY_NAME),
}

SCRIPT = """{before}
from time import perf_counter
began = perf_counter()
{timed}
print(perf_counter() - began)"""


def sample(before: str, timed: str) -> float:
    """Return how many milliseconds *timed* takes in a new interpreter."""
    code = SCRIPT.format(before=before, timed=timed)
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, timeout=30
    )
    return 1000 * float(done.stdout)


def run(settings: Settings) -> Iterable[Table]:
    samples = Samples()
    for turn in range(2 + settings.rounds_or(full=30, quick=20)):
        for name, (before, timed) in CASES.items():
            if name in samples.failed:
                continue
            try:
                value = sample(before, timed)
            except subprocess.CalledProcessError as exc:
                samples.failed[name] = f"status {exc.returncode}"
                samples.replies.pop(name, None)
                continue
            if turn >= 2:  # the first ones write bytecode and fill caches
                samples.replies.setdefault(name, []).append({"ms": value})
    yield tabulate(
        samples,
        lambda reply: reply["ms"],
        key="after_asyncio",
        question="How long does an import take in a new interpreter, after asyncio's?",
        unit="ms",
        better="less",
        yardstick=YARDSTICK,
        bars=[
            Bar(subject=PACKAGE, at_most=BAR),
            Bar(subject=EVERYTHING, against=YARDSTICK, at_most=BAR_EVERYTHING),
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main({"import": run}))
