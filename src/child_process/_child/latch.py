"""Something that happens once, and may be waited for by many: `Latch`.

Layer: child.
"""

from __future__ import annotations

import asyncio

__all__ = ["Latch"]


class Latch:
    """Opens once. Cancelling one who waits leaves the others waiting.

    Args:
        loop: The loop of everybody who waits.
    """

    __slots__ = ("_loop", "_waiters", "is_open")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.is_open = False
        self._loop = loop
        self._waiters: set[asyncio.Future[None]] = set()

    def __bool__(self) -> bool:
        return self.is_open

    @property
    def awaited(self) -> bool:
        """Whether somebody waits."""
        return bool(self._waiters)

    def open(self) -> None:
        """Let everybody through, now and from now on."""
        self.is_open = True
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait until it opens, or for *seconds*; return whether it is open."""
        if self.is_open:
            return True
        waiter = self._loop.create_future()
        self._waiters.add(waiter)
        timer = (
            None
            if seconds is None
            else self._loop.call_later(seconds, _give_up, waiter)
        )
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
            if timer is not None:
                timer.cancel()
        return self.is_open

    async def wait_whatever_happens(self) -> None:
        """Wait until it opens; a cancellation is raised again after that.

        `asyncio.shield` protects the work, but does not wait for it.
        """
        cancellation: asyncio.CancelledError | None = None
        while not self.is_open:
            try:
                await self.wait()
            except asyncio.CancelledError as error:
                cancellation = error
        if cancellation is not None:
            raise cancellation


def _give_up(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
