"""A process with all that descends from it: `Tree`, and how it is ended.

Layer: launch.

Members are found three times: by the process group that the child leads; by a
walk down ``/proc``, which also finds those that left the group; and by the
child's cookie, which also finds those that lost their parents (see `cookie`).
The last looks at every process of the system, so it is done only where a tree
seems to be gone, and before a kill.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from child_process._launch import proc
from child_process._launch.cookie import census, crowded
from child_process._launch.members import Members
from child_process.errors import KillTimeout

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from child_process._launch.cookie import Census
    from child_process._launch.ports import ProcessHandle
    from child_process._values.teardown import Teardown

__all__ = ["Tree", "bring_down", "end_at_once"]

KILL_TIMEOUT: Final = 5.0
"""Seconds after SIGKILL until we say that the system holds a process."""
FIRST_PAUSE: Final = 0.001
LONGEST_PAUSE: Final = 0.02
"""Seconds between two looks at members that are not our own children."""
FREEZES: Final = 10
"""How often a tree is stopped until nobody new is found; then it is killed."""
QUIET: Final = 5
"""How many searches that find nobody are the end of a tree that was hiding some."""


class Tree:
    """The process of *handle* and its descendants.

    Keep the handle from being reaped while others of its group run: its number
    names the group. Once it is reaped, members are known by the cookie only.

    Args:
        handle: The root.
        group: Whether the root leads a group of its own.
        alone: Whether only the root is meant, as Node does.
    """

    def __init__(
        self, handle: ProcessHandle, *, group: bool, alone: bool = False
    ) -> None:
        self.alone: Final = alone
        self._hid = False  # a search found somebody whom nothing else told of
        self._quiet = 0  # searches since that found nobody
        self._handle = handle
        self._led = group and not alone
        self._members = Members()
        self._census: Census | None = None  # that somebody has not answered yet

    @property
    def hides(self) -> bool:
        """Whether there may be members that only `search` finds."""
        handle = self._handle
        return not (self.alone or handle.cookie is None or handle.pid is None)

    @property
    def is_over(self) -> bool:
        """Whether the last searches found nobody, where nobody else remains.

        Who forks and ends all the time may slip through one of them.
        """
        return not self.hides or self._quiet >= (QUIET if self._hid else 1)

    def signal(self, number: int) -> None:
        """Send *number* to every member that a walk finds, and let stopped ones go on.

        A stopped process gets SIGTERM only once it is continued.
        """
        self.look()
        for each in _followed(number):
            self._signal_once(each)

    def look(self) -> int:
        """Find descendants, new ones below those known included; say how many."""
        root = self._handle.pid
        if self.alone or root is None:
            return 0
        # What has ended has no children, and its number may be a stranger's.
        return len(self._members.walk([] if self._ended() else [root]))

    def search(self, since: float, number: int) -> int:
        """Find who bears the cookie, as of *since* or later; send each *number*.

        Say how many there were that nothing else had told of, or may be.
        """
        word = self._handle.cookie
        if word is None or not self.hides:
            return 0
        taken = self._census or census(since)
        self._census = None if taken.settle() else taken
        found = taken.of(word)
        # The root has a handle, by which it is signalled.
        found = {pid: at for pid, at in found.items() if pid != self._handle.pid}
        new = self._members.add(found)
        self._hid = self._hid or bool(new)
        for pid, at in new.items():
            for each in _followed(number):
                proc.send(pid, at, each)
        unknown = len(new) + (self._census is not None)
        self._quiet = 0 if unknown else self._quiet + 1
        return unknown

    def remaining(self) -> tuple[int, ...]:
        """Return the numbers of members that have not ended."""
        root = self._handle.pid
        left = [] if root is None or self._ended() else [root]
        left += self._members.remaining()
        if not left and root is not None and self._has_group and self._lives(root):
            left.append(root)
        if left:
            self._quiet = 0
        return tuple(left)

    def _signal_once(self, number: int) -> None:
        """Send *number* to every member, and to none twice.

        A second SIGINT means "at once" to many a program.
        """
        root, led = self._handle.pid, self._has_group
        if led:
            self._signal_group(number)
        if not led or (root is not None and proc.group_of(root) not in {root, None}):
            # It may have become another user: it remains, and is told of so.
            with suppress(PermissionError):
                self._handle.send_signal(number)
        # In the group they were reached already.
        self._members.send(number, except_group=root if led else None)

    def sweep(self) -> None:
        """Kill what may be left of the group where nobody can look: no /proc."""
        if self._has_group and proc.fields(os.getpid()) is None:
            self._signal_group(signal.SIGKILL)

    @property
    def _has_group(self) -> bool:
        """Whether there is a group, whose number is not yet given back."""
        return self._led and self._handle.exit_fd >= 0

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

    @staticmethod
    def _lives(root: int) -> bool:
        """Say whether the group of *root* has members other than zombies."""
        try:
            os.killpg(root, 0)
        except (ProcessLookupError, PermissionError):
            return False
        # The root, ended but not reaped yet, counts as a member: so look who
        # it is. Rare and bounded: this is reached once all known ones ended.
        return bool(proc.members_of({root}))


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
        if (yield from _gone(tree, step.signal, step.grace)):
            return
    yield from _freeze(tree)
    deadline = time.monotonic() + KILL_TIMEOUT
    while True:
        # Again and again: where it could not be frozen, a member may be forking.
        tree.signal(signal.SIGKILL)
        if (yield from _gone(tree, signal.SIGKILL, LONGEST_PAUSE)):
            return
        if time.monotonic() > deadline:
            raise KillTimeout(tree.remaining(), KILL_TIMEOUT)


def _gone(tree: Tree, number: int, grace: float) -> Generator[float, None, bool]:
    """Wait until nothing of *tree* is left; False after *grace* seconds.

    Who is found by the cookie only gets *number* too, and what is left of the
    time: once all others have ended, or do not do so at once.
    """
    deadline = time.monotonic() + grace
    pause = FIRST_PAUSE
    while True:
        if not tree.remaining():
            since = time.monotonic()
            if tree.hides and crowded():
                yield FIRST_PAUSE
            tree.search(since, number)
            if tree.is_over:
                tree.sweep()
                return True
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        yield min(pause, left)
        tree.look()
        if pause < LONGEST_PAUSE:
            pause = min(2 * pause, LONGEST_PAUSE)
            if pause == LONGEST_PAUSE:  # once
                tree.search(time.monotonic(), number)


def _freeze(tree: Tree) -> Iterator[float]:
    """Stop every member, so that none can start another while we kill."""
    if tree.alone:
        return
    for _ in range(FREEZES):
        tree.signal(signal.SIGSTOP)
        since = time.monotonic()
        yield FIRST_PAUSE
        if not tree.look() + tree.search(since, signal.SIGSTOP):
            return


def _followed(number: int) -> tuple[int, ...]:
    """Return *number* with what has to follow it, if it is not to wait."""
    if number in {signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT}:
        return (number,)
    return number, signal.SIGCONT
