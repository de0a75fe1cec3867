"""Does a start hold the loop? The promises of the native launcher, with their bars.

- The call: how long ``spawn()`` with three pipes holds the event loop, against
  asyncio's ``create_subprocess_exec`` (its steps up to its return) and Node's
  ``spawn``.
- Memory: the same call with 2 GiB resident and with none, plain, as another
  user, and with limits: a fork would copy the page tables.
- The lag: how late a timer of a millisecond is (99th percentile) while 500
  processes start, four at a time. It keeps the first figure honest: what the
  call only puts off shows here.
- The pace: starts a second with stdio ignored, four at a time, against a compiled
  loop of ``posix_spawn`` and ``waitpid``, which does nothing else.

Run: ``python -m benchmarks.bench_lifecycle``. Unit: as each table says. Linux only;
the row of another user takes root.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Bar, Contestant, Settings, Table, tabulate, take_turns
from benchmarks.report import main

if TYPE_CHECKING:
    from collections.abc import Iterable

OURS = "ours"
ASYNCIO = "asyncio"
NODE = "node"
CALL_BARS = {ASYNCIO: 1 / 4, NODE: 1 / 6}
LAG_BARS = {ASYNCIO: 1 / 2, NODE: 1 / 5}
MEMORY_BAR = 1.2
PACE_BAR = 0.8
GIB = 1 << 30


def run(settings: Settings) -> Iterable[Table]:
    if sys.platform != "linux":
        print("\nlifecycle: skipped, the native launcher is for Linux")
        return
    yield _call(settings)
    yield from _memory(settings)
    yield _lag(settings)
    yield _pace(settings)


def _three(options: dict[str, Any]) -> list[Contestant]:
    peers = ((ASYNCIO, "asyncio"), (OURS, "asyncio"), (NODE, "asyncio"))
    return [
        Contestant(name=name, peer=name, loop=loop, job="spawn", options=options)
        for name, loop in peers
    ]


def _bars(most: dict[str, float]) -> list[Bar]:
    return [
        Bar(subject=OURS, against=name, at_most=ratio) for name, ratio in most.items()
    ]


def _call(settings: Settings) -> Table:
    options = {"pipes": True, "count": 100, "at_once": 1}
    samples = take_turns(_three(options), settings.rounds_or(full=15, quick=7))
    return tabulate(
        samples,
        lambda reply: 1000 * reply["held"],
        key="call",
        question="How long does the call hold the loop? `true`, three pipes",
        unit="ms a call",
        better="less",
        yardstick=ASYNCIO,
        bars=_bars(CALL_BARS),
    )


def _memory(settings: Settings) -> Iterable[Table]:
    ways: dict[str, dict[str, int]] = {"plain": {}, "with limits": {"files": 100}}
    if os.geteuid() == 0:
        ways["as another user"] = {"uid": 65534}
    for way, options in ways.items():
        sizes = {"nothing resident": 0, "2 GiB resident": 2 * GIB}
        samples = take_turns(
            [
                Contestant(
                    name=name,
                    peer=OURS,
                    job="spawn_under",
                    options={"ballast": size, "count": 100, **options},
                )
                for name, size in sizes.items()
            ],
            settings.rounds_or(full=15, quick=7),
        )
        small, large = sizes
        yield tabulate(
            samples,
            lambda reply: 1000 * reply["held"],
            key=f"memory_{way.rpartition(' ')[2]}",
            question=f"How long does the call hold a large program's loop? {way}",
            unit="ms a call",
            better="less",
            yardstick=small,
            bars=[Bar(subject=large, against=small, at_most=MEMORY_BAR)],
        )


def _lag(settings: Settings) -> Table:
    options = {"pipes": True, "count": 500, "at_once": 4}
    samples = take_turns(_three(options), settings.rounds_or(full=11, quick=5))
    return tabulate(
        samples,
        lambda reply: 1000 * reply["late"],
        key="lag",
        question="How late is a timer (p99) while 500 start, 4 at a time?",
        unit="ms",
        better="less",
        yardstick=ASYNCIO,
        bars=_bars(LAG_BARS),
    )


def _pace(settings: Settings) -> Table:
    options = {"count": 500, "at_once": 4}
    peers = (("posix_spawn in C", "c"), (OURS, "ours"))
    samples = take_turns(
        [
            Contestant(name=name, peer=peer, job="pace", options=options)
            for name, peer in peers
        ],
        settings.rounds_or(full=11, quick=5),
    )
    return tabulate(
        samples,
        lambda reply: options["count"] / reply["seconds"],
        key="pace",
        question="How many start a second? `true`, stdio ignored, 4 at a time",
        unit="starts/s",
        better="more",
        yardstick=peers[0][0],
        bars=[Bar(subject=OURS, against=peers[0][0], at_least=PACE_BAR)],
    )


if __name__ == "__main__":
    raise SystemExit(main({"lifecycle": run}))
