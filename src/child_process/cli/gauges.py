"""What the demo measures of this program: heartbeat, memory, what is left.

Layer: cli.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Heartbeat", "Mark", "peak_memory"]

BEAT: Final = 0.01
"""Seconds between two beats, on a loop that nothing holds up."""


class Heartbeat:
    """A task that ticks while the block runs: what it notices, a server would.

    Attributes:
        gaps: Seconds from one tick to the next.
    """

    def __init__(self) -> None:
        self.gaps: list[float] = []

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def median(self) -> float:
        """The gap that half of all gaps do not reach, in seconds."""
        return statistics.median(self.gaps or [0.0])

    @property
    def longest(self) -> float:
        """The longest gap, in seconds."""
        return max(self.gaps, default=0.0)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(BEAT)
            now = loop.time()
            self.gaps.append(now - last)
            last = now


class Mark:
    """A variable in the environment of everything that is started meanwhile.

    By it a process is known as ours, whoever its parent has become.
    """

    NAME: Final = "CHILD_PROCESS_DEMO"

    def __init__(self) -> None:
        self._value = uuid.uuid4().hex

    def __enter__(self) -> Self:
        os.environ[self.NAME] = self._value
        return self

    def __exit__(self, *_: object) -> None:
        os.environ.pop(self.NAME, None)

    def processes_left(self) -> int | None:
        """Return how many are left, zombies included; None without ``/proc``."""
        mark = f"{self.NAME}={self._value}".encode()
        left = 0
        for directory in Path("/proc").glob("[0-9]*"):
            try:
                environ = (directory / "environ").read_bytes().split(b"\0")
                stat = (directory / "stat").read_bytes()
            except OSError:
                continue  # it has ended, or is another user's
            parent = int(stat.rpartition(b")")[2].split()[1])
            left += parent == os.getpid() or mark in environ
        return left if Path("/proc/self/environ").exists() else None


def peak_memory() -> int:
    """Return the most bytes of memory that this program has held so far."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    # Not ru_maxrss: after vfork Linux counts our parent's peak as ours.
    _, _, rest = status.partition("VmHWM:")
    return int(rest.split()[0]) * 1024
