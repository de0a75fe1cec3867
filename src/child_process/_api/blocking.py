"""A process run to its end without a loop: `run_to_end`.

Layer: api.

The same decisions as on the loop, driven by ``poll``: works inside a running
event loop too, which then stands still, as Node's does.
"""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING, Any

from child_process._launch import at_exit
from child_process._launch.oversight import Oversight
from child_process._launch.tree import Tree, bring_down
from child_process._protocol.collector import Collector
from child_process._protocol.ending import Ending, Silence
from child_process._protocol.exceeding import is_watched
from child_process._protocol.outcome import Facts
from child_process._values.options import DRAIN
from child_process._values.teardown import AT_ONCE
from child_process.errors import ExitStatusLost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from child_process._launch.ports import ProcessHandle
    from child_process._values.options import RunOptions
    from child_process._values.status import ExitStatus
    from child_process._values.teardown import Teardown

__all__ = ["run_to_end"]

READ_SIZE = 64 * 1024
LONGEST_WAIT = 1.0
"""Seconds of one wait: a signal that came right before it, whose handler has not
run yet, does not end it. So long may Ctrl-C take then."""
GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


def run_to_end(
    handle: ProcessHandle, options: RunOptions, source: Iterator[bytes], command: str
) -> Facts:
    """Start *handle*'s process, feed and read it; return how it went.

    Whatever is raised meanwhile, KeyboardInterrupt for one, the process and
    its tree have ended before it is raised further.

    Args:
        handle: Not started yet.
        options: Its limits.
        source: What it reads on stdin.
        command: As one would type it.

    Raises:
        SpawnError: It could not be started.
        KillTimeout: The system holds a process that was killed.
        ExitStatusLost: Other code took its status.
    """
    run = _Run(handle, options, source)
    try:
        handle.wait_started()
        if handle.error is None:
            run.started_at = time.monotonic()
            run.loop()
    except BaseException:
        run.abandon()
        raise
    finally:
        run.close()
    if handle.error is not None:
        raise handle.error
    return Facts(
        command=command,
        pid=handle.pid,
        status=run.status,
        usage=handle.usage,
        kept=run.kept,
        slots=len(options.stdio),
        seconds=time.monotonic() - run.started_at,
        reason=run.ending.reason,
        drained=run.drained,
    )


class _Run:
    def __init__(
        self, handle: ProcessHandle, options: RunOptions, source: Iterator[bytes]
    ) -> None:
        self.ending = Ending()
        self.status: ExitStatus | None = None
        self.started_at = time.monotonic()
        self.drained = True
        self._handle = handle
        self._options = options
        self._source = source
        self._pending: memoryview | None = None
        self._stdin = handle.fds.pop(0, -1)
        self._readers = {fd: index for index, fd in handle.fds.items()}
        self.kept = {
            index: Collector(_NAMES.get(index, f"stdio[{index}]"), options.max_buffer)
            for index in self._readers.values()
        }
        self._total = 0
        self._silence: Silence | None = None
        self._walk: Iterator[float] | None = None
        self._next_step = 0.0
        self._oversight: Oversight | None = None
        self._poll = select.poll()
        handle.fds.clear()  # they are ours from here on

    def loop(self) -> None:
        if self._options.limits is not None and is_watched(self._options.limits):
            self._oversight = Oversight(self._handle, self._options.limits)
        self._poll.register(self._handle.exit_fd, select.POLLIN)
        for fd in self._readers:
            self._poll.register(fd, select.POLLIN)
        if self._stdin >= 0:
            self._poll.register(self._stdin, select.POLLOUT)
        while self.status is None or self._readers or self._walk is not None:
            for fd, _ in self._poll.poll(self._patience()):
                self._event(fd)
            self._look_at_the_clock()

    def close(self) -> None:
        """Close what is open: our ends of the pipes."""
        self._close_stdin()
        for fd in [*self._readers]:
            self._close_reader(fd)
        at_exit.let_go(self._handle)

    def abandon(self) -> None:
        """End what runs, before an exception goes on."""
        if self._handle.pid is None:
            return
        walk = self._walk or self._teardown()
        try:
            for pause in walk:
                time.sleep(pause)
        finally:
            self._handle.reap()
            if self._handle.exit_fd >= 0:
                # The system holds it. It was killed, and will go some day.
                at_exit.orphaned(self._handle)

    # Facts

    def _event(self, fd: int) -> None:
        if fd == self._stdin:
            self._write()
        elif fd in self._readers:
            self._read(fd)
        elif fd == self._handle.exit_fd and self.status is None:
            self._exited()

    def _exited(self) -> None:
        try:
            status = self._handle.poll()
        except ExitStatusLost:
            self._handle.reap()
            raise
        if status is None:
            return
        self.status = status
        self._poll.unregister(self._handle.exit_fd)
        self._close_stdin()
        if self._walk is None:
            self._end_what_is_left()
        if self._walk is None:
            self._handle.reap()
            at_exit.let_go(self._handle)
        limit = self._options.drain
        if limit is None and self.ending.reason is not None:
            limit = DRAIN
        if limit is not None:
            self._silence = Silence(limit, time.monotonic(), self._total)

    def _end_what_is_left(self) -> None:
        # A tree that has limits goes as a whole: nobody would hold it to them.
        limit = None if self._oversight is None else self._oversight.last_look()
        if limit is not None:
            self.ending.because(limit)
            self._walk = self._teardown(AT_ONCE)
        elif self._options.tree == "all" or self._oversight is not None:
            self._walk = self._teardown()

    def _read(self, fd: int) -> None:
        try:
            chunk = os.read(fd, READ_SIZE)
        except BlockingIOError:
            return
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            self._close_reader(fd)
            return
        self._total += len(chunk)
        kept = self.kept[self._readers[fd]]
        if not kept.feed(chunk) and self._options.overflow == "kill":
            self.ending.because("max_buffer")
            # The signal first: a closed pipe would end it in another way.
            self._bring_down()
            self._close_reader(fd)
            self.drained = False

    def _write(self) -> None:
        if self._pending is None:
            piece = next(self._source, None)
            if piece is None:
                self._close_stdin()
                return
            self._pending = memoryview(piece)
        try:
            written = os.write(self._stdin, self._pending)
        except BlockingIOError:
            return
        except OSError:
            # It reads no more: what it does not want is no error of ours.
            self._close_stdin()
            return
        self._pending = self._pending[written:] or None

    # Time

    def _patience(self) -> float:
        """Return how many milliseconds may pass until the clock matters."""
        now = time.monotonic()
        moments = [now + LONGEST_WAIT]
        if self._walk is not None:
            moments.append(self._next_step)
        elif self._options.timeout is not None:
            moments.append(self.started_at + self._options.timeout)
        if self._oversight is not None and self._walk is None and not self.status:
            moments.append(self._oversight.due)
        if self._silence is not None:
            moments.append(self._silence.due)
        return 1000 * max(0.0, min(moments) - now)

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        limit = self._options.timeout
        if limit is not None and now >= self.started_at + limit:
            if self.status is None:
                self.ending.because("timeout")
                self._bring_down()
            elif self._options.drain is None:
                self._cut()
        self._oversee(now)
        if self._walk is not None and (now >= self._next_step or self.status):
            self._step(now)
        if self._silence is not None and self._silence.look(now, self._total):
            self._silence = None
            self._cut()

    def _oversee(self, now: float) -> None:
        if self._oversight is None or self._walk is not None or self.status:
            return
        if now >= self._oversight.due and (reason := self._oversight.look()):
            self.ending.because(reason)
            if self._options.tree is not False:
                self._oversight.strike()
            self._bring_down(AT_ONCE)

    def _bring_down(self, teardown: Teardown | None = None) -> None:
        if self._walk is None and self.status is None:
            self._walk = self._teardown(teardown)
            self._step(time.monotonic())

    def _teardown(self, teardown: Teardown | None = None) -> Iterator[float]:
        alone = self._options.tree is False
        tree = Tree(self._handle, group=self._handle.leads_group, alone=alone)
        return bring_down(tree, teardown or self._options.teardown)

    def _step(self, now: float) -> None:
        assert self._walk is not None, "asked before"
        pause = next(self._walk, None)
        if pause is not None:
            self._next_step = now + pause
            return
        self._walk = None
        if self.status is None:
            self._exited()
        self._handle.reap()

    # Descriptors

    def _cut(self) -> None:
        self.drained = self.drained and not self._readers
        for fd in [*self._readers]:
            self._close_reader(fd)

    def _close_reader(self, fd: int) -> None:
        del self._readers[fd]
        self._unregister(fd)
        os.close(fd)

    def _close_stdin(self) -> None:
        if self._stdin >= 0:
            fd, self._stdin = self._stdin, -1
            self._unregister(fd)
            os.close(fd)

    def _unregister(self, fd: int) -> None:
        try:
            self._poll.unregister(fd)
        except KeyError:
            return  # closed before the loop began


_NAMES: dict[int, Any] = {1: "stdout", 2: "stderr"}
