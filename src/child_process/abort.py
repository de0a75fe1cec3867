"""Calling something off: `AbortController` and its `AbortSignal`.

Layer: bottom. No I/O, no loop; imports nothing of the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AbortController", "AbortSignal"]


class AbortSignal:
    """Tells whether its controller called off, and tells listeners when.

    Attributes:
        aborted: Whether `AbortController.abort` was called.
        reason: What was given to it; None before and by default.
    """

    def __init__(self) -> None:
        self.aborted = False
        self.reason: Any = None
        self._listeners: list[Callable[[], object]] = []

    def on_abort(self, listener: Callable[[], object]) -> None:
        """Call *listener* once, when aborted; at once if that has happened."""
        if self.aborted:
            listener()
        else:
            self._listeners.append(listener)

    def off_abort(self, listener: Callable[[], object]) -> None:
        """Forget *listener*; an unknown one is no error."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    @property
    def listener_count(self) -> int:
        """How many listeners wait: none once the children they serve ended."""
        return len(self._listeners)


class AbortController:
    """Calls off everything that was started with its *signal*.

    Attributes:
        signal: Give it to any number of calls, as ``signal=``.
    """

    def __init__(self) -> None:
        self.signal: AbortSignal = AbortSignal()

    def abort(self, reason: Any = None) -> None:
        """Abort, with *reason* as the error's cause; later calls do nothing.

        Call it on the thread of the loop that the children belong to.
        """
        signal = self.signal
        if signal.aborted:
            return
        signal.aborted = True
        signal.reason = reason
        listeners, signal._listeners = signal._listeners, []  # noqa: SLF001 - one pair
        for listener in listeners:
            listener()
