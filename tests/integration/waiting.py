"""Wait until something is so, within a deadline; and ask whether processes live.

Strict: a process that a call should have ended has ended when it returns.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

T = TypeVar("T")

PATIENCE: Final = 20.0
"""Seconds until waiting is given up: the test fails."""
PAUSE: Final = 0.005


async def until(look: Callable[[], T]) -> T:
    """Return what *look* answers once that is true, the loop running meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := look()):
        assert time.monotonic() < deadline, "it did not come to be"
        await asyncio.sleep(PAUSE)
    return answer


def until_sync(look: Callable[[], T]) -> T:
    """Return what *look* answers once that is true, blocking."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := look()):
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(PAUSE)
    return answer


def lives(pid: int) -> bool:
    """Say whether process *pid* is there and has not ended: a zombie has."""
    return state_of(pid) not in {"", "Z", "X"}


def survivors(some: Iterable[int]) -> list[int]:
    """Return those of *some* processes that have not ended, at this moment."""
    return [pid for pid in some if lives(pid)]


def state_of(pid: int) -> str:
    """Return the letter of proc(5) for what *pid* does; "" when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0].decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
