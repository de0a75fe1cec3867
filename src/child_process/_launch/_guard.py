"""The guardian's program: ends what another program started, once that is dead.

Layer: launch. Run by its path, without the package: its process is to be there
in milliseconds. `guardian` starts it, and says what it is told.

It reads facts from descriptor 0, a pipe that nobody but that program can write
to; the pipe ends when the program does, however it died. Descriptor 1 gets its
number, and is held open: who reads there sees when the guardian itself ends.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

if __name__ == "__main__":
    # The package's own __init__ would import far more than what is needed.
    _home = os.path.dirname(os.path.abspath(__file__))
    for _name, _folder in (
        ("child_process", os.path.dirname(_home)),
        ("child_process._launch", _home),
    ):
        _package = type(sys)(_name)
        _package.__path__ = [_folder]
        sys.modules[_name] = _package

from child_process._launch import proc
from child_process._launch.cookie import Census
from child_process._launch.members import Members
from child_process._launch.wards import Wards

__all__ = ["end", "listen"]

REST = 0.1
"""Seconds between two looks at what is told, where much is; the end is seen at once."""
FREEZES = 20
"""How often members are stopped until nobody new is found; then they are killed."""
PAUSE = 0.01
LONGEST_PAUSE = 0.2
"""Seconds between two looks for members."""
QUIET = 3
QUIET_STARTING = 20
"""How many looks that find nobody are the end; with a start under way."""
PATIENCE = 60.0
"""Seconds for what the system holds; then we go, too."""

READ_SIZE = 64 * 1024
DEAF_TO = ("HUP", "INT", "QUIT", "TERM", "PIPE", "USR1", "USR2", "TSTP", "TTIN", "TTOU")
"""Signals that may be meant for the other program: we end right after it."""


def listen(fd: int, wards: Wards) -> None:
    """Read from *fd* what *wards* are told, until the pipe ends."""
    anything, end = select.poll(), select.poll()
    anything.register(fd, select.POLLIN)
    end.register(fd, 0)  # POLLHUP is always told
    while True:
        anything.poll()
        # Not every start is worth waking up for.
        end.poll(1000 * REST)
        data = os.read(fd, READ_SIZE)
        if not data:
            return
        wards.feed(data)


def end(wards: Wards) -> None:
    """Kill all *wards* with their trees, until none is left."""
    members = Members()
    deadline = time.monotonic() + PATIENCE
    quiet, pause = 0, PAUSE
    # The system may be at a start that the program had asked for.
    enough = QUIET_STARTING if wards.starting else QUIET
    while quiet < enough and time.monotonic() < deadline:
        _freeze(wards, members)
        members.send(signal.SIGKILL)
        time.sleep(pause)
        if members.remaining():
            quiet, pause = 0, min(1.5 * pause, LONGEST_PAUSE)
        else:
            quiet, pause = quiet + 1, PAUSE


def _freeze(wards: Wards, members: Members) -> None:
    """Find all members and stop them, so that none can start another."""
    for _ in range(FREEZES):
        new = members.add(_find(wards))
        new |= members.walk()
        if not new:
            return
        for pid, at in new.items():
            proc.send(pid, at, signal.SIGSTOP)


def _find(wards: Wards) -> dict[int, int]:
    """Return whom a root, its group or a cookie leads to, with their times."""
    found: dict[int, int] = {}
    groups = set()
    for pid, first, last, leads in wards.roots:
        at = proc.began(pid)
        if at is not None and first <= at <= last:
            found[pid] = at
            if leads:
                # Its number is taken, so the group of that number is its own.
                groups.add(pid)
    if groups:
        found |= proc.members_of(groups)
    census = Census()
    for word in wards.words:
        found |= census.of(word)
    return found


def _without_proc(wards: Wards) -> None:
    """Kill the groups: all that can be found where there is no ``/proc``."""
    for pid, _, _, leads in wards.roots:
        try:
            if leads and os.getpgid(pid) == pid:
                os.killpg(pid, signal.SIGKILL)
            else:
                os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _say(where: str | int, words: bytes) -> None:
    """Write *words* to a file or descriptor, where somebody wants them."""
    try:
        with open(where, "wb", buffering=0, closefd=isinstance(where, str)) as file:
            file.write(words)
    except OSError:
        return  # the other program may be dead already


def _main() -> None:
    if os.fork():
        # A child of the other program would be met by its wait().
        os._exit(0)
    for name in DEAF_TO:
        signal.signal(getattr(signal, f"SIG{name}"), signal.SIG_IGN)
    _say("/proc/self/comm", b"child-guardian")  # a title, for people
    _say(1, b"%d\n" % os.getpid())
    wards = Wards()
    listen(0, wards)
    if proc.fields(os.getpid()) is None:
        _without_proc(wards)
    elif wards.words:
        end(wards)


if __name__ == "__main__":
    _main()
