"""The launcher in plain Python: `ThreadLauncher`.

Layer: launch.

One thread starts everything: the loop is free meanwhile, since the C call
releases the interpreter's lock. The thread is made with the first start, and
again in a fork of this program; it never ends before the program does.
"""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from child_process._launch import at_exit
from child_process._launch.cookie import marked
from child_process._launch.handle import PosixHandle

if TYPE_CHECKING:
    from collections.abc import Callable

    from child_process._values.plan import LaunchPlan

    Start = tuple[PosixHandle, Callable[[], None]]

__all__ = ["THREAD_NAME", "ThreadLauncher"]

THREAD_NAME = "child-process-launcher"


class ThreadLauncher:
    """Starts processes, one after the other, on a thread of its own."""

    _queue: SimpleQueue[Start]
    _lock: threading.Lock
    _running: bool

    def __init__(self) -> None:
        self._forget_thread()
        os.register_at_fork(after_in_child=self._forget_thread)

    def launch(self, plan: LaunchPlan) -> PosixHandle:
        """Return a handle for *plan*, with its pipes made; see `Launcher`."""
        handle = PosixHandle(marked(plan), self._submit)
        if plan.die_with_parent and handle.error is None:
            at_exit.guard(handle)
        return handle

    def _submit(self, handle: PosixHandle, done: Callable[[], None]) -> None:
        try:
            self._run_thread()
        except RuntimeError:
            # The system has no room for a thread: start here, and let the
            # caller wait. There will hardly be room for a process either.
            handle.wait_started()
            done()
            return
        self._queue.put((handle, done))

    def _run_thread(self) -> None:
        if self._running:
            return
        with self._lock:
            if not self._running:
                threading.Thread(
                    target=_start_all,
                    args=(self._queue,),
                    name=THREAD_NAME,
                    daemon=True,
                ).start()
                self._running = True

    def _forget_thread(self) -> None:
        """Begin anew: threads do not live on in a fork, locks stay as they were."""
        self._queue = SimpleQueue()
        self._lock = threading.Lock()
        self._running = False


def _start_all(queue: SimpleQueue[Start]) -> None:
    while True:
        handle, done = queue.get()
        handle.wait_started()
        done()
        # Until the next start nothing here may keep the last one alive.
        del handle, done
