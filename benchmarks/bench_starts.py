"""Do ten thousand starts, fifty at a time, leave anything behind?

Each child prints its own number and ends with a code of its own; both are
checked. Afterwards there are no zombies and as many descriptors and threads as
before, and the process has grown by 5 MiB at most. "Before" is after 300 starts:
what a library makes once is not what a start leaves.

Yardstick: asyncio's ``create_subprocess_exec``, for the time.

Run: ``python -m benchmarks.bench_starts``. Unit: as each table says. Linux only.
"""

from __future__ import annotations

import sys
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from benchmarks.harness import Bar, Contestant, Settings, Table, tabulate, take_turns
from benchmarks.report import main

if TYPE_CHECKING:
    from collections.abc import Iterable

YARDSTICK = "asyncio"
NAMES = ("ours", "ours, uvloop")
GROWTH_BAR = 5.0


def run(settings: Settings) -> Iterable[Table]:
    if sys.platform != "linux":
        print("\nstarts: skipped, it reads /proc")
        return
    count = 1000 if settings.quick else 10_000
    options = {"count": count, "at_once": 50}
    samples = take_turns(
        [
            Contestant(name=name, peer=peer, loop=loop, job="starts", options=options)
            for name, peer, loop in (
                (YARDSTICK, "asyncio", "asyncio"),
                (NAMES[0], "ours", "asyncio"),
                (NAMES[1], "ours", "uvloop"),
            )
        ],
        settings.rounds or 1,
        warm_up=0,
        fresh=True,
    )
    table = partial(tabulate, samples, better="less")
    what = f"{count} starts, 50 at a time"
    yield table(
        lambda reply: 1000 * reply["seconds"] / count,
        key="time",
        question=f"How long does a start take? {what}",
        unit="ms a start",
        yardstick=YARDSTICK,
    )
    for figure, words in (
        ("wrong", "results that are wrong"),
        ("zombies", "zombies left"),
        ("descriptors", "descriptors more than before"),
        ("threads", "threads more than before"),
    ):
        yield table(
            itemgetter(figure),
            key=figure,
            question=f"{what}: {words}",
            unit="count",
            bars=[Bar(subject=name, at_most=0, worst=True) for name in NAMES],
        )
    yield table(
        lambda reply: reply["growth"] / (1 << 20),
        key="growth",
        question=f"{what}: growth of the process",
        unit="MiB",
        bars=[Bar(subject=name, at_most=GROWTH_BAR, worst=True) for name in NAMES],
    )


if __name__ == "__main__":
    raise SystemExit(main({"starts": run}))
