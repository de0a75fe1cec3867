"""Mutate a corpus and feed it to a target, for so many seconds.

Standard library only, so that it runs wherever the tests do. The mutations
are those that find most: bytes changed, cut, repeated, joined, and numbers at
their borders.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
BORDERS = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)
LARGEST = 1 << 16


def corpus(name: str) -> list[bytes]:
    """Return what is in the corpus *name*, in a stable order."""
    return [path.read_bytes() for path in sorted((HERE / "corpus" / name).iterdir())]


def mutated(rng: random.Random, pool: list[bytes]) -> bytes:
    """Return something near one of *pool*."""
    data = bytearray(rng.choice(pool))
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 2, 4, 16)))
        match rng.randrange(6):
            case 0:
                data[at:end] = rng.randbytes(end - at)
            case 1:
                data[at:at] = bytes((rng.choice(BORDERS),)) * rng.choice((1, 2, 5))
            case 2:
                del data[at:end]
            case 3:
                data[at:end] *= rng.choice((2, 3, 500))
            case 4:
                other = rng.choice(pool)
                data[at:] = other[rng.randrange(len(other) + 1) :]
            case _:
                if at < len(data):
                    data[at] = rng.choice(BORDERS)
    return bytes(data[:LARGEST])


def main(name: str, target: Callable[[bytes], None]) -> None:
    """Run *target* on the corpus *name*, and then on what comes of it."""
    parser = argparse.ArgumentParser(description=target.__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else time.time_ns()
    rng = random.Random(seed)  # noqa: S311 - to be repeatable
    pool = corpus(name)
    count = 0
    ends = time.monotonic() + args.seconds
    for data in pool:
        target(data)
    while time.monotonic() < ends:
        data = mutated(rng, pool)
        try:
            target(data)
        except BaseException:
            folder = HERE / "failures"
            folder.mkdir(exist_ok=True)
            path = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:16]}"
            path.write_bytes(data)
            print(f"seed {seed}, input in {path}", file=sys.stderr)  # noqa: T201 - a program prints
            raise
        count += 1
    print(f"{name}: {len(pool)} + {count} inputs, seed {seed}, no failure")  # noqa: T201 - a program prints
