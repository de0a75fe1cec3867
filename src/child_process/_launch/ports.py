"""What the rest of the package sees of starting processes: two protocols.

Layer: launch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, MutableMapping

    from child_process._values.plan import LaunchPlan
    from child_process._values.status import ExitStatus, Usage
    from child_process.errors import ProcessError

__all__ = ["Launcher", "ProcessHandle"]


class ProcessHandle(Protocol):
    """One process, as the system knows it, from before its start to its end.

    A start completes later: `start_soon` for whoever has a loop,
    `wait_started` for whoever can wait. Until one of them was called nothing
    is started.
    """

    @property
    def fds(self) -> MutableMapping[int, int]:
        """Our ends of the child's pipes, by the child's number: take them out.

        They are there at once, before the start. Who takes one closes it.
        """
        ...

    @property
    def error(self) -> ProcessError | None:
        """Why the start failed; None before the start, and when it worked."""
        ...

    @property
    def pid(self) -> int | None:
        """The process id; None before the start, and when it failed."""
        ...

    @property
    def leads_group(self) -> bool:
        """Whether it leads a process group of its own."""
        ...

    @property
    def cookie(self) -> bytes | None:
        """The word by which its descendants are known; None if they are not ours."""
        ...

    @property
    def exit_fd(self) -> int:
        """Readable once the process ended, to a selector and a loop alike."""
        ...

    @property
    def usage(self) -> Usage | None:
        """What it used; None before `reap`, and when it is not known."""
        ...

    def start_soon(self, loop: AbstractEventLoop, done: Callable[[], None]) -> None:
        """Start off this thread, then have *loop* call *done*, on a later turn.

        Called on the thread of *loop*. If that is closed meanwhile, nobody is
        told, and the process is reaped once it ends.
        """
        ...

    def wait_started(self, seconds: float | None = None) -> None:
        """Start, or wait for the start under way, at most *seconds*; does not raise."""
        ...

    def send_signal(self, signal: int) -> bool:
        """Send *signal*, 0 to probe; False says that the process has ended."""
        ...

    def poll(self) -> ExitStatus | None:
        """Return how it ended, as often as asked; None while it runs.

        Its process id stays taken until `reap`: until then a group of that
        number cannot be a stranger's.

        Raises:
            ExitStatusLost: It ended, and something else took the status.
        """
        ...

    def reap(self) -> None:
        """Give its process id back to the system, once it has ended."""
        ...


class Launcher(Protocol):
    """The only door through which processes get started."""

    def launch(self, plan: LaunchPlan) -> ProcessHandle:
        """Return a handle for what *plan* says, with its pipes made.

        Never blocks, and never raises for what the system refuses: that is
        the handle's `error`.
        """
        ...
