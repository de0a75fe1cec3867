"""What fails in a start, and who lets it fail: `Control`, `Answering`.

The host and its parent share a page of memory: the host says which trial it is
at, and when it is disturbed. The parent answers each system call of the host
that a filter holds up: it counts, lets pass, and lets fail.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import select
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.support import system_calls

BIRTHS: Final = frozenset({"clone", "clone3", "fork", "vfork"})
"""Every way to make a process or a thread, called "birth" together."""

Trial = tuple[str, str, int, int]
"""The scenario; the call that fails; which one of that name, counted from 1, or
0 for every one; and the errno, or 0 where nothing fails."""


class Control:
    """What a host and its parent tell one another: one page of shared memory."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, 4096)

    @property
    def turn(self) -> int:
        """Which trial the host is at, counted from 0."""
        return int.from_bytes(self._page[1:5], "little")

    @turn.setter
    def turn(self, number: int) -> None:
        self._page[1:5] = number.to_bytes(4, "little")

    @property
    def armed(self) -> bool:
        """Whether calls are counted, and may fail, at this moment."""
        return self._page[0] == 1

    @contextlib.contextmanager
    def disturbing(self) -> Iterator[None]:
        """Have calls counted, and failing, within the block."""
        self._page[0] = 1
        try:
            yield
        finally:
            self._page[0] = 0


@dataclass(slots=True)
class Count:
    """What was called in one trial, and how often it failed."""

    seen: Counter[str] = field(default_factory=Counter)
    failed: int = 0


class Answering:
    """Answers the calls of one process; knows which are of its start.

    Args:
        host: The process.
        trials: What fails in each.
    """

    def __init__(self, host: int, trials: Sequence[Trial]) -> None:
        self.counts = [Count() for _ in trials]
        self._host = host
        self._trials = trials
        self._command = _command_of(host)
        self._programs: set[int] = set()
        self._about_to_be: set[int] = set()

    def answer_all(self, listener: int, control: Control) -> None:
        """Answer until the host has ended."""
        ended = os.pidfd_open(self._host)
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        poll.register(ended, select.POLLIN)
        while True:
            ready = dict(poll.poll())
            if ready.get(listener, 0) & select.POLLIN:
                held = system_calls.next_call(listener)
                if held is not None:
                    ident, thread, name = held
                    error = self._error(thread, name, control) if control.armed else 0
                    system_calls.answer(listener, ident, error)
            elif ended in ready:
                break
        os.close(ended)

    def _error(self, thread: int, name: str, control: Control) -> int:
        if self._is_a_program(thread):
            return 0
        count = self.counts[control.turn]
        count.seen[name] += 1
        _, call, nth, number = self._trials[control.turn]
        names = BIRTHS if call == "birth" else {call}
        if number and name in names and nth in {0, count.seen[name]}:
            count.failed += 1
            return number
        if name in {"execve", "execveat"}:
            self._about_to_be.add(thread)
        return 0

    def _is_a_program(self, thread: int) -> bool:
        """Say whether *thread* is past its exec: no longer the start's business."""
        if thread in self._about_to_be and _command_of(thread) != self._command:
            self._programs.add(thread)
        if thread in self._programs:
            return True
        if os.path.exists(f"/proc/{self._host}/task/{thread}"):
            return False
        # What a program forks, without an exec of its own, is its business too.
        return _command_of(thread) != self._command


def _command_of(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""
