"""Is anybody left of 400 processes, a second after their owner was killed?

The owner is a Python program with 100 children, each with three generations
below it, as an ordinary user. They are plain; or each leads a session of its
own; or each was forked twice, ignores all signals that can be ignored and has
nothing open. Then the owner gets SIGKILL, and it is counted how long it takes
until none of the 400 is left. In half of the runs its guardian was killed
before, and another one had taken its place.

There is no yardstick: `subprocess`, asyncio and Node leave all of them.

Run: ``python -m benchmarks.bench_survivors``. Unit: milliseconds. Linux only.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
from itertools import product

from child_process._launch.choosing import PURE, has_native
from tests.support.families import WAYS, Owner, owner

BAR = 1.0
GENERATIONS = 4
"""Processes of a family: a child, and three generations below it."""


def replace_guardian(one: Owner) -> None:
    os.kill(one.guardian, signal.SIGKILL)
    one.guardian_after(one.guardian)


def measure(way: str, count: int, launcher: str, *, replaced: bool) -> float:
    """Return in how many seconds nobody was left; infinity if somebody is."""
    environ = {PURE: "0" if launcher == "native" else "1"}
    with owner(way, count, **environ) as one:
        if replaced:
            replace_guardian(one)
        return one.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="of each kind")
    parser.add_argument("--children", type=int, default=100)
    asked = parser.parse_args()
    if sys.platform != "linux":
        print("survivors: skipped, it reads /proc")
        return 0
    launchers = ("native", "twin") if has_native() else ("twin",)
    kinds = [*product(launchers, WAYS, (False, True))]
    times: dict[tuple[str, str, bool], list[float]] = {kind: [] for kind in kinds}
    for number in range(asked.runs):
        # In turns: a slow moment of the machine is everybody's.
        for kind in kinds[number % len(kinds) :] + kinds[: number % len(kinds)]:
            launcher, way, replaced = kind
            seconds = measure(way, asked.children, launcher, replaced=replaced)
            times[kind].append(seconds)
    return report(times, GENERATIONS * asked.children)


def report(times: dict[tuple[str, str, bool], list[float]], size: int) -> int:
    print(f"{size} processes, owner killed: milliseconds until nobody is left")
    failed = 0
    for (launcher, way, replaced), seconds in times.items():
        late = sum(one > BAR for one in seconds)
        failed += late
        guardian = "replaced" if replaced else "the first"
        print(
            f"  {launcher:7} {way:7} guardian {guardian:9}  runs {len(seconds):3}"
            f"  median {1000 * statistics.median(seconds):6.0f}"
            f"  most {1000 * max(seconds):6.0f}"
            f"  {'PASS' if not late else 'FAIL'} nobody left after"
            f" {BAR:g} s: {len(seconds) - late} of {len(seconds)}"
        )
    return min(failed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
