"""Cancel a coroutine at its *k*-th await: `cancelled_at`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any


class cancelled_at:  # noqa: N801 - it reads as what it does
    """Awaits *coroutine*, into which CancelledError is thrown at the given awaits.

    As a task does it: what was waited for is cancelled as well. An await counts
    when it suspends.

    Args:
        coroutine: The one to be cancelled.
        *awaits: Which ones, counted from 1.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any], *awaits: int) -> None:
        self.steps = 0
        """How many awaits there have been."""
        self._coroutine = coroutine
        self._awaits = awaits

    def __await__(self) -> Generator[Any, Any, Any]:
        coroutine = self._coroutine
        try:
            waited_for = coroutine.send(None)
            while True:
                self.steps += 1
                if self.steps in self._awaits:
                    if waited_for is not None:
                        waited_for._asyncio_future_blocking = False
                        waited_for.cancel()
                    waited_for = coroutine.throw(asyncio.CancelledError())
                    continue
                try:
                    answer = yield waited_for
                except BaseException as error:  # noqa: BLE001 - handed on
                    waited_for = coroutine.throw(error)
                else:
                    waited_for = coroutine.send(answer)
        except StopIteration as stop:
            return stop.value
