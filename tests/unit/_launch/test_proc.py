import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from child_process._launch import proc
from tests.support import slow_exec, waiting

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are found in /proc"
)

KTHREADD = 2
"""The parent of the kernel's own threads, where they are to be seen."""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that sleeps."""
    with subprocess.Popen(["sleep", "60"], env={"A": "1", "B": "x"}) as process:
        yield process
        process.kill()


def test_a_process_is_there_until_it_is_a_zombie(
    sleeper: subprocess.Popen[bytes],
) -> None:
    """Its time, group and environment are told while it runs, and then no more."""
    pid = sleeper.pid
    assert waiting.becomes_true(lambda: bool(proc.environ(pid)))
    there = (proc.began(pid) is not None, proc.group_of(pid), proc.environ(pid))

    sleeper.kill()
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    gone = (proc.began(pid), proc.group_of(pid), proc.environ(pid) or None)

    assert (True, os.getpgrp(), b"A=1\0B=x\0") == there
    assert (None, None, None) == gone


def test_a_process_is_among_all_and_below_its_parent(
    sleeper: subprocess.Popen[bytes],
) -> None:
    """A listing of all, and a walk from the parent, both find it."""
    assert sleeper.pid in proc.all_pids()
    assert sleeper.pid in proc.children(os.getpid())


def test_a_group_has_those_who_run(sleeper: subprocess.Popen[bytes]) -> None:
    """Of several groups, too; who has ended is in none."""
    ours = proc.members_of({os.getpgrp(), 2**22})
    none = proc.members_of(set())
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)

    assert proc.began(os.getpid()) == ours[os.getpid()]
    assert sleeper.pid in ours
    assert {} == none
    assert sleeper.pid not in proc.members_of({os.getpgrp()})


def test_an_environment_may_be_long() -> None:
    """It is read to its end."""
    environ = {f"V{number}": "x" * 10_000 for number in range(30)}
    with subprocess.Popen(["sleep", "60"], env=environ) as process:
        long = waiting.becomes_true(
            lambda: len(proc.environ(process.pid) or b"") > 300_000
        )
        process.kill()

    assert long


@slow_exec.needs_it
def test_a_process_changes_in_the_middle_of_an_exec(tmp_path: Path) -> None:
    """Not before or after; not without an environment; and the kernel never does."""
    with slow_exec.process(tmp_path / "slow", {"A": "1"}) as pid:
        told = waiting.becomes_true(lambda: b"A=1" in (proc.environ(pid) or b""))
        after = proc.is_changing(pid)
    with subprocess.Popen(["/bin/sleep", "60"], env={}) as process:
        words = Path(f"/proc/{process.pid}/cmdline")
        ran = waiting.becomes_true(lambda: words.read_bytes() == b"/bin/sleep\x0060\0")
        without = proc.is_changing(process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        zombie = proc.is_changing(process.pid)

    assert told
    assert not after
    assert ran
    assert (False, False) == (without, zombie)
    assert not any(map(proc.is_changing, (process.pid, os.getpid(), KTHREADD)))


@pytest.mark.parametrize("way", ["pidfd", "number"])
def test_a_signal_reaches_the_one_that_is_meant(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The number alone does not name a process: the time it began at does too."""
    if way == "number":
        monkeypatch.delattr(os, "pidfd_open")
    at = proc.began(sleeper.pid)
    assert at is not None

    stranger = proc.send(sleeper.pid, at - 1, signal.SIGKILL)
    lives = sleeper.poll() is None
    meant = proc.send(sleeper.pid, at, signal.SIGKILL)

    assert (False, True, True) == (stranger, lives, meant)
    assert -signal.SIGKILL == sleeper.wait()
    assert not proc.send(sleeper.pid, at, signal.SIGKILL)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may signal everybody")
@pytest.mark.parametrize("way", ["pidfd", "number"])
def test_who_is_not_ours_is_not_reached(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The first process of the system is root's."""
    if way == "number":
        monkeypatch.delattr(os, "pidfd_open")

    assert not proc.send(1, proc.began(1) or 0, signal.SIGCONT)


def test_where_there_is_no_proc_nothing_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another system: no process has a time, children or an environment."""

    def refuse(path: str) -> list[str]:
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "listdir", refuse)

    assert ([], []) == (proc.children(os.getpid()), [*proc.all_pids()])
