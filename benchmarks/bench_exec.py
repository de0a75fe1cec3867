"""What does one small command cost, its output collected?

``echo hello``, one after another, its output checked. Yardstick:
``subprocess.run(capture_output=True)``.

Run: ``python -m benchmarks.bench_exec``. Unit: milliseconds a command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.harness import Bar, Contestant, Settings, Table, tabulate, take_turns
from benchmarks.report import main

if TYPE_CHECKING:
    from collections.abc import Iterable

YARDSTICK = "subprocess.run"
ASYNCIO = "asyncio communicate()"
BAR = 1.5
BAR_SYNC = 1.5


def contestants(count: int) -> list[Contestant]:
    work = {"count": count}
    verbs = [
        Contestant(
            name=f"ours {how}(){on}",
            peer="ours",
            job="exec",
            loop=loop,
            options=work | {"how": how},
        )
        for loop, on in (("asyncio", ""), ("uvloop", ", uvloop"))
        for how in ("run", "exec_file")
    ]
    return [
        Contestant(name=YARDSTICK, peer="subprocess", job="exec", options=work),
        *verbs,
        Contestant(name="ours run_sync()", peer="ours", job="exec_sync", options=work),
        Contestant(name=ASYNCIO, peer="asyncio", job="exec", options=work),
        Contestant(name="node execFile()", peer="node", job="exec", options=work),
    ]


def run(settings: Settings) -> Iterable[Table]:
    count = 40 if settings.quick else 100
    samples = take_turns(contestants(count), settings.rounds_or(full=11, quick=5))
    yield tabulate(
        samples,
        lambda reply: 1000 * reply["seconds"] / count,
        key="small",
        question="How long does `echo hello` take, its output collected?",
        unit="ms a command",
        better="less",
        yardstick=YARDSTICK,
        bars=[
            Bar(subject="ours run()", against=ASYNCIO, at_most=BAR),
            Bar(subject="ours exec_file()", against=ASYNCIO, at_most=BAR),
            Bar(subject="ours run_sync()", against=YARDSTICK, at_most=BAR_SYNC),
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main({"exec": run}))
