"""How fast does a child's output arrive, read to its end?

Yardstick: asyncio's ``StreamReader.read(65536)`` in a loop, as its
documentation shows it. Also Node's ``"data"`` listener, `subprocess` without a
loop, and asyncio tuned: a larger buffer, or an allocator that keeps its own.

Two writers: ``head`` writes 8 KiB at a time, so that the price of a chunk
decides; ``dd`` writes 64 KiB at a time, so that the pipe decides.

Run: ``python -m benchmarks.bench_stream``. Unit: GB (10^9 bytes) a second,
from the start of the child to its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.harness import Bar, Contestant, Settings, Table, tabulate, take_turns
from benchmarks.report import main

if TYPE_CHECKING:
    from collections.abc import Iterable

YARDSTICK = "asyncio read(65536)"
NODE = "node 'data'"
BAR_ASYNCIO = 2.0
BAR_NODE = 1.3
MALLOC = ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")
OURS = (
    ("ours 'data'", "data", "asyncio"),
    ("ours async for", "for", "asyncio"),
    ("ours 'data', uvloop", "data", "uvloop"),
    ("ours async for, uvloop", "for", "uvloop"),
)


def contestants(writer: str, size: int) -> list[Contestant]:
    work = {"writer": writer, "size": size}
    ours = [
        Contestant(name=name, peer="ours", job="stream", loop=loop, options=work | how)
        for name, word, loop in OURS
        for how in [{"how": word}]
    ]
    node = [
        Contestant(name=name, peer="node", job="stream", options=work | {"how": how})
        for name, how in ((NODE, "data"), ("node for await", "for"))
    ]
    wide = {"limit": 1 << 20}
    # asyncio reads 256 KiB at a time. glibc maps and unmaps each buffer of more
    # than 128 KiB anew, unless told otherwise or until it has learnt better.
    malloc = dict.fromkeys(MALLOC, "67108864")
    return [
        Contestant(name=YARDSTICK, peer="asyncio", job="stream", options=work),
        *ours,
        Contestant(
            name="asyncio read(65536), limit=1 MiB",
            peer="asyncio",
            job="stream",
            options=work | wide,
        ),
        Contestant(
            name="asyncio read(65536), malloc tuned",
            peer="asyncio",
            job="stream",
            options=work,
            environ=malloc,
        ),
        Contestant(
            name="asyncio read(65536), uvloop",
            peer="asyncio",
            job="stream",
            loop="uvloop",
            options=work,
        ),
        Contestant(
            name="subprocess read(65536)", peer="subprocess", job="stream", options=work
        ),
        *node,
    ]


def run(settings: Settings) -> Iterable[Table]:
    size = settings.size_or(full=1 << 30, quick=128 << 20)
    bars = [
        bar
        for name, *_ in OURS
        for bar in (
            Bar(subject=name, against=YARDSTICK, at_least=BAR_ASYNCIO),
            Bar(subject=name, against=NODE, at_least=BAR_NODE),
        )
    ]
    for writer, rounds in (
        ("head", settings.rounds_or(full=7, quick=5)),
        ("dd", settings.rounds_or(full=5, quick=3)),
    ):
        samples = take_turns(contestants(writer, size), rounds)
        yield tabulate(
            samples,
            lambda reply: size / reply["seconds"] / 1e9,
            key=writer,
            question=f"How fast do {size >> 20} MiB from `{writer}` arrive?",
            unit="GB/s",
            better="more",
            yardstick=YARDSTICK,
            bars=bars if writer == "head" else [],
        )


if __name__ == "__main__":
    raise SystemExit(main({"stream": run}))
