"""Listeners in Node's sense: `Emitter`.

Layer: bottom. Imports nothing of the package; `asyncio` only once an async
listener is called.

Not pyee: there, adding a listener twice keeps one (Node keeps two), removing
an unknown one raises (Node does nothing), and async listeners run side by
side, so that the order of messages is lost.
"""

from __future__ import annotations

from types import CoroutineType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    Listener = Callable[..., Any]

__all__ = ["Emitter"]


class Emitter:
    """An object that tells *listeners* what happened, by the name of an event.

    Listeners are called in the order in which they were added, with the
    event's arguments. A listener that is a coroutine function is started as a
    task of the running loop; the emitter holds the task until it ends.
    """

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}
        self._tasks: set[asyncio.Future[Any]] = set()

    def on(self, event: str, listener: Listener) -> Self:
        """Call *listener* at each *event*. Added twice, it is called twice."""
        self._add(event, listener, first=False)
        return self

    def once(self, event: str, listener: Listener) -> Self:
        """Call *listener* at the next *event* only."""
        self._add(event, _Once(self, event, listener), first=False)
        return self

    def prepend_listener(self, event: str, listener: Listener) -> Self:
        """Call *listener* at each *event*, before those that are there now."""
        self._add(event, listener, first=True)
        return self

    def off(self, event: str, listener: Listener) -> Self:
        """Remove *listener*, the copy added last; an unknown one is no error."""
        listeners = self._listeners.get(event, [])
        for index in reversed(range(len(listeners))):
            held = listeners[index]
            # `==`, not `is`: a bound method is a new object at each access.
            if held == listener or (
                isinstance(held, _Once) and held.listener == listener
            ):
                # A new list: an emit that is under way keeps its own.
                self._listeners[event] = listeners[:index] + listeners[index + 1 :]
                self._listener_removed(event)
                break
        return self

    add_listener = on
    remove_listener = off

    def remove_all_listeners(self, event: str | None = None) -> Self:
        """Remove every listener of *event*, or of all events."""
        for name in [event] if event is not None else [*self._listeners]:
            if self._listeners.pop(name, None):
                self._listener_removed(name)
        return self

    def listeners(self, event: str) -> list[Listener]:
        """Return the listeners of *event*, in the order of their calls."""
        return [
            held.listener if isinstance(held, _Once) else held
            for held in self._listeners.get(event, ())
        ]

    def listener_count(self, event: str) -> int:
        """Return how many listeners *event* has."""
        return len(self._listeners.get(event, ()))

    def emit(self, event: str, *args: Any) -> bool:
        """Call the listeners of *event*; False says that there was none.

        A listener's exception flies to the caller, as in Node.
        """
        listeners = self._listeners.get(event)
        if not listeners:
            return False
        for listener in listeners:  # never changed in place: see `_add` and `off`
            outcome = listener(*args)
            if outcome is not None and isinstance(outcome, CoroutineType):
                self.start(outcome)
        return True

    def deliver(self, event: str, *args: Any) -> bool:
        """Call the listeners of *event*, whatever one of them raises.

        For the package's own use: a listener's exception goes to the running
        loop's exception handler, and the others are called all the same.
        """
        listeners = self._listeners.get(event)
        if not listeners:
            return False
        for listener in listeners:  # never changed in place: see `_add` and `off`
            try:
                outcome = listener(*args)
                if outcome is not None and isinstance(outcome, CoroutineType):
                    self.start(outcome)
            except Exception as error:  # noqa: BLE001 - it is reported
                self._listener_failed(event, listener, error)
        return True

    def _add(self, event: str, listener: Listener, *, first: bool) -> None:
        if not callable(listener):
            message = f"a listener of {event!r} must be callable, not {listener!r}"
            raise TypeError(message)
        listeners = self._listeners.get(event, [])
        self._listeners[event] = (
            [listener, *listeners] if first else [*listeners, listener]
        )
        self._listener_added(event)

    def start(self, coroutine: CoroutineType[Any, Any, Any]) -> None:
        """Run *coroutine*, an async listener's, as a task."""
        import asyncio  # only whoever uses async listeners pays for it

        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)

    def _listener_failed(
        self, event: str, listener: Listener, error: Exception
    ) -> None:
        """Hook: a listener raised; by default, the loop's handler is told."""
        import asyncio

        context = {
            "message": f"a listener of {event!r} raised: {listener!r}",
            "exception": error,
        }
        asyncio.get_running_loop().call_exception_handler(context)

    def _task_done(self, task: asyncio.Future[Any]) -> None:
        """Hook: an async listener ended; asyncio tells of what it raised."""
        self._tasks.discard(task)

    def _listener_added(self, event: str) -> None:
        """Hook: *event* has one listener more."""

    def _listener_removed(self, event: str) -> None:
        """Hook: *event* has fewer listeners."""


class _Once:
    """A listener that takes itself out before it is called."""

    __slots__ = ("_emitter", "_event", "_fired", "listener")

    def __init__(self, emitter: Emitter, event: str, listener: Listener) -> None:
        if not callable(listener):
            message = f"a listener of {event!r} must be callable, not {listener!r}"
            raise TypeError(message)
        self._emitter = emitter
        self._event = event
        self._fired = False
        self.listener = listener

    def __call__(self, *args: Any) -> Any:
        if self._fired:
            return None  # an emit within an emit was quicker
        self._fired = True
        self._emitter.off(self._event, self)
        return self.listener(*args)
