"""A process that could not even be tried: `FailedHandle`.

Layer: launch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from child_process._values.status import ExitStatus
    from child_process.errors import ProcessError

__all__ = ["FailedHandle"]


class FailedHandle:
    """A process that was not started, before anything was made for it.

    Args:
        error: Why.
    """

    pid: None = None
    usage: None = None
    leads_group = False
    cookie = None
    exit_fd = -1

    def __init__(self, error: ProcessError) -> None:
        self.error = error
        self.fds: dict[int, int] = {}

    def start_soon(self, loop: AbstractEventLoop, done: Callable[[], None]) -> None:
        """Have *loop* call *done*: there is nothing to wait for."""
        loop.call_soon(done)

    def wait_started(self, seconds: float | None = None) -> None:
        """Return: there is nothing to wait for."""

    def send_signal(self, signal_number: int) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return False: nothing runs."""
        return False

    def poll(self) -> ExitStatus | None:
        """Return None: nothing ended."""
        return None

    def reap(self) -> None:
        """Return: there is nothing to give back."""
