"""The guardian: a process beside this one that ends our children if we die.

Layer: launch.

However this program ends, by SIGKILL, a segmentation fault or ``os._exit``, a
pipe ends with it that nobody else can write to. The guardian reads that pipe:
it is told of every child before the child runs, and again when the child is not
ours any more; when the pipe ends it kills what is left, with all descendants
(`_guard`). It is no child of ours, so that no ``wait()`` meets it, in a session
of its own, and ignores what a terminal or a supervisor sends us.

It is started beside the first child, by a thread that then watches it. It is
replaced when it dies: we keep the pipe's other end as well, so that nothing told
meanwhile is lost, and no write can fail.
"""

from __future__ import annotations

import errno
import logging
import os
import select
import sys
import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from child_process._launch import proc, wards
from child_process._launch.at_once import write_at_once
from child_process._launch.choosing import has_native
from child_process._values.plan import LaunchPlan
from child_process._values.stdio import Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from child_process._launch.handle import PosixHandle
    from child_process._launch.native import NativeHandle

    Handle: TypeAlias = NativeHandle | PosixHandle
    Start: TypeAlias = tuple[Handle, int]

__all__ = ["THREAD_NAME", "Guardian", "guardian"]

THREAD_NAME: Final = "child-process-guardian"
PROGRAM: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_guard.py")
PAUSES: Final = (0.0, 0.0, 0.1, 1.0, 10.0, 60.0)
"""Seconds before a guardian that died is replaced: more where the last did, too."""
HOPELESS: Final = 3
"""Failures one after the other that are worth a word: the first may be chance."""
PATIENCE: Final = 1.0
"""Seconds that the first start may have to wait for the guardian's."""
SETTLED: Final = 1.0
"""Seconds after which one that died is not taken for one that cannot run."""

# What a Python may need that lies in an unusual place; nothing else is passed on.
_LIBRARIES: Final = (b"LD_LIBRARY_PATH", b"DYLD_LIBRARY_PATH")

_log: Final = logging.getLogger("child_process")


class Guardian:
    """What this program tells its guardian, and how that is kept alive.

    Attributes:
        begun: Whether there is one, or will be: a child was expected.
        pid: Its process; None where none runs, or has not answered yet.
    """

    def __init__(self) -> None:
        self._fds: list[int] = []
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        """Begin anew: a fork of this program has children, and a guardian, of its own.

        Above all it must not hold the pipe open that ends with its parent.
        """
        for fd in self._fds:
            os.close(fd)
        self._fds = []
        self._told: dict[bytes, bytes] = {}
        self._since: dict[bytes, int] = {}
        self._lock = threading.RLock()
        self._read = self._write = -1
        self._first = threading.Event()
        self._start: Start | None = None
        self.begun: bool = False
        self._kept = self._late = False
        self.pid: int | None = None

    @property
    def descriptors(self) -> frozenset[int]:
        """Those it keeps open for as long as this program runs."""
        return frozenset(self._fds)

    def expect(self, word: bytes) -> None:
        """Say that a child that bears *word* is about to run."""
        if word in self._since:
            return
        self._since[word] = _ticks() - 1
        self._add(word, wards.expected(word))

    def wait_begun(self) -> None:
        """Wait until there is a process, should this be the first start."""
        # Asked first, which takes no lock: an interrupt may leave one taken.
        if self._kept and not self._first.is_set():
            self._first.wait(PATIENCE)

    def started(self, word: bytes, pid: int, *, group: bool) -> None:
        """Say that it runs: as process *pid*, which may lead a *group*."""
        since = self._since.pop(word, None)
        if since is not None:  # else it has been let go meanwhile
            ticks = since, _ticks() + 1
            self._add(word, wards.started(word, pid, ticks, group=group))

    def take_back(self, word: bytes, pid: int, *, group: bool) -> None:
        """Say that process *pid*, which had been let go, is ours to end again."""
        at = proc.began(pid)
        if at is not None:
            self._add(word, wards.started(word, pid, (at, at), group=group))

    def ended(self, word: bytes) -> None:
        """Say that it is not ours to end any more."""
        self._since.pop(word, None)
        if self._told.pop(word, None) is not None:
            self._tell(wards.ended(word))

    # Telling

    def _add(self, word: bytes, line: bytes) -> None:
        if not self.begun and not _can_be_started():
            return
        self._told[word] = line
        if not self.begun:
            self._begin()
            return
        self._tell(line)
        if not self._kept:  # there was no room for a thread
            self._kept = _run(self._keep_alive)

    def _tell(self, line: bytes) -> None:
        if self._late:
            return  # all there is will be told
        if write_at_once(self._write, line) == errno.EAGAIN:
            # It was stopped, or gets no time. Nobody waits for it.
            self._late = True
            _run(self._catch_up)

    def _catch_up(self) -> None:
        poller = select.poll()
        poller.register(self._write, select.POLLOUT)
        poller.poll()
        self._tell_all()

    def _tell_all(self) -> None:
        self._late = False
        self._tell(wards.FORGET)
        for word, line in [*self._told.items()]:
            self._tell(line)
            if word not in self._told:  # since we looked
                self._tell(wards.ended(word))

    # Keeping it alive

    def _begin(self) -> None:
        """Make the pipe, tell it what there is, and only then have it read.

        Where the program dies right after its first start, the guardian finds
        in the pipe what it was told.
        """
        with self._lock:
            if self.begun:
                self._tell_all()
                return
            try:
                self._read, self._write = _pipe()
            except OSError:
                return  # no descriptor is left: the next start tries again
            self._fds += self._read, self._write
            self.begun = True
            self._tell_all()
            try:
                self._start = self._prepare()
                self._start[0].start_first()
            except OSError:
                pass  # the thread tries again
            finally:  # interrupted, even
                self._kept = _run(self._keep_alive)

    def _prepare(self) -> Start:
        """Return the first process of a guardian, and where that answers.

        Raises:
            OSError: No descriptor is left.
        """
        answer, theirs = os.pipe()
        self._fds.append(answer)
        try:
            return _handle(_plan(self._read, theirs)), answer
        finally:
            os.close(theirs)

    def _keep_alive(self) -> None:
        """Watch it, and start another one when it has ended, as long as we live."""
        failures = 0
        while True:
            began = time.monotonic()
            answered = self._start_and_watch()
            if not self.begun:
                return
            failures = 0 if time.monotonic() - began > SETTLED else failures + 1
            runs = any(line.startswith(b"@") for line in self._told.values())
            if runs and (answered or failures == HOPELESS):
                self._warn(answered=answered)
            time.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            self._tell_all()

    def _start_and_watch(self) -> bool:
        """Return once a guardian has ended; say whether it had begun at all."""
        start, self._start = self._start, None
        try:
            handle, answer = start or self._prepare()
        except OSError:
            self._first.set()
            return False
        handle.wait_started()
        self._first.set()
        if handle.error is None:
            return self._watch(handle, answer)
        self._close(answer)
        return False

    def _watch(self, handle: Handle, answer: int) -> bool:
        """Return once it has ended; say whether it had begun at all."""
        said = os.read(answer, 99)
        poller = select.poll()
        poller.register(handle.exit_fd, select.POLLIN)
        poller.poll()  # the process that made it one of no parent
        handle.reap()
        if said:
            self.pid = int(said)
            os.read(answer, 1)
        self.pid = None
        self._close(answer)
        return bool(said)

    @staticmethod
    def _warn(*, answered: bool) -> None:
        if answered:
            _log.warning("the guardian of our children ended: another one is started")
        else:
            _log.warning(
                "no guardian for our children could be started by %s: should this "
                "program be killed, they live on",
                sys.executable,
            )

    def _close(self, fd: int) -> None:
        self._fds.remove(fd)
        os.close(fd)


def _handle(plan: LaunchPlan) -> Handle:
    """Return a handle of the same kind as children have: its modules are loaded."""
    if has_native():
        from child_process._launch.native import NativeHandle

        return NativeHandle(plan)
    from child_process._launch.handle import PosixHandle

    return PosixHandle(plan, _nobody)


def _pipe() -> tuple[int, int]:
    """Return both ends of a pipe; the one to write to does not block."""
    read, write = os.pipe()
    try:
        os.set_blocking(write, False)
    except OSError:
        os.close(read)
        os.close(write)
        raise
    return read, write


def _plan(read: int, answer: int) -> LaunchPlan:
    title = f"ends what process {os.getpid()} started, once that is dead"
    environ = {name: os.environb[name] for name in _LIBRARIES if name in os.environb}
    return LaunchPlan(
        file=sys.executable,
        program=sys.executable,
        argv=(sys.executable, "-I", "-S", PROGRAM, title),
        environ=environ,
        cwd="/",
        stdio=(read, answer, Slot.IGNORE),
        session=True,
        group=False,
        uid=None,
        gid=None,
        shell=False,
    )


def _can_be_started() -> bool:
    """Say whether `sys.executable` is a Python: where we are embedded, it is not."""
    return _is_python(sys.executable or "") and not getattr(sys, "frozen", False)


@cache
def _is_python(executable: str) -> bool:
    name = os.path.basename(executable).lower()
    return "python" in name or "pypy" in name


def _run(target: Callable[[], None]) -> bool:
    """Run *target* on a thread that holds nobody up; False where there is no room."""
    thread = threading.Thread(target=target, name=THREAD_NAME, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return False  # or the interpreter is about to exit
    return True


def _ticks() -> int:
    """Return the time since the system's start, as ``/proc`` counts it."""
    return int(time.clock_gettime(_CLOCK) * _TICKS)


def _nobody(*_: object) -> None:
    """Stand for the launcher's thread: a guardian is started right here."""


_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_TICKS: Final = os.sysconf("SC_CLK_TCK")

guardian: Final = Guardian()
"""This program's."""
