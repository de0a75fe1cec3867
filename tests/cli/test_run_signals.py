"""A signal to `child-process run` ends what it started, then itself."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support import programs

RUN = [sys.executable, "-m", "child_process", "run", "--grace", "0.3"]
PATIENCE = 20.0
CTRL_C = b"\x03"


def ended(pid: int) -> bool:
    """Wait until *pid* runs no more; False says that it still does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            stat = Path(f"/proc/{pid}/stat").read_bytes()
        except OSError:
            return True
        if stat.rpartition(b")")[2].split()[0] in b"ZX":
            return True
        time.sleep(0.005)
    return False


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_whole_tree(name: str) -> None:
    """The program's stubborn grandchild is gone before we die, by that signal."""
    number = signal.Signals[name]
    words = programs.python("grandchild.py", "stubborn")
    with subprocess.Popen(
        [*RUN, "--", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        grandchild = int(process.stdout.readline())

        process.send_signal(number)
        complaint = process.stderr.read()

    assert (-number, b"") == (process.returncode, complaint)
    assert ended(grandchild)


@contextmanager
def on_terminal(words: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run *words* on a terminal of their own; give the process and our side."""
    ours, theirs = pty.openpty()
    # A session's leader gets the first terminal that it opens.
    script = 'exec "$@" <"$0" >"$0" 2>&1'
    with subprocess.Popen(
        ["sh", "-c", script, os.ttyname(theirs), *words], start_new_session=True
    ) as process:
        try:
            yield process, ours
        finally:
            os.close(theirs)
            os.close(ours)


def read_until(terminal: int, mark: bytes) -> bytes:
    """Return what the terminal shows up to *mark*."""
    shown = b""
    deadline = time.monotonic() + PATIENCE
    while mark not in shown and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 1024)
    return shown


def test_ctrl_c_is_the_programs() -> None:
    """A program on our terminal that heeds Ctrl-C decides how it ends."""
    script = "trap 'echo cleaned; exit 3' INT; echo ready; while :; do sleep 0.05; done"
    with on_terminal([*RUN, "--", "sh", "-c", script]) as (process, terminal):
        read_until(terminal, b"ready")

        os.write(terminal, CTRL_C)
        shown = read_until(terminal, b"cleaned")
        status = process.wait(PATIENCE)

    assert b"cleaned" in shown
    assert 3 == status


def test_ctrl_c_ends_us_as_it_ends_the_program() -> None:
    """Where Ctrl-C ends the program we die by SIGINT too: a shell's loop stops."""
    words = [*RUN, "--", "sh", "-c", "echo ready; exec sleep 60"]
    with on_terminal(words) as (process, terminal):
        read_until(terminal, b"ready")

        os.write(terminal, CTRL_C)
        status = process.wait(PATIENCE)

    assert -signal.SIGINT == status


def test_ctrl_c_twice_ends_a_program_that_ignores_it() -> None:
    """The second Ctrl-C within two seconds stops the program, whatever it takes."""
    script = "trap '' INT TERM; echo ready; while :; do sleep 0.05; done"
    with on_terminal([*RUN, "--", "sh", "-c", script]) as (process, terminal):
        read_until(terminal, b"ready")

        # Two that come before either is heeded are one to the system.
        for _ in range(100):
            os.write(terminal, CTRL_C)
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
                break
        status = process.wait(0)

    assert -signal.SIGINT == status


def test_what_nohup_ignores_stays_ignored() -> None:
    """Started with SIGHUP ignored, we go on when it comes."""
    script = "echo ready; read line; exit 4"
    words = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *RUN, "--", "sh", "-c", script]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()

        process.send_signal(signal.SIGHUP)
        process.stdin.close()
        status = process.wait(PATIENCE)

    assert 4 == status
