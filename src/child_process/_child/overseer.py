"""A child's limits, watched on the event loop: `Overseer`.

Layer: child.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from child_process._launch.oversight import Oversight

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from child_process._launch.ports import ProcessHandle
    from child_process._values.limits import Limits

__all__ = ["Overseer"]


class Overseer:
    """Looks again and again whether the tree of *handle* keeps to *limits*.

    Args:
        loop: The loop whose timer drives it.
        handle: The root; it runs.
        limits: What is watched.
        over: Called once, with the limit that was passed.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        handle: ProcessHandle,
        limits: Limits,
        over: Callable[[str], object],
    ) -> None:
        self._loop = loop
        self._oversight = Oversight(handle, limits)
        self._over = over
        self._wait()

    def cancel(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def last_look(self) -> str | None:
        """Look no more; return the limit that what is left of the tree is over."""
        self.cancel()
        return self._oversight.last_look()

    def _wait(self) -> None:
        pause = self._oversight.due - time.monotonic()
        self._timer = self._loop.call_later(pause, self._look)

    def _look(self) -> None:
        reason = self._oversight.look()
        if reason is None:
            self._wait()
        else:
            self._over(reason)

    def strike(self) -> None:
        """Kill the tree's group, ahead of the teardown."""
        self._oversight.strike()
