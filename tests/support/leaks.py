"""What a test left behind: processes, descriptors, threads.

A process counts as the test's when it is a child of this process (a zombie
too), or when its environment holds the test's token, wherever it was reparented
to, or when it descends from one that counts. A child that was given an
environment of its own is found by the first rule only.

Source: proc(5). On systems without ``/proc`` only children are seen, by ``ps``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from child_process._launch.guardian import guardian

VARIABLE: Final = "CHILD_PROCESS_TEST"

# Threads that the library keeps for good, by the start of their names.
LASTING_THREADS: Final = ("child-process-launcher", "child-process-guardian")

PROC: Final = Path("/proc")
HAS_PROC: Final = (PROC / "self" / "stat").exists()
DESCRIPTORS: Final = "/proc/self/fd" if HAS_PROC else "/dev/fd"


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the system."""

    pid: int
    parent: int
    state: str

    def __str__(self) -> str:
        what = "zombie" if self.state == "Z" else "process"
        return f"{what} {self.pid}, child of {self.parent}: {command_of(self.pid)}"


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What was there after a test and not before it."""

    processes: frozenset[Process]
    descriptors: frozenset[tuple[int, str]]
    threads: frozenset[threading.Thread]

    def __bool__(self) -> bool:
        return bool(self.processes or self.descriptors or self.threads)

    def __str__(self) -> str:
        return "\n".join(
            [
                *sorted(f"  {process}" for process in self.processes),
                *sorted(f"  descriptor {fd}: {to}" for fd, to in self.descriptors),
                *sorted(f"  thread {thread.name!r}" for thread in self.threads),
            ]
        )


class Watch:
    """What there was before a test; asked afterwards what is new.

    Args:
        token: The value of `VARIABLE` in the test's environment.
    """

    def __init__(self, token: str) -> None:
        self._mark = f"{VARIABLE}={token}".encode()
        self._pids = pids()
        self._descriptors = descriptors()
        self._threads = frozenset(threading.enumerate())

    def leftovers(self) -> Leftovers:
        """Return what is there now and was not before."""
        return Leftovers(
            self._processes(),
            descriptors() - self._descriptors,
            frozenset(
                thread
                for thread in threading.enumerate()
                if thread not in self._threads
                and not thread.name.startswith(LASTING_THREADS)
            ),
        )

    def settled(self, seconds: float) -> Leftovers:
        """Return what is still there once nothing is, or after *seconds*.

        What was killed a moment ago takes the system a moment to take away.
        """
        deadline = time.monotonic() + seconds
        pause = 0.001
        while (left := self.leftovers()) and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        return left

    def _processes(self) -> frozenset[Process]:
        # Only those with a new pid are looked at: this runs after every test,
        # and within one test the system does not come round to a pid again.
        new = processes(pids() - self._pids)
        ours = {one for one in new if self._is_ours(one)}
        while more := {one for one in new if one not in ours and is_below(one, ours)}:
            ours |= more
        return frozenset(ours)

    def _is_ours(self, process: Process) -> bool:
        if process.parent == os.getpid():
            return True
        with suppress(OSError):
            environ = (PROC / str(process.pid) / "environ").read_bytes()
            return self._mark in environ.split(b"\0")
        return False


def is_below(process: Process, some: Iterable[Process]) -> bool:
    """Whether *process* is a child of one of *some*."""
    return any(process.parent == one.pid for one in some)


def pids() -> frozenset[int]:
    """Return the pid of every process of the system."""
    if HAS_PROC:
        return frozenset(int(name) for name in os.listdir(PROC) if name.isdecimal())
    return frozenset(process.pid for process in _from_ps())


def processes(some: frozenset[int]) -> list[Process]:
    """Return those of the processes *some* that are still there."""
    if not HAS_PROC:
        return [process for process in _from_ps() if process.pid in some]
    found = []
    for pid in some:
        # It may have ended since it was listed.
        with suppress(OSError):
            stat = (PROC / str(pid) / "stat").read_bytes()
            # The command in brackets may itself hold brackets and blanks.
            state, parent = stat.rpartition(b")")[2].split()[:2]
            found.append(Process(pid, int(parent), state.decode()))
    return found


def _from_ps() -> list[Process]:
    argv = ["ps", "-axo", "pid=,ppid=,state="]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as ps:
        lines, _ = ps.communicate()
    found = []
    for line in lines.splitlines():
        pid, parent, state = line.split()
        if int(pid) != ps.pid:
            found.append(Process(int(pid), int(parent), state[0]))
    return found


def descriptors() -> frozenset[tuple[int, str]]:
    """Return the open descriptors of this process and what each leads to.

    Not those to the guardian: like its thread they are for good, from the first
    child on, and when the guardian is replaced there are others.
    """
    found = set()
    for name in os.listdir(DESCRIPTORS):
        # The listing's own descriptor is closed by now.
        with suppress(OSError):
            target = (
                os.readlink(f"{DESCRIPTORS}/{name}")
                if HAS_PROC
                else str(os.fstat(int(name)).st_ino)
            )
            found.add((int(name), target))
    lasting = guardian.descriptors
    return frozenset(one for one in found if one[0] not in lasting)


def command_of(pid: int) -> str:
    """Return the command line of *pid* for people, or a guess at why there is none."""
    with suppress(OSError):
        words = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
        if line := b" ".join(words).decode(errors="replace").strip():
            return line[:200]
    return "(no command line)"


def end(some: frozenset[Process]) -> None:
    """Kill and reap *some*, so that the next test starts clean."""
    for process in some:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process.pid, signal.SIGKILL)
    for process in some:
        with suppress(ChildProcessError):
            os.waitpid(process.pid, 0)
