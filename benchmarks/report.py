"""Tables for people, JSON for programs, and the command line that asks for them.

The exit status is 1 if a bar was failed and 0 otherwise; a bar one side of
which is not installed is skipped.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from benchmarks.harness import Bar, Judgement, Settings, Table, interval

Benchmark: TypeAlias = Callable[[Settings], Iterable[Table]]

LATEST: Final = Path(__file__).parent / "results" / "latest.json"

# A load average a CPU, from which on a table says more about the others.
BUSY: Final = 0.6
ADVICE: Final = "This machine is busy: ratios shrink towards 1, bars may fail."

_SIZES: Final = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def main(benchmarks: dict[str, Benchmark], argv: Sequence[str] | None = None) -> int:
    """Run the *benchmarks* that *argv* names, or all; return the exit status."""
    settings, names, path = _parse(benchmarks, argv)
    began = time.monotonic()
    machine = _machine()
    if machine["load"] > machine["cpus"] * BUSY:
        print(f"note: {machine['load']} waiting for {machine['cpus']} CPUs. {ADVICE}")
    record: dict[str, Any] = {"machine": machine, "quick": settings.quick}
    tables: dict[str, Any] = {}
    judged: list[tuple[str, Judgement]] = []
    for name in names:
        for table in benchmarks[name](settings):
            print(text(table), flush=True)
            key = f"{name}.{table.key}"
            tables[key] = as_json(table)
            judged += [(key, judgement) for judgement in table.judge()]
    record |= {"seconds": round(time.monotonic() - began, 1), "tables": tables}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return _conclude(judged, record["seconds"])


def text(table: Table) -> str:
    """Return *table* as it is printed."""
    rounds = max((len(sample) for sample in table.values.values()), default=0)
    lines = [
        "",
        table.question,
        f"  {table.unit}, {table.better} is better; rounds: {rounds}"
        + (f"; x = ratio to {table.yardstick!r}" if table.yardstick else ""),
    ]
    for name, sample in table.values.items():
        low, high = min(sample), max(sample)
        line = f"  {name:36}{statistics.median(sample):9.3f}"
        line += f"  {f'{low:.3f} .. {high:.3f}':>20}"
        if table.yardstick in table.values and name != table.yardstick:
            assert table.yardstick is not None
            ratios = table.ratios(name, table.yardstick)
            low, high = interval(ratios)
            line += f"   x {statistics.median(ratios):5.2f}  [{low:.2f} .. {high:.2f}]"
        lines.append(line)
    if table.versions:
        lines.append(f"  versions: {', '.join(dict.fromkeys(table.versions.values()))}")
    lines += [f"  {name:36}  skipped: {why}" for name, why in table.missing.items()]
    lines += [f"  {name:36}  FAILED: {why}" for name, why in table.failed.items()]
    lines += [f"  {_bar_text(judgement)}" for judgement in table.judge()]
    return "\n".join(lines)


def as_json(table: Table) -> dict[str, Any]:
    """Return *table* with every sample, so that others can compute otherwise."""
    contestants: dict[str, Any] = {}
    for name, sample in table.values.items():
        entry: dict[str, Any] = {
            "version": table.versions.get(name),
            "median": statistics.median(sample),
            "samples": sample,
        }
        if table.yardstick in table.values:
            assert table.yardstick is not None
            ratios = table.ratios(name, table.yardstick)
            entry |= {"ratio": statistics.median(ratios), "interval": interval(ratios)}
        contestants[name] = entry
    return {
        "question": table.question,
        "unit": table.unit,
        "better": table.better,
        "yardstick": table.yardstick,
        "contestants": contestants,
        "missing": table.missing,
        "failed": table.failed,
        "bars": [
            {
                "bar": _bound(judgement.bar),
                "value": judgement.value,
                "verdict": judgement.verdict,
            }
            for judgement in table.judge()
        ],
    }


def _bar_text(judgement: Judgement) -> str:
    value = "not measured" if judgement.value is None else f"{judgement.value:.3f}"
    return f"{judgement.verdict}  {_bound(judgement.bar)}: {value}"


def _bound(bar: Bar) -> str:
    subject = f"{bar.subject} / {bar.against}" if bar.against else bar.subject
    bounds = [] if bar.at_least is None else [f">= {bar.at_least:g}"]
    bounds += [] if bar.at_most is None else [f"<= {bar.at_most:g}"]
    return f"{subject} {' and '.join(bounds)}" + (" in every round" * bar.worst)


def _conclude(judged: list[tuple[str, Judgement]], seconds: float) -> int:
    counts = Counter(judgement.verdict for _, judgement in judged)
    print(
        f"\nbars: {counts['PASS']} passed, {counts['FAIL']} failed, "
        f"{counts['SKIP']} skipped; {seconds:.0f} s"
    )
    for key, judgement in judged:
        if judgement.verdict == "FAIL":
            print(f"  {key}: {_bar_text(judgement)}")
    return 1 if counts["FAIL"] else 0


def _machine() -> dict[str, Any]:
    return {
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def _parse(
    benchmarks: dict[str, Benchmark], argv: Sequence[str] | None
) -> tuple[Settings, list[str], Path]:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure in turns with others, as ratios; fail by bars.",
    )
    if len(benchmarks) > 1:
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help=f"of: {', '.join(benchmarks)}"
        )
    parser.add_argument("--quick", action="store_true", help="all in a few minutes")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds that count")
    parser.add_argument(
        "--size", type=_size, metavar="BYTES", help="of a stream: 256M, 1G"
    )
    parser.add_argument(
        "--json", type=Path, default=LATEST, metavar="PATH", help="where results go"
    )
    args = parser.parse_args(argv)
    names: list[str] = getattr(args, "names", []) or list(benchmarks)
    if unknown := set(names) - benchmarks.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    settings = Settings(quick=args.quick, rounds=args.rounds, size=args.size)
    return settings, names, args.json


def _size(word: str) -> int:
    unit = _SIZES.get(word[-1:].upper())
    size = int(word[:-1]) * unit if unit else int(word)
    if size < 1 << 20:
        raise argparse.ArgumentTypeError("at least 1M")
    return size
