import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from child_process import run_sync
from child_process.errors import ExitStatusLost
from tests.support import leaks

BIG = 3 * 1024 * 1024


def children() -> list[int]:
    """Return the children of this process."""
    found = leaks.processes(leaks.pids())
    return [one.pid for one in found if one.parent == os.getpid()]


def test_both_streams_are_read_side_by_side() -> None:
    """A command blocks when either pipe is full."""
    line = "head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero"

    result = run_sync("sh", ["-c", line], encoding=None)

    assert (bytes(1000000), bytes(1000000)) == (result.stdout, result.stderr)
    assert result.drained


def test_input_is_written_while_output_is_read() -> None:
    """More than all pipes hold goes through."""
    result = run_sync("cat", input=b"x" * BIG, encoding=None)

    assert BIG == len(result.stdout or b"")


def test_a_command_that_wants_no_input_is_no_failure() -> None:
    """What it does not read is thrown away."""
    result = run_sync("sh", ["-c", "exec <&-; echo done"], input=b"x" * BIG)

    assert ("done", True) == (result.text, result.ok)


def test_descriptors_above_two_are_collected() -> None:
    """They go both ways; ours is only read here."""
    result = run_sync(
        "sh", ["-c", "echo extra >&3"], stdio=["ignore", "pipe", "pipe", "pipe"]
    )

    assert (None, "", "", "extra\n") == result.output


def test_a_time_limit_ends_with_a_kill() -> None:
    """A command that ignores SIGTERM is killed after the grace."""
    line = "trap '' TERM; echo on; while :; do sleep 60; done"

    result = run_sync(
        "sh", ["-c", line], timeout=0.1, teardown=[("SIGTERM", 0.05)], check=False
    )

    assert ("SIGKILL", "timeout", "on\n") == (
        result.signal,
        result.reason,
        result.stdout,
    )


def test_a_held_pipe_is_cut_after_a_silence() -> None:
    """As with a loop: ``drain`` seconds in which nothing came."""
    line = "echo hi; sleep 60 & echo $! >&2"

    result = run_sync("sh", ["-c", line], drain=0.05)
    os.kill(int(result.stderr or ""), signal.SIGKILL)

    assert ("hi\n", False, True) == (result.stdout, result.drained, result.ok)


def test_waiting_for_the_end_of_file_has_the_time_limits_end() -> None:
    """``drain=None`` waits for the end of file, but not for ever."""
    line = "sleep 60 & echo $!"

    result = run_sync("sh", ["-c", line], drain=None, timeout=0.1)
    os.kill(int(result.text), signal.SIGKILL)

    assert not result.drained


@pytest.mark.parametrize("tree", [True, False, "all"])
def test_what_is_left_behind_ends_where_it_was_asked_for(tree: Any) -> None:
    """Only ``tree="all"`` ends what a command leaves behind on purpose."""
    line = "sleep 60 >/dev/null 2>&1 & echo $!"

    pid = int(run_sync("sh", ["-c", line], tree=tree).text)
    lives = leaks.command_of(pid).startswith("sleep")
    if lives:
        os.kill(pid, signal.SIGKILL)

    assert (tree != "all") is lives


def test_a_time_limit_may_be_years() -> None:
    """Longer than the system's poll takes."""
    assert run_sync("true", timeout=10_000_000).ok


def test_an_exception_meanwhile_ends_the_command_first() -> None:
    """KeyboardInterrupt for one: it is raised once the tree has ended."""
    pids: list[int] = []

    def source() -> Iterator[bytes]:
        pids.extend(children())
        raise KeyboardInterrupt
        yield b""

    with pytest.raises(KeyboardInterrupt):
        run_sync("sleep", ["60"], input=source())

    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_status_that_somebody_took_is_told() -> None:
    """The command has ended, how is not known."""

    def take() -> Iterator[bytes]:
        (pid,) = children()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        yield b"x"

    with pytest.raises(ExitStatusLost):
        run_sync("cat", input=take())
