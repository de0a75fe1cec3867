"""A teardown, walked on the event loop: `Stopping`.

Layer: child.

By timers, not by a task: whoever cancels tasks, `asyncio.run` at its end for
one, cannot cut it short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from child_process._child.latch import Latch
from child_process.errors import KillTimeout

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

__all__ = ["Stopping"]


class Stopping:
    """Walks *walk*, of `bring_down`, to its end.

    Args:
        loop: The loop whose timers drive it.
        walk: Yields how long to wait before its next step.
        over: Called once at the end.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        walk: Iterator[float],
        over: Callable[[], None],
    ) -> None:
        self.done = Latch(loop)
        self.failure: KillTimeout | None = None
        self._loop = loop
        self._walk = walk
        self._over = over
        self._timer: asyncio.Handle | None = None

    def begin(self) -> None:
        """Take the first step: signals are sent now, their effect is told later.

        Who calls a child off may not have added its listeners yet.
        """
        try:
            pause = next(self._walk)
        except StopIteration:
            self._timer = self._loop.call_soon(self._finish)
        else:
            self._timer = self._loop.call_later(pause, self.step)

    def step(self) -> None:
        """Go on: the time has come, or the root has ended."""
        if self.done:
            return
        if self._timer is not None:
            self._timer.cancel()
        try:
            pause = next(self._walk)
        except StopIteration:
            self._finish()
        except KillTimeout as error:
            self.failure = error
            self._finish()
        else:
            self._timer = self._loop.call_later(pause, self.step)

    def _finish(self) -> None:
        self._timer = None
        self.done.open()
        over, self._over = self._over, _nothing  # no cycle with the child
        over()


def _nothing() -> None:
    pass
