"""Start a hundred thousand programs in every way, and see that nothing grows.

``python -m benchmarks.soak [--starts N | --minutes M] [--at-once K] [--seed S]``

Programs that end by themselves, that are fed and read, that fail, that are not
there, that are killed, called off or take too long, blocking runs on threads, and
forked children with a channel, at random and so many at a time. The end comes by
itself: after so many starts, or so many minutes. What this process has is
counted twenty times on the way, each time with nothing running.

Not flat, and so exit status 1: a wrong result; a zombie or a child left; a
descriptor or a thread more than after the first twentieth; or memory (RSS) that
grows by more than `SLOPE` bytes a start, over the second half, and by more than
`ROOM` in all of it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from child_process import (
    CommandFailed,
    SpawnError,
    TimeoutExceeded,
    fork,
    run,
    run_sync,
    spawn,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

STARTS: Final = 100_000
AT_ONCE: Final = 8
COUNTS: Final = 20
"""How often is counted."""
SLOPE: Final = 16
"""Bytes of memory a start may leave: 1.6 MB after a hundred thousand."""
ROOM: Final = 2 * 1024 * 1024
"""Bytes that memory may grow by for other reasons: an allocator's arenas."""

CHILD: Final = """
from child_process import process
process.on("message", lambda message, handle: process.send(message))
"""


class Wrong(Exception):
    """A result that is not what was started."""


def _expect(expected: object, found: object) -> None:
    if expected != found:
        raise Wrong(expected, found)


# ------------------------------------------------------------------ what is done


async def _ends(number: int) -> None:
    code = number % 3
    result = await run("sh", ["-c", f"echo {number}; exit {code}"], check=False)
    _expect((f"{number}\n", code), (result.stdout, result.code))


async def _is_quick(_: int) -> None:
    child = spawn("true", stdio="ignore")
    _expect(0, (await child.wait()).code)


async def _is_fed(number: int) -> None:
    async with spawn("cat") as child:
        child.stdin.end(f"{number}")
        _expect(f"{number}", await child.stdout.text())


async def _is_not_there(number: int) -> None:
    try:
        await run("/no/such/program", [str(number)])
    except SpawnError as error:
        _expect("ENOENT", error.code)
    else:
        raise Wrong("ENOENT", None)


async def _is_killed(_: int) -> None:
    child = spawn("sleep", ["60"], stdio=["ignore", "pipe", "ignore"])
    heard = child.kill("SIGKILL")
    status = await child.wait_closed()
    _expect((True, "SIGKILL", False), (heard, status.signal, child.kill("SIGKILL")))


async def _takes_too_long(_: int) -> None:
    try:
        await run("sh", ["-c", "sleep 60 & wait"], timeout=0.02)
    except TimeoutExceeded as error:
        _expect("timeout", error.result.reason)
    else:
        raise Wrong("timeout", None)


async def _is_called_off(number: int) -> None:
    task = asyncio.ensure_future(run("sleep", ["60"]))
    await asyncio.sleep(0.001 * (number % 4))
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return
    raise Wrong("CancelledError", None)


async def _is_waited_for_by_a_thread(number: int) -> None:
    result = await asyncio.to_thread(run_sync, "echo", [str(number)])
    _expect(f"{number}\n", result.stdout)


async def _fails(_: int) -> None:
    try:
        await run("sh", ["-c", "echo trouble >&2; exit 7"])
    except CommandFailed as error:
        _expect((7, "trouble\n"), (error.result.code, error.result.stderr))
    else:
        raise Wrong(7, None)


async def _answers(number: int) -> None:
    async with fork(_child_path) as child:
        child.send({"number": number})
        _expect({"number": number}, await child.receive(timeout=20))
        child.disconnect()
        _expect(0, (await child.wait()).code)


# Of a thousand starts, so many. A forked child takes as long as fifty others.
WAYS: Final = {
    _ends: 250,
    _is_quick: 350,
    _is_fed: 150,
    _is_not_there: 50,
    _is_killed: 80,
    _takes_too_long: 30,
    _is_called_off: 40,
    _is_waited_for_by_a_thread: 28,
    _fails: 20,
    _answers: 2,
}

_child_path = ""


# ------------------------------------------------------------------ what is seen


@dataclass(frozen=True, slots=True)
class Seen:
    """What this process has, at one moment with nothing running."""

    starts: int
    seconds: float
    descriptors: int
    threads: int
    zombies: int
    children: int
    rss: int

    @classmethod
    def now(cls, starts: int, seconds: float) -> Seen:
        """Look."""
        states = [_state(pid) for pid in _children()]
        return cls(
            starts,
            seconds,
            len(os.listdir("/proc/self/fd")),
            len(os.listdir("/proc/self/task")),
            states.count("Z"),
            len(states),
            _rss(),
        )

    def __str__(self) -> str:
        return (
            f"{self.starts:>9,} {self.starts / self.seconds:>8,.0f}/s "
            f"{self.descriptors:>6} {self.threads:>8} {self.zombies:>8} "
            f"{self.children:>9} {self.rss / 2**20:>8.1f} MiB"
        )


HEADER: Final = (
    f"{'starts':>9} {'rate':>10} {'fds':>6} {'threads':>8} {'zombies':>8} "
    f"{'children':>9} {'RSS':>12}"
)


def _children() -> list[str]:
    found: list[str] = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/children") as file:
            found += file.read().split()
    return found


def _state(pid: str) -> str:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0].decode()
    except OSError:
        return "gone"


def _rss() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def slope(seen: list[Seen]) -> float:
    """Return by how many bytes a start memory grew, by least squares."""
    mean_x = sum(one.starts for one in seen) / len(seen)
    mean_y = sum(one.rss for one in seen) / len(seen)
    spread = sum((one.starts - mean_x) ** 2 for one in seen)
    both = sum((one.starts - mean_x) * (one.rss - mean_y) for one in seen)
    return both / spread if spread else 0.0


# ----------------------------------------------------------------------- the run


@dataclass(slots=True)
class Soak:
    """One run, until *starts* or *deadline*."""

    starts: int
    seconds: float | None
    at_once: int
    seed: int
    done: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    async def to_the_end(self) -> None:
        """Do it all, and print what was seen."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, what: self.wrong.append(str(what)))
        # As many threads as there will ever be, so that one more is a leak.
        loop.set_default_executor(ThreadPoolExecutor(1))
        for way in WAYS:
            await self._go(way, 0)
        choose = random.Random(self.seed)
        began = time.monotonic()
        print(HEADER)
        for part in range(1, COUNTS + 1):
            until = self.starts * part // COUNTS
            limit = self.seconds and began + self.seconds * part / COUNTS
            workers = [self._work(choose, until, limit) for _ in range(self.at_once)]
            await asyncio.gather(*workers)
            await self._quiet()
            self.seen.append(Seen.now(self.done, time.monotonic() - began))
            print(self.seen[-1], flush=True)

    async def _work(
        self, choose: random.Random, until: int, limit: float | None
    ) -> None:
        while self.done < until if limit is None else time.monotonic() < limit:
            self.done += 1
            (way,) = choose.choices([*WAYS], [*WAYS.values()])
            self.ways[way.__name__.strip("_")] += 1
            await self._go(way, self.done)

    async def _go(self, way: Callable[[int], Awaitable[None]], number: int) -> None:
        try:
            await way(number)
        except Exception as error:  # noqa: BLE001 - reported
            self.wrong.append(f"{way.__name__}: {error!r}")

    async def _quiet(self) -> None:
        """Wait a moment for what the loop has not been told of yet."""
        for _ in range(10):
            if not any(_state(pid) == "Z" for pid in _children()):
                return
            await asyncio.sleep(0.005)

    def troubles(self) -> list[str]:
        """Return in which ways it was not flat."""
        first, last = self.seen[0], self.seen[-1]
        found = [f"wrong: {words}" for words in self.wrong[:10]]
        for name in ("descriptors", "threads", "children"):
            before, after = getattr(first, name), getattr(last, name)
            if after > before:
                found.append(f"{name}: {before} became {after}")
        if last.zombies:
            found.append(f"zombies: {last.zombies}")
        half = self.seen[len(self.seen) // 2 :]
        grew = half[-1].rss - half[0].rss
        if slope(half) > SLOPE and grew > ROOM:
            found.append(f"memory: {slope(half):.1f} bytes a start, {grew:,} in all")
        return found


def main() -> int:
    """Soak as the command line says; return 1 if it was not flat."""
    global _child_path  # noqa: PLW0603 - a path that each start needs
    asked = _asked()
    seconds = None if asked.minutes is None else 60 * asked.minutes
    soak = Soak(asked.starts, seconds, asked.at_once, asked.seed)
    print(f"seed {asked.seed}, {asked.at_once} at a time, on {asked.loop}")
    with tempfile.NamedTemporaryFile("w", suffix=".py") as child:
        child.write(CHILD)
        child.flush()
        _child_path = child.name
        with asyncio.Runner(loop_factory=_factory(asked.loop)) as runner:
            runner.run(soak.to_the_end())
    print(*(f"{name} {times:,}" for name, times in soak.ways.most_common()), sep=", ")
    half = soak.seen[len(soak.seen) // 2 :]
    print(f"RSS slope over the second half: {slope(half):+.2f} bytes a start")
    troubles = soak.troubles()
    print("flat" if not troubles else "NOT FLAT\n  " + "\n  ".join(troubles))
    return 1 if troubles else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--starts", type=int, default=STARTS)
    parser.add_argument("--minutes", type=float, help="instead of a number of starts")
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="asyncio")
    return parser.parse_args()


def _factory(name: str):
    if name == "asyncio":
        return asyncio.new_event_loop
    import uvloop  # optional; asked for by name

    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
