"""Children that the tests here start, and records of what they tell."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import IO, Any, Final

from child_process import ChildProcess, Emitter, spawn

EVENTS: Final = ("spawn", "error", "exit", "close")
PATIENCE: Final = 20.0
"""Seconds after which an event will not come any more."""


def shell(script: str, **options: Any) -> ChildProcess:
    """Start ``sh -c`` with *script*."""
    return spawn("sh", ["-c", script], **options)


def code(source: str) -> list[str]:
    """Return the arguments that make a bare Python run *source*."""
    return ["-S", "-c", source]


def python(source: str, **options: Any) -> ChildProcess:
    """Start a bare Python that runs *source*."""
    return spawn(sys.executable, code(source), **options)


def record(emitter: Emitter, *events: str) -> list[tuple[Any, ...]]:
    """Return a list that grows by the name and arguments of each of *events*."""
    told: list[tuple[Any, ...]] = []
    for event in events or EVENTS:
        emitter.on(event, lambda *args, event=event: told.append((event, *args)))
    return told


async def next_event(emitter: Emitter, event: str) -> tuple[Any, ...]:
    """Wait for the next *event*; return its arguments."""
    future: asyncio.Future[tuple[Any, ...]]
    future = asyncio.get_running_loop().create_future()
    emitter.once(event, lambda *args: future.set_result(args))
    async with asyncio.timeout(PATIENCE):
        return await future


def opened(path: Path, mode: str) -> IO[bytes]:
    """Return the file at *path*, opened for bytes in *mode*, "r" or "w"."""
    return path.open(f"{mode}b")


def runs(pid: int) -> bool:
    """Say whether process *pid* runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_gone(pid: int) -> None:
    """Wait until *pid*, a process that is no child of ours, has ended."""
    deadline = time.monotonic() + PATIENCE
    while runs(pid):
        assert time.monotonic() < deadline, f"{pid} runs on"
        time.sleep(0.01)
