"""Wait for a fact of the system, within a bound."""

from __future__ import annotations

import asyncio
import select
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

LONG: Final = 10.0
"""Seconds: far more than anything takes that works."""


def readable(fd: int, seconds: float = LONG) -> bool:
    """Say whether *fd* can be read, or ended, within *seconds*."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(1000 * seconds))


def becomes_true(fact: Callable[[], bool], seconds: float = LONG) -> bool:
    """Ask for *fact* again and again; say whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


async def until(fact: Callable[[], object], seconds: float = LONG) -> None:
    """Ask for *fact* on each turn of the loop until it is true.

    Raises:
        AssertionError: It was not, for *seconds*.
    """
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not true within {seconds} seconds: {fact}"
        await asyncio.sleep(0.002)


def until_sync(fact: Callable[[], object], seconds: float = LONG) -> bool:
    """Do as `becomes_true`, for a fact that is more than True or False."""
    return becomes_true(lambda: bool(fact()), seconds)


def state_of(pid: int) -> str | None:
    """Return the letter of *pid*'s state, ``T`` for stopped; None once it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return stat.rpartition(b")")[2].split()[0].decode()


def command_name_of(pid: int) -> str | None:
    """Return the name of *pid*'s program, at most 15 letters; None once it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None


def lives(pid: int) -> bool:
    """Say whether *pid* runs: it is there, and is no zombie."""
    return state_of(pid) not in {None, "Z", "X"}


def survivors(pids: Iterable[int], seconds: float = 1.0) -> list[int]:
    """Return which of *pids* still run, after a moment for those that were killed."""
    becomes_true(lambda: not any(map(lives, pids)), seconds)
    return [pid for pid in pids if lives(pid)]
