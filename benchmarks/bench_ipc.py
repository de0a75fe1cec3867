"""How fast do two processes talk: Python and Node, in all pairings?

- Pipelined: small messages sent as fast as `send` takes them, each sent back.
- Round trips: the same messages one at a time, by a listener and by `request`.
- Big data: 100 MB by ``buffers=``, and as bytes in mode ``advanced``.
- Memory: a million messages there and back; how much does either end grow?

Yardstick: two Node processes, in turns with ours. The message is ``{"n": 7, "s":
"hello"}``. Of a channel the first 20,000 messages are not timed: meanwhile
Node compiles, and Python imports orjson and msgspec, if they are there. The
rows "json of the standard library" say what it is without them.

Run: ``python -m benchmarks.bench_ipc``. Units: messages a second, microseconds,
milliseconds, MiB.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

YARDSTICK = "node - node"
PYTHON = "python - python"
PYTHON_UVLOOP = "python - python, uvloop"
TO_NODE = "python - node"
BYTES = "bytes, advanced"
BUFFERS = "buffers="
ECHO_BAR = 3.0
ECHO_NODE_BAR = 1.0
TRIP_BAR = 1.2
BUFFERS_BAR = 0.2
MEMORY_BAR = 8.0

PLAIN_JSON = Path(__file__).parent / "peers" / "plain_json"

# Who is the parent, on which loop, and the child.
PAIRS = (
    (YARDSTICK, "node", "asyncio", "echo.js"),
    (PYTHON, "ours", "asyncio", "echo.py"),
    (PYTHON_UVLOOP, "ours", "uvloop", "echo.py"),
    (TO_NODE, "ours", "asyncio", "echo.js"),
    ("node - python", "node", "asyncio", "echo.py"),
)


def run(settings: Settings) -> Iterable[Table]:
    yield _echo(settings)
    yield _trips(settings)
    yield _transfer(settings)
    if sys.platform == "linux":
        yield _memory(settings)
    else:
        print("\nipc memory: skipped, it reads /proc")


def contestants(job: str, count: int) -> list[Contestant]:
    work: dict[str, Any] = {"count": count}
    pairs = [
        Contestant(
            name=name,
            peer=peer,
            job=job,
            loop=loop,
            options=work | {"child": child} | _python(peer),
        )
        for name, peer, loop, child in PAIRS
    ]
    path = os.pathsep.join(filter(None, (str(PLAIN_JSON), os.getenv("PYTHONPATH"))))
    plain = Contestant(
        name="python - python, json of the standard library",
        peer="ours",
        job=job,
        options=work | {"child": "echo.py"},
        environ={"PYTHONPATH": path},
    )
    return [*pairs, plain]


def _python(peer: str) -> dict[str, str]:
    return {"python": sys.executable} if peer == "node" else {}


def _echo(settings: Settings) -> Table:
    count = 50_000 if settings.quick else 100_000
    samples = take_turns(
        contestants("ipc_echo", count), settings.rounds_or(full=9, quick=5)
    )
    return tabulate(
        samples,
        lambda reply: count / reply["seconds"] / 1000,
        key="echo",
        question=f"How many of {count:,} messages come back a second, pipelined?",
        unit="thousand messages a second",
        better="more",
        yardstick=YARDSTICK,
        bars=[
            Bar(subject=PYTHON, against=YARDSTICK, at_least=ECHO_BAR),
            Bar(subject=PYTHON_UVLOOP, against=YARDSTICK, at_least=ECHO_BAR),
            Bar(subject=TO_NODE, against=YARDSTICK, at_least=ECHO_NODE_BAR),
        ],
    )


def _trips(settings: Settings) -> Table:
    count = 5_000 if settings.quick else 10_000
    requests = [
        Contestant(
            name=f"python - python, request(){on}",
            peer="ours",
            job="ipc_request",
            loop=loop,
            options={"child": "answer.py", "count": count},
        )
        for loop, on in (("asyncio", ""), ("uvloop", ", uvloop"))
    ]
    samples = take_turns(
        [*contestants("ipc_trip", count), *requests],
        settings.rounds_or(full=9, quick=5),
    )
    return tabulate(
        samples,
        partial(per_message, count=count),
        key="trip",
        question="How long does a message take there and back, one at a time?",
        unit="microseconds",
        better="less",
        yardstick=YARDSTICK,
        bars=[
            Bar(subject=name, against=YARDSTICK, at_most=TRIP_BAR)
            for name in (PYTHON, PYTHON_UVLOOP)
        ],
    )


def _transfer(settings: Settings) -> Table:
    size = settings.size_or(full=100_000_000, quick=100_000_000)
    samples = take_turns(
        [
            Contestant(
                name=name,
                peer="ours",
                job="ipc_transfer",
                options={"size": size, "how": how},
            )
            for name, how in ((BYTES, "bytes"), (BUFFERS, "buffers"))
        ],
        settings.rounds_or(full=9, quick=3),
    )
    return tabulate(
        samples,
        lambda reply: 1000 * reply["seconds"],
        key="transfer",
        question=f"How long do {size / 1e6:.0f} MB take until a child has them?",
        unit="ms",
        better="less",
        yardstick=BYTES,
        bars=[Bar(subject=BUFFERS, against=BYTES, at_most=BUFFERS_BAR)],
    )


def _memory(settings: Settings) -> Table:
    count = 100_000 if settings.quick else 1_000_000
    names = {"asyncio": "asyncio", "uvloop": "uvloop"}
    samples = take_turns(
        [
            Contestant(
                name=name,
                peer="ours",
                job="ipc_memory",
                loop=loop,
                options={"count": count},
            )
            for loop, name in names.items()
        ],
        settings.rounds or 1,
        warm_up=0,
        fresh=True,
    )
    return tabulate(
        samples,
        lambda reply: reply["growth"] / (1 << 20),
        key="memory",
        question=f"How much does either end grow by {count:,} messages and back?",
        unit="MiB",
        better="less",
        bars=[Bar(subject=name, at_most=MEMORY_BAR, worst=True) for name in names],
    )


def per_message(reply: Reply, count: int) -> float:
    return 1e6 * reply["seconds"] / count


if __name__ == "__main__":
    raise SystemExit(main({"ipc": run}))
