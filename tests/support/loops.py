"""Run an async test on the event loop that was asked for.

In asyncio's debug mode; a test fails when it leaves a task, or when the loop
was handed an exception that nobody took.
"""

from __future__ import annotations

import asyncio
import faulthandler
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

import pytest

T = TypeVar("T")
Context: TypeAlias = dict[str, Any]

NAMES: Final = ("asyncio", "uvloop")

# Seconds that a loop may take to close after a test's deadline.
CLOSING: Final = 15.0


@dataclass(frozen=True, slots=True)
class Loops:
    """Which event loop the tests run on.

    Attributes:
        name: One of `NAMES`.
        eager: Tasks start at once (Python 3.12 and later).
        settling: Seconds that tasks may take to end after their test.
    """

    name: str = "asyncio"
    eager: bool = False
    settling: float = 1.0

    def new(self) -> asyncio.AbstractEventLoop:
        """Return a new loop, for a test that runs several or in threads."""
        loop = self._factory()()
        if self.eager and sys.version_info >= (3, 12):
            loop.set_task_factory(asyncio.eager_task_factory)
        return loop

    def _factory(self) -> Callable[[], asyncio.AbstractEventLoop]:
        if self.name == "asyncio":
            return asyncio.new_event_loop
        import uvloop  # optional; asked for by name

        return uvloop.new_event_loop

    def run(self, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run *main* in a loop of its own; it must leave that loop empty."""
        troubles: list[Context] = []
        with asyncio.Runner(debug=True, loop_factory=self.new) as runner:
            try:
                result = runner.run(self._watched(main, troubles))
            except BaseException as exc:
                # Closing the loop waits for its tasks. After a deadline, which
                # comes as a signal and only once, it must not do so for ever.
                if not isinstance(exc, Exception):
                    faulthandler.dump_traceback_later(CLOSING, exit=True)
                if deadline := _deadline_in(troubles):
                    raise deadline from None
                raise
        if troubles:
            pytest.fail(_report(troubles), pytrace=False)
        return result

    async def _watched(
        self, main: Callable[[], Awaitable[T]], troubles: list[Context]
    ) -> T:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None, "a runner's main coroutine is a task"

        def note(_: asyncio.AbstractEventLoop, context: Context) -> None:
            troubles.append(context)
            if _deadline_in([context]):
                task.cancel()

        loop.set_exception_handler(note)
        result = await main()
        if left := await self._tasks_left():
            lines = sorted(f"  {task!r}" for task in left)
            pytest.fail("\n".join(["the test left tasks:", *lines]), pytrace=False)
        return result

    async def _tasks_left(self) -> set[asyncio.Task[Any]]:
        deadline = time.monotonic() + self.settling
        pause = 0.0
        while left := asyncio.all_tasks() - {asyncio.current_task()}:
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(pause)
            pause = min(pause + 0.002, 0.05)
        return left


def _deadline_in(troubles: list[Context]) -> BaseException | None:
    """Return the exception of a test's deadline, if uvloop took it for a callback's.

    Where asyncio lets it fly, uvloop hands everything that a signal handler
    raises, but KeyboardInterrupt, to the loop's exception handler.
    """
    for context in troubles:
        exc = context.get("exception")
        if isinstance(exc, BaseException) and not isinstance(
            exc, Exception | asyncio.CancelledError
        ):
            return exc
    return None


def _report(troubles: list[Context]) -> str:
    lines = [f"  {one.get('message')}: {one.get('exception')!r}" for one in troubles]
    return "\n".join(["the loop was handed exceptions that nobody took:", *lines])
