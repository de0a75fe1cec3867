"""How much does this process grow while a child's output streams through it?

The peak (``VmHWM``) less what was held before the child started, each case in
a new process. A stalling reader stops for a second at a few random points: the
child is to wait meanwhile, not this process to buffer.

Yardsticks, for the order of magnitude: asyncio's StreamReader and Node.

Run: ``python -m benchmarks.bench_memory``. Unit: MiB. Linux only.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.harness import Bar, Contestant, Settings, Table, tabulate, take_turns
from benchmarks.report import main

if TYPE_CHECKING:
    from collections.abc import Iterable

BAR = 16.0


def contestants(size: int, stalls: int) -> list[Contestant]:
    work = {"size": size, "stalls": 0, "seed": 1}
    stalling = {"size": size, "stalls": stalls, "seed": 1}
    ours = [
        Contestant(
            name=f"ours {words}{', stalling' if options is stalling else ''}{on}",
            peer="ours",
            job="memory",
            loop=loop,
            options=options | {"how": how},
        )
        for loop, on in (("asyncio", ""), ("uvloop", ", uvloop"))
        for how, words in (("data", "'data'"), ("for", "async for"))
        for options in (work, stalling)
    ]
    return [
        *ours,
        Contestant(
            name="asyncio, stalling", peer="asyncio", job="memory", options=stalling
        ),
        Contestant(
            name="node 'data', stalling",
            peer="node",
            job="memory",
            options=stalling | {"how": "data"},
        ),
    ]


def run(settings: Settings) -> Iterable[Table]:
    if sys.platform != "linux":
        print("\nmemory: skipped, it reads /proc")
        return
    size = settings.size_or(full=4 << 30, quick=256 << 20)
    cases = contestants(size, stalls=1 if settings.quick else 3)
    samples = take_turns(cases, settings.rounds or 1, warm_up=0, fresh=True)
    yield tabulate(
        samples,
        lambda reply: reply["growth"] / (1 << 20),
        key="growth",
        question=f"How much does a process grow that streams {size >> 20} MiB?",
        unit="MiB",
        better="less",
        bars=[
            Bar(subject=case.name, at_most=BAR, worst=True)
            for case in cases
            if case.peer == "ours"
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main({"memory": run}))
