"""A process with all that descends from it: `Tree`, and how it is ended.

Layer: launch.

Members are found twice: by the process group that the child leads, and by a
walk down ``/proc``, which also finds those that left the group. A process is
its number *and* the time it started at: a number that was used again in
between is a stranger's, and is left alone.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Final, TypeGuard

from child_process.errors import KillTimeout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._launch.ports import ProcessHandle
    from child_process._values.teardown import Teardown

__all__ = ["Tree", "bring_down", "end_at_once"]

KILL_TIMEOUT: Final = 5.0
"""Seconds after SIGKILL until we say that the system holds a process."""
FIRST_PAUSE: Final = 0.001
LONGEST_PAUSE: Final = 0.02
"""Seconds between two looks at members that are not our own children."""


class Tree:
    """The process of *handle* and its descendants.

    Keep the handle from being reaped while this is in use: its number names
    the group.

    Args:
        handle: The root.
        group: Whether the root leads a group of its own.
        alone: Whether only the root is meant, as Node does.
    """

    def __init__(
        self, handle: ProcessHandle, *, group: bool, alone: bool = False
    ) -> None:
        self._handle = handle
        self._group = group
        self._alone = alone
        self._known: dict[int, str] = {}

    def signal(self, number: int) -> None:
        """Send *number* to every member, and let stopped ones go on.

        A stopped process gets SIGTERM only once it is continued.
        """
        self.look()
        numbers = [number]
        if number not in {signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT}:
            numbers.append(signal.SIGCONT)
        for each in numbers:
            self._signal_once(each)

    def look(self) -> None:
        """Find descendants, new ones below those known included."""
        if self._alone or self._handle.pid is None:
            return
        pending = [self._handle.pid, *self._known]
        while pending:
            for pid in _children(pending.pop()):
                began = _began(pid)
                if began is not None and pid not in self._known:
                    self._known[pid] = began
                    pending.append(pid)

    def remaining(self) -> tuple[int, ...]:
        """Return the numbers of members that have not ended."""
        root = self._handle.pid
        left = [] if root is None or self._ended() else [root]
        self._known = {
            pid: began for pid, began in self._known.items() if _began(pid) == began
        }
        left += self._known
        if not left and root is not None and self._group_lives(root):
            left.append(root)
        return tuple(left)

    def _signal_once(self, number: int) -> None:
        """Send *number* to every member, and to none twice.

        A second SIGINT means "at once" to many a program.
        """
        root = self._handle.pid
        led = self._group and not self._alone
        if led:
            self._signal_group(number)
        if not led or (root is not None and _group_of(root) not in {root, None}):
            self._handle.send_signal(number)
        for pid, began in [*self._known.items()]:
            fields = _stat(pid)
            # In the group it was reached already.
            if _is(fields, began) and not (led and int(fields[2]) == root):
                _kill(pid, number)

    def sweep(self) -> None:
        """Kill what may be left of the group where nobody can look: no /proc."""
        if self._group and not self._alone and _stat(os.getpid()) is None:
            self._signal_group(signal.SIGKILL)

    def _ended(self) -> bool:
        # Signal 0 asks; a status that got lost has ended as well.
        return not self._handle.send_signal(0)

    def _signal_group(self, number: int) -> None:
        root = self._handle.pid
        if root is not None:
            try:
                os.killpg(root, number)
            except (ProcessLookupError, PermissionError):
                return  # nobody is left, or all became another user

    def _group_lives(self, root: int) -> bool:
        """Say whether the group has members other than zombies."""
        if not self._group or self._alone:
            return False
        try:
            os.killpg(root, 0)
        except (ProcessLookupError, PermissionError):
            return False
        # The root, ended but not reaped yet, counts as a member: so look who
        # it is. Rare and bounded: this is reached once all known ones ended.
        return any(_group_of(pid) == root for pid in _all_pids())


def end_at_once(pid: int, *, group: bool) -> None:
    """Kill and reap *pid*, our child, whose start is not to have been.

    With its group, if it leads one: it may have started others already.
    """
    if group:
        os.killpg(pid, signal.SIGKILL)
    else:
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def bring_down(tree: Tree, teardown: Teardown) -> Iterator[float]:
    """End *tree*: walk the steps of *teardown*, then kill what is left.

    A generator, so that a loop and a blocking call can both drive it: it
    yields how many seconds to wait, at most, before it is resumed; resume it
    sooner when the root's exit is seen. It is over when nothing is left.

    Raises:
        KillTimeout: The system holds a process: it was killed, and stays.
    """
    for step in teardown.steps:
        tree.signal(step.signal)
        yield from _until_gone(tree, step.grace)
        if not tree.remaining():
            tree.sweep()
            return
    deadline = time.monotonic() + KILL_TIMEOUT
    while True:
        # Again and again: a member may be forking while we kill.
        tree.signal(signal.SIGKILL)
        yield from _until_gone(tree, LONGEST_PAUSE)
        left = tree.remaining()
        if not left:
            return
        if time.monotonic() > deadline:
            raise KillTimeout(left, KILL_TIMEOUT)


def _until_gone(tree: Tree, grace: float) -> Iterator[float]:
    deadline = time.monotonic() + grace
    pause = FIRST_PAUSE
    while tree.remaining():
        left = deadline - time.monotonic()
        if left <= 0:
            return
        yield min(pause, left)
        pause = min(2 * pause, LONGEST_PAUSE)
        tree.look()


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _stat(pid: int) -> list[str] | None:
    """Return the fields of ``/proc/PID/stat`` after the name, or None."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name may hold anything, ") R 1 (" included: it ends at the
            # last parenthesis.
            return file.read().rpartition(b")")[2].decode().split()
    except OSError:
        return None


def _is(fields: list[str] | None, began: str) -> TypeGuard[list[str]]:
    """Say whether *fields* are of the process that *began* then, and runs."""
    return fields is not None and fields[0] not in "ZX" and fields[19] == began


def _began(pid: int) -> str | None:
    """Return when *pid* started, in clock ticks; None once it has ended."""
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else fields[19]


def _group_of(pid: int) -> int | None:
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else int(fields[2])


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            path = f"/proc/{pid}/task/{thread}/children"
            with open(path, "rb") as file:
                found += map(int, file.read().split())
    except OSError:
        return found  # it ended meanwhile, or there is no /proc here
    return found


def _all_pids() -> Iterator[int]:
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    yield from (int(name) for name in names if name.isdigit())
