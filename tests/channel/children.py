"""Children with a channel, and records of what they tell."""

from __future__ import annotations

import asyncio
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

from child_process import ChildProcess, Emitter, fork, spawn
from tests.support.waiting import state_of, until

EVENTS: Final = ("spawn", "message", "error", "disconnect", "exit", "close")
PATIENCE: Final = 10.0
"""Seconds after which an event will not come any more."""

Script: TypeAlias = Callable[..., str]
"""Writes the source of a child down, and returns the path of it."""

ECHO: Final = """
from child_process import process
process.on("message", lambda message, handle: process.send(message))
"""
RAW: Final = """
import os, socket, sys
wire = socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
"""
"""A child that speaks bytes, without the library."""


def forked(module: Any, args: Any = (), **options: Any) -> ChildProcess:
    """Fork a Python without ``site``, which doubles the time it takes to start."""
    return fork(module, args, **{"exec_argv": ["-S"], **options})


def raw(source: str, **options: Any) -> ChildProcess:
    """Start a bare Python that runs *source* after `RAW`."""
    stdio = ["ignore", "inherit", "inherit", "ipc"]
    code = ["-S", "-c", RAW + textwrap.dedent(source)]
    return spawn(sys.executable, code, **{"stdio": stdio, **options})


async def halt(child: ChildProcess) -> None:
    """Stop *child* by SIGSTOP, and wait until it stands still."""
    child.kill("SIGSTOP")
    pid = child.pid
    assert pid is not None
    await until(lambda: state_of(pid) == "T")


def record(emitter: Emitter, *events: str) -> list[tuple[Any, ...]]:
    """Return a list that grows by the name and arguments of each of *events*."""
    told: list[tuple[Any, ...]] = []
    for event in events or EVENTS:
        emitter.on(event, lambda *args, event=event: told.append((event, *args)))
    return told


def names(told: list[tuple[Any, ...]]) -> list[str]:
    """Return which events were told, without their arguments."""
    return [name for name, *_ in told]


async def next_event(emitter: Emitter, event: str) -> tuple[Any, ...]:
    """Wait for the next *event*; return its arguments."""
    future: asyncio.Future[tuple[Any, ...]]
    future = asyncio.get_running_loop().create_future()
    emitter.once(event, lambda *args: future.set_result(args))
    async with asyncio.timeout(PATIENCE):
        return await future


async def closed(child: ChildProcess) -> int | str | None:
    """Wait until *child* has closed; return its code or its signal."""
    async with asyncio.timeout(PATIENCE):
        status = await child.wait_closed()
    return status.signal if status.code is None else status.code


async def heard(child: ChildProcess) -> list[Any]:
    """Return all messages of *child* until its channel closes."""
    async with asyncio.timeout(PATIENCE):
        return [message async for message in child.messages()]


async def finished(child: ChildProcess) -> tuple[list[Any], int | str | None]:
    """Return all messages of *child*, and how it ended."""
    return await heard(child), await closed(child)


def written(folder: Path, name: str, source: str) -> str:
    """Write *source* to *folder*; return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return str(path)
