"""What does starting ``true`` and waiting for it cost: us, and the loop?

Three figures from the same runs, each with three pipes and with stdio ignored,
one child at a time and twenty:

- the start: from the call to the end of the child and of its streams;
- the call: how long the call of ``spawn()`` itself holds the event loop (for
  asyncio the steps of ``create_subprocess_exec`` up to its return, for
  `subprocess` the making of the ``Popen``);
- the lag: how late a timer of a millisecond is meanwhile, 99th percentile. It
  keeps the second figure honest: work that the call only puts off shows here.

Yardstick: asyncio's ``create_subprocess_exec``.

Run: ``python -m benchmarks.bench_spawn``. Unit: milliseconds a start.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import (
    Bar,
    Contestant,
    Reply,
    Settings,
    Table,
    tabulate,
    take_turns,
)
from benchmarks.report import main

if TYPE_CHECKING:
    from collections.abc import Iterable

YARDSTICK = "asyncio"
START_BAR = 1.25
CALL_BAR = 0.5
LAG_BAR = 1.0
CONTESTANTS = (
    (YARDSTICK, "asyncio", "asyncio"),
    ("ours", "ours", "asyncio"),
    ("ours, uvloop", "ours", "uvloop"),
    ("asyncio, uvloop", "asyncio", "uvloop"),
    ("subprocess", "subprocess", "asyncio"),
    ("node", "node", "asyncio"),
)


def per_start(reply: Reply, count: int) -> float:
    return 1000 * reply["seconds"] / count


def per_call(reply: Reply) -> float:
    return 1000 * reply["held"]


def lag(reply: Reply) -> float:
    return 1000 * reply["late"]


def run(settings: Settings) -> Iterable[Table]:
    rounds = settings.rounds_or(full=11, quick=5)
    for pipes in (True, False):
        for at_once in (1, 20):
            yield from _compare(settings, rounds, pipes=pipes, at_once=at_once)


def _compare(
    settings: Settings, rounds: int, *, pipes: bool, at_once: int
) -> Iterable[Table]:
    count = 40 if settings.quick else 100
    options = {"pipes": pipes, "count": count, "at_once": at_once}
    samples = take_turns(
        [
            Contestant(name=name, peer=peer, loop=loop, job="spawn", options=options)
            for name, peer, loop in CONTESTANTS
        ],
        rounds,
    )
    stdio = "three pipes" if pipes else "stdio ignored"
    what = f"`true`, {stdio}, {at_once} at a time"
    key = f"{'pipes' if pipes else 'ignored'}_{at_once}"
    table = partial(tabulate, samples, better="less", yardstick=YARDSTICK)
    yield table(
        partial(per_start, count=count),
        key=f"start_{key}",
        question=f"How long does a start take, to the end of the child? {what}",
        unit="ms a start",
        bars=[Bar(subject="ours", against=YARDSTICK, at_most=START_BAR)],
    )
    if at_once == 1:
        yield table(
            per_call,
            key=f"call_{key}",
            question=f"How long does the call hold the loop? {what}",
            unit="ms a call",
            bars=[
                Bar(subject="ours", against=other, at_most=CALL_BAR)
                for other in (YARDSTICK, "node")
            ],
        )
    else:
        samples.replies.pop("subprocess", None)  # it has no loop to lag
        yield table(
            lag,
            key=f"lag_{key}",
            question=f"How late is a timer meanwhile (p99)? {what}",
            unit="ms",
            bars=[Bar(subject="ours", against=YARDSTICK, at_most=LAG_BAR)],
        )


if __name__ == "__main__":
    raise SystemExit(main({"spawn": run}))
