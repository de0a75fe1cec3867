"""What becomes of our children when this program ends by itself.

Layer: launch.

They end too: those that run when the interpreter exits get SIGTERM, a moment,
then SIGKILL, with their trees. Not those that were started ``detached=True``
or let go by ``unref()``.
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

from child_process._launch.tree import Tree, bring_down
from child_process._values.teardown import Step, Teardown
from child_process.errors import KillTimeout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._launch.ports import ProcessHandle

__all__ = ["guard", "let_go", "orphaned", "stopping", "take_over"]

MOMENT: Final = 0.25
"""Seconds that the children have between SIGTERM and SIGKILL."""
POLITELY: Final = Teardown((Step(signal.SIGTERM, MOMENT),))

STARTING: Final = 2.0
"""Seconds that a start may take which is under way at the exit."""

LOOK: Final = 0.005
"""Seconds between two looks at trees that are being ended."""

_guarded: dict[int, ProcessHandle] = {}
_stopping: set[int] = set()
"""Those whose trees are being ended: not over when the process is."""
_orphans: set[int] = set()
_owner = os.getpid()
_reaping = threading.Lock()
_ending = threading.Event()
"""Set once `_end_all` walks: what it signals must not be reaped meanwhile."""


def guard(handle: ProcessHandle) -> None:
    """End *handle*'s process at exit, should it still run then."""
    _guarded[id(handle)] = handle


def let_go(handle: ProcessHandle) -> None:
    """Leave *handle*'s process alone: it has ended, or may live on."""
    _guarded.pop(id(handle), None)
    _stopping.discard(id(handle))


def take_over(handle: ProcessHandle, successor: ProcessHandle) -> None:
    """Have *successor* stand for *handle* from now on, if that is guarded."""
    if _guarded.pop(id(handle), None) is not None:
        guard(successor)


def stopping(handle: ProcessHandle) -> None:
    """Note that *handle*'s tree is being ended: `let_go` follows when it is over."""
    _stopping.add(id(handle))


def orphaned(handle: ProcessHandle, tree: Tree | None = None) -> None:
    """Reap *handle*'s process once it ends: the loop that would have is gone.

    Args:
        handle: Of a process that was started.
        tree: What the loop was about to end: that is done first.
    """
    if sys.is_finalizing():
        return  # `_end_all` has been; a thread would never begin
    if id(handle) in _orphans or (handle.exit_fd < 0 and tree is None):
        return  # a thread waits for it, or has reaped it
    _orphans.add(id(handle))
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
            _orphans.discard(id(handle))


def _goes_on(walk: Iterator[float]) -> bool:
    try:
        return next(walk, None) is not None
    except KillTimeout:
        return False  # the system holds it; this program ends all the same


@atexit.register
def _end_all() -> None:
    if os.getpid() != _owner:
        return  # a fork of this program: the children are not its own
    with _reaping:
        _ending.set()
    walks = []
    for handle in [*_guarded.values()]:
        # The launcher's thread may be at it, or about to.
        handle.wait_started(STARTING)
        if handle.send_signal(0) or id(handle) in _stopping:
            tree = Tree(handle, group=handle.leads_group)
            walks.append(bring_down(tree, POLITELY))
    while walks:
        walks = [walk for walk in walks if _goes_on(walk)]
        time.sleep(LOOK)
    # While everything that a handle's `__del__` needs is still there.
    _guarded.clear()
