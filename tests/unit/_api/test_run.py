from typing import Any

import pytest

from child_process import cmd, run, run_command
from child_process._api.run import COMMAND_TIMEOUT
from child_process.errors import CommandFailed, OptionError, TimeoutExceeded


async def test_it_runs_a_program_or_a_command() -> None:
    """Both give the same."""
    first = await run("echo", ["a"])
    second = await run(cmd("echo"), ["a"])

    assert ("a\n", "a") == (first.stdout, first.text)
    assert first.stdout == second.stdout


async def test_other_codes_may_be_accepted() -> None:
    """They are no failure then, and 0 may be one."""
    result = await run("sh", ["-c", "exit 1"], accept={0, 1})
    with pytest.raises(CommandFailed):
        await run("true", accept={1})

    assert result.ok
    assert 1 == result.code


async def test_it_reads_its_input() -> None:
    """Or nothing at all."""
    fed = await run("cat", input="x")
    nothing = await run("cat")

    assert ("x", "") == (fed.stdout, nothing.stdout)


async def test_a_run_command_has_a_time_limit() -> None:
    """30 seconds, or another."""
    with pytest.raises(TimeoutExceeded) as caught:
        await run_command("sleep", ["60"], timeout=0.02)

    assert 0.02 == caught.value.seconds
    assert 30.0 == COMMAND_TIMEOUT


async def test_a_run_command_takes_a_command() -> None:
    """And what goes with it."""
    result = await run_command(cmd("cat").with_(input="x"))

    assert "x" == result.stdout


@pytest.mark.parametrize("shell", [True, "/bin/sh"])
async def test_a_run_command_has_no_shell(shell: Any) -> None:
    """It is asked for data, not for a line."""
    with pytest.raises(OptionError) as caught:
        await run_command("ls", shell=shell)

    assert "shell" == caught.value.option
