"""What becomes of our children when this program ends by itself.

Layer: launch.

They end too: those that run when the interpreter exits get SIGTERM, a moment,
then SIGKILL, with their trees. Not those that were started ``detached=True`` or
``die_with_parent=False``, or let go by ``unref()``. Who is to end so is what the
guardian is told, too: it does the same where the interpreter does not get to it.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

from child_process._launch.guardian import guardian
from child_process._launch.tree import Tree, bring_down
from child_process._values.teardown import Step, Teardown
from child_process.errors import KillTimeout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._launch.ports import ProcessHandle

__all__ = [
    "guard",
    "let_go",
    "orphaned",
    "started",
    "starting",
    "stopping",
    "take_over",
]

MOMENT: Final = 0.25
"""Seconds that the children have between SIGTERM and SIGKILL."""
POLITELY: Final = Teardown((Step(signal.SIGTERM, MOMENT),))

STARTING: Final = 2.0
"""Seconds that a start may take which is under way at the exit."""

LOOK: Final = 0.005
"""Seconds between two looks at trees that are being ended."""

_guarded: dict[object, ProcessHandle] = {}
_stopping: set[object] = set()
"""Those whose trees are being ended: not over when the process is."""
_orphans: set[object] = set()
_reaping = threading.Lock()
_ending = threading.Event()
"""Set once `_end_all` walks: what it signals must not be reaped meanwhile."""


def _key(handle: ProcessHandle) -> object:
    """Return what names *handle*'s process, also for a handle around that one."""
    return handle.cookie or id(handle)


def guard(handle: ProcessHandle) -> None:
    """End *handle*'s process when this program ends, should it still run then."""
    _guarded[_key(handle)] = handle
    if handle.pid is not None and handle.cookie is not None:
        guardian.take_back(handle.cookie, handle.pid, group=handle.leads_group)


def starting(handle: ProcessHandle, *, wait: bool = False) -> None:
    """Tell the guardian that *handle*'s process is about to run.

    Args:
        handle: Not started yet.
        wait: Whether to wait for the very first guardian, a millisecond; not on
            a loop's thread.
    """
    if handle.cookie is not None and _key(handle) in _guarded:
        guardian.expect(handle.cookie)
        if wait:
            guardian.wait_begun()


def started(handle: ProcessHandle) -> None:
    """Tell the guardian what came of it."""
    if handle.cookie is None:
        return
    if handle.pid is not None:
        guardian.started(handle.cookie, handle.pid, group=handle.leads_group)
    if handle.pid is None or _key(handle) not in _guarded:  # let go meanwhile
        guardian.ended(handle.cookie)


def let_go(handle: ProcessHandle) -> None:
    """Leave *handle*'s process alone: it has ended, or may live on."""
    _guarded.pop(_key(handle), None)
    _stopping.discard(_key(handle))
    if handle.cookie is not None:
        guardian.ended(handle.cookie)


def take_over(handle: ProcessHandle, successor: ProcessHandle) -> None:
    """Have *successor* stand for *handle* from now on, if that is guarded."""
    if _guarded.pop(_key(handle), None) is not None:
        guard(successor)


def stopping(handle: ProcessHandle) -> None:
    """Note that *handle*'s tree is being ended: `let_go` follows when it is over."""
    _stopping.add(_key(handle))


def orphaned(handle: ProcessHandle, tree: Tree | None = None) -> None:
    """Reap *handle*'s process once it ends: the loop that would have is gone.

    Args:
        handle: Of a process that was started.
        tree: What the loop was about to end: that is done first.
    """
    if sys.is_finalizing():
        return  # `_end_all` has been; a thread would never begin
    if _key(handle) in _orphans or (handle.exit_fd < 0 and tree is None):
        return  # a thread waits for it, or has reaped it
    _orphans.add(_key(handle))
    thread = threading.Thread(
        target=_reap_later,
        args=(handle, tree),
        name="child-process-orphan",
        daemon=True,
    )
    try:
        thread.start()
    except RuntimeError:
        return  # the same, told in another way


def _reap_later(handle: ProcessHandle, tree: Tree | None) -> None:
    if tree is not None:
        walk = bring_down(tree, POLITELY)
        while not _ending.is_set() and _goes_on(walk):
            time.sleep(LOOK)
    if handle.exit_fd >= 0:
        poller = select.poll()  # select() stops at descriptor 1023
        poller.register(handle.exit_fd, select.POLLIN)
        poller.poll()
    with _reaping:
        if not _ending.is_set():
            handle.reap()
            let_go(handle)
            _orphans.discard(_key(handle))


def _goes_on(walk: Iterator[float]) -> bool:
    try:
        return next(walk, None) is not None
    except KillTimeout:
        return False  # the system holds it; this program ends all the same


def _begin_anew() -> None:
    """Have no children: this is a fork of the program that started them."""
    global _reaping  # noqa: PLW0603 - a lock stays as it was in a fork
    _guarded.clear()
    _stopping.clear()
    _orphans.clear()
    _reaping = threading.Lock()


os.register_at_fork(after_in_child=_begin_anew)


@atexit.register
def _end_all() -> None:
    with _reaping:
        _ending.set()
    walks = []
    for handle in [*_guarded.values()]:
        # The launcher's thread may be at it, or about to.
        handle.wait_started(STARTING)
        if handle.send_signal(0) or _key(handle) in _stopping:
            tree = Tree(handle, group=handle.leads_group)
            walks.append(bring_down(tree, POLITELY))
    while walks:
        walks = [walk for walk in walks if _goes_on(walk)]
        time.sleep(LOOK)
    # While everything that a handle's `__del__` needs is still there.
    _guarded.clear()
