"""How a child ended is told exactly: every code, every signal."""

import asyncio
import os
import signal
from typing import Any

import pytest

from child_process import CommandFailed, ExitStatus, OptionError, run_sync, spawn
from tests.integration.conftest import Runs
from tests.integration.waiting import until
from tests.support import programs

# What ends a process, and can be sent without a core file being written.
DEADLY = [
    number
    for number in sorted(signal.valid_signals())
    if number
    not in {
        signal.SIGSTOP,
        signal.SIGTSTP,
        signal.SIGTTIN,
        signal.SIGTTOU,
        signal.SIGCONT,
        signal.SIGCHLD,
        signal.SIGURG,
        signal.SIGWINCH,
    }
]


async def test_all_256_codes() -> None:
    """Each exit code is the one that was given."""
    children = [
        spawn("sh", ["-c", f"exit {code}"], stdio="ignore") for code in range(256)
    ]

    statuses = await asyncio.gather(*[child.wait() for child in children])

    assert [ExitStatus(code=code) for code in range(256)] == statuses


@pytest.mark.parametrize("code", [0, 1, 127, 128, 255])
async def test_codes_of_a_run(runs: Runs, code: int) -> None:
    """A result's code is the exit code; 0 alone is a success by default."""
    result = await runs("sh", ["-c", f"exit {code}"], check=False)

    assert (code, None, code, code == 0) == (
        result.code,
        result.signal,
        result.returncode,
        result.ok,
    )


async def test_all_signals() -> None:
    """Each signal that ends a child is told by name and number, real-time ones too."""
    children = [spawn("sleep", ["30"], stdio="ignore") for _ in DEADLY]
    await until(lambda: all(child.kill(0) for child in children))

    for child, number in zip(children, DEADLY, strict=True):
        child.kill(number)
    statuses = await asyncio.gather(*[child.wait() for child in children])

    assert [(None, number) for number in DEADLY] == [
        (status.code, status.signal_number) for status in statuses
    ]
    names = {status.signal_number: status.signal for status in statuses}
    assert "SIGKILL" == names[9]
    assert "SIGRTMIN+1" == names[signal.SIGRTMIN + 1]
    assert len(DEADLY) == len(set(names.values()))


async def test_a_child_that_signals_itself(runs: Runs) -> None:
    """Its own doing is no reason of ours."""
    program, *args = programs.python("die_by.py", "SIGUSR2")

    with pytest.raises(CommandFailed) as caught:
        await runs(program, args)

    assert ("SIGUSR2", None) == (caught.value.signal, caught.value.result.reason)
    assert -signal.SIGUSR2 == caught.value.returncode
    assert not caught.value.killed


async def test_kill_is_never_lost_while_the_start_is_under_way() -> None:
    """`kill` right after `spawn` waits for the start, then reaches the child."""
    for _ in range(20):
        child = spawn("sleep", ["30"], stdio="ignore")
        sent = child.kill("SIGUSR1")
        status = await child.wait()

        assert (True, "SIGUSR1") == (sent, status.signal)


async def test_kill_after_the_exit_reaches_nobody() -> None:
    """False, whether the loop has heard of the end or not; no stranger is signalled."""
    child = spawn("true")
    assert child.pid is not None
    await child.wait()

    assert not child.kill()
    assert not child.kill(0)
    assert not child.killed


async def test_kill_of_a_zombie_is_false() -> None:
    """Ended and not seen by the loop yet: to the caller it has ended."""
    child = spawn("true", stdio="ignore")
    pid = child.pid
    assert pid is not None
    # On purpose the loop stands still meanwhile.
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # noqa: ASYNC222 - see above

    sent = child.kill()
    status = await child.wait()

    assert (False, 0) == (sent, status.code)


async def test_accept_says_which_codes_are_right(runs: Runs) -> None:
    """The 1 of grep is an answer; with accept={0, 1} it is no error."""
    result = await runs("grep", ["x"], input="y", accept={0, 1})

    assert (1, True) == (result.code, result.ok)
    with pytest.raises(CommandFailed):
        await runs("true", accept={1})


def test_inside_a_running_loop_a_blocking_run_is_a_run() -> None:
    """`run_sync` needs no loop, and disturbs none that runs."""

    async def main() -> str:
        return run_sync("echo", ["hi"]).text

    assert "hi" == asyncio.run(main())


@pytest.mark.parametrize("value", [999, "SIGX", -1, True, None, 1.5])
async def test_kill_refuses_what_is_no_signal(value: Any) -> None:
    """Nothing is sent for a signal that does not exist; 0 only asks."""
    async with spawn("cat") as child:
        with pytest.raises(OptionError):
            child.kill(value)
        there = child.kill(0)
        assert child.stdin is not None
        child.stdin.end()
        status = await child.wait()

    assert there
    assert 0 == status.code
    assert not child.kill(0)
