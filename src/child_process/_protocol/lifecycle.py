"""The order of a child's events: `Lifecycle`.

Layer: protocol. No I/O, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from child_process._values.status import ExitStatus

__all__ = ["Closed", "Event", "Exited", "Failed", "Lifecycle", "Spawned"]


@dataclass(frozen=True, slots=True)
class Spawned:
    """The program runs."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The program could not be started; there will be no `Exited`."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Exited:
    """The process ended; its streams may still have data."""

    status: ExitStatus


@dataclass(frozen=True, slots=True)
class Closed:
    """The process and all its streams ended; nothing more will happen.

    Attributes:
        code: The exit code, or the negative errno of a failed start, as in Node.
        signal: The signal's name, or None.
    """

    code: int | None
    signal: str | None


Event = Spawned | Failed | Exited | Closed


class Lifecycle:
    """Turn facts from the system into a child's events, in Node's order.

    ``spawn`` comes first. ``exit`` follows the process. ``close`` follows
    ``exit``, or ``error`` of a failed start, and the end of every stream, which
    a grandchild can hold open for hours; asyncio's own ``wait()`` runs the two
    together (python/cpython#119710).

    Args:
        streams: The numbers of the streams that ``close`` waits for.
    """

    def __init__(self, streams: Iterable[int]) -> None:
        self._open = set(streams)
        self._end: Closed | None = None
        self._closed = False

    def started(self) -> list[Event]:
        """Note that the program runs; return the events due now."""
        return [Spawned()]

    def start_failed(self, error: Exception) -> list[Event]:
        """Note that nothing was started; return the events due now."""
        assert self._end is None, "a start fails once, and instead of an exit"
        number = getattr(error, "errno", None)
        self._end = Closed(None if number is None else -number, None)
        return [Failed(error), *self._closing()]

    def process_exited(self, status: ExitStatus) -> list[Event]:
        """Note that the process ended; return the events due now."""
        assert self._end is None, "a process ends once"
        self._end = Closed(status.code, status.signal)
        return [Exited(status), *self._closing()]

    def stream_closed(self, fd: int) -> list[Event]:
        """Note that stream *fd* ended; return the events due now."""
        self._open.discard(fd)
        return [*self._closing()]

    def _closing(self) -> Iterator[Closed]:
        if self._end is not None and not self._open and not self._closed:
            self._closed = True
            yield self._end
