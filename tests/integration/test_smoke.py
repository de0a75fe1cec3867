"""The verbs work at all: the shortest real run of each."""

import sys

import pytest

from child_process import CommandFailed, exec_file, run, run_sync, spawn
from tests.support import programs


async def test_spawn_streams_what_a_child_writes() -> None:
    """A child copies its stdin to its stdout, in chunks."""
    async with spawn(*_split(programs.python("echo.py"))) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.end(b"hello")
        heard = b"".join([chunk async for chunk in child.stdout])
        status = await child.wait()

    assert b"hello" == heard
    assert 0 == status.code


async def test_exec_file_collects_what_a_child_writes() -> None:
    """`exec_file` waits for the end and returns the text."""
    result = await exec_file(sys.executable, ["-S", "-c", "print('hi')"])

    assert "hi\n" == result.stdout


async def test_run_raises_for_an_exit_code() -> None:
    """A code that is not accepted is an error that holds the result."""
    file, args = _split(programs.python("exit_with.py", 3, "went wrong"))

    with pytest.raises(CommandFailed) as caught:
        await run(file, args)

    assert 3 == caught.value.result.code
    assert "went wrong" in str(caught.value)


def test_run_sync_blocks_until_the_end() -> None:
    """`run_sync` needs no loop."""
    file, args = _split(programs.python("lines.py", 2))

    assert ["line 0", "line 1"] == run_sync(file, args).lines()


def _split(argv: list[str]) -> tuple[str, list[str]]:
    return argv[0], argv[1:]
