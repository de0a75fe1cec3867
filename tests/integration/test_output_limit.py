"""`max_buffer`: what fits is kept to the byte, one more stops the tree."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from child_process import (
    CommandFailed,
    MaxBufferExceeded,
    Result,
    exec,
    exec_file,
    exec_file_sync,
    exec_sync,
    run,
    spawn_sync,
)
from tests.integration.conftest import Runs
from tests.integration.waiting import survivors
from tests.support import programs

MIB = 1024 * 1024
Verb = Callable[[int], Awaitable[str | bytes | None]]


async def _exec(size: int) -> str | None:
    result: Result[str] = await exec(f"head -c {size} /dev/zero")
    return result.stdout


async def _exec_file(size: int) -> str | None:
    result: Result[str] = await exec_file("head", ["-c", str(size), "/dev/zero"])
    return result.stdout


async def _exec_sync(size: int) -> bytes | None:
    return exec_sync(f"head -c {size} /dev/zero")


async def _exec_file_sync(size: int) -> bytes | None:
    return exec_file_sync("head", ["-c", str(size), "/dev/zero"])


async def _spawn_sync(size: int) -> bytes | None:
    result = spawn_sync("head", ["-c", str(size), "/dev/zero"])
    if result.error is not None:
        raise result.error
    return result.stdout


each_verb = pytest.mark.parametrize(
    "verb",
    [_exec, _exec_file, _exec_sync, _exec_file_sync, _spawn_sync],
    ids=["exec", "exec_file", "exec_sync", "exec_file_sync", "spawn_sync"],
)


@each_verb
async def test_one_mebibyte_passes(verb: Verb) -> None:
    """Exactly 1 MiB is no overflow."""
    output = await verb(MIB)

    assert output is not None
    assert MIB == len(output)


@each_verb
async def test_one_byte_more_is_too_much_and_a_mebibyte_is_kept(verb: Verb) -> None:
    """1 MiB + 1 byte raises, and the first MiB is in the error."""
    with pytest.raises(MaxBufferExceeded) as caught:
        await verb(MIB + 1)

    error = caught.value
    assert error.kept is not None
    assert ("stdout", MIB, MIB) == (error.stream, error.limit, len(error.kept))
    assert error.result.truncated
    assert "max_buffer" == error.result.reason


async def test_the_whole_tree_goes(runs: Runs) -> None:
    """A limit passed by one of several processes ends all of them."""
    script = "sleep 30 & echo $!; sh -c 'echo $$; exec yes' & wait"

    with pytest.raises(MaxBufferExceeded) as caught:
        await runs("sh", ["-c", script], max_buffer=1000)

    words = str(caught.value.kept).split()
    pids = [int(word) for word in words if word.isdigit()]
    assert 2 == len(pids)
    assert [] == survivors(pids)


@pytest.mark.parametrize(
    ("sizes", "stream"),
    [
        pytest.param((1000, 1001), "stderr", id="stderr alone"),
        pytest.param((1001, 0), "stdout", id="stdout alone"),
    ],
)
async def test_each_stream_has_the_whole_limit(
    runs: Runs, sizes: tuple[int, int], stream: str
) -> None:
    """The limit counts each stream for itself, and the error names the one."""
    program, *args = programs.python("write_bytes.py", *sizes)

    with pytest.raises(MaxBufferExceeded) as caught:
        await runs(program, args, max_buffer=1000)

    kept = caught.value.kept
    assert kept is not None
    assert (stream, 1000) == (caught.value.stream, len(kept))
    assert {"x"} == set(str(caught.value.result.stdout))


async def test_both_streams_may_be_full(runs: Runs) -> None:
    """Both streams at their limit are a success: nothing was lost."""
    program, *args = programs.python("write_bytes.py", 1000, 1000)

    result = await runs(program, args, max_buffer=1000)

    assert ("x" * 1000, "y" * 1000) == (result.stdout, result.stderr)
    assert not result.truncated


async def test_a_flood_on_both_streams_does_not_block(runs: Runs) -> None:
    """Both streams are read side by side: no order of them deadlocks."""
    program, *args = programs.python("write_bytes.py", 4 * MIB, 4 * MIB)

    result = await runs(program, args)

    assert result.stdout is not None
    assert result.stderr is not None
    assert (4 * MIB, 4 * MIB) == (len(result.stdout), len(result.stderr))


async def test_truncating_lets_the_command_end_by_itself(runs: Runs) -> None:
    """With overflow="truncate" the code is the command's, and what fits is kept."""
    script = "head -c 3000000 /dev/zero; exit 5"

    with pytest.raises(CommandFailed) as caught:
        await runs("sh", ["-c", script], max_buffer=10, overflow="truncate")

    result = caught.value.result
    assert (5, "\0" * 10, True) == (result.code, result.stdout, result.truncated)
    assert result.reason is None


@pytest.mark.parametrize(
    ("limit", "kept"),
    [
        pytest.param(0, "", id="0 bytes"),
        pytest.param(1, "a", id="between characters"),
        pytest.param(2, "a", id="in the middle of one"),
        pytest.param(4, "a€", id="after one"),
    ],
)
async def test_a_character_that_was_cut_in_two_is_left_out(
    runs: Runs, limit: int, kept: str
) -> None:
    """The limit is bytes; half a character is no text."""
    with pytest.raises(MaxBufferExceeded) as caught:
        await runs("printf", ["a€b"], max_buffer=limit)

    assert kept == caught.value.kept


async def test_a_stubborn_writer_is_ended_all_the_same(runs: Runs) -> None:
    """One that ignores SIGTERM and SIGPIPE is killed after the grace."""
    script = "trap '' TERM PIPE; while :; do echo y; done 2>/dev/null"

    with pytest.raises(MaxBufferExceeded) as caught:
        await runs("sh", ["-c", script], max_buffer=10, teardown=[("SIGTERM", 0.2)])

    assert "SIGKILL" == caught.value.result.signal


async def test_a_message_of_much_output_is_short() -> None:
    """An error of 30 MB output is 16 KiB of text at most, with the end of stderr."""
    script = "head -c 30000000 /dev/zero; echo the cause >&2; exit 1"

    with pytest.raises(CommandFailed) as caught:
        await run("sh", ["-c", script])

    message = str(caught.value)
    assert len(message.encode()) <= 16 * 1024
    assert "the cause" in message


async def test_many_limits_at_once_are_told_apart() -> None:
    """Each of several commands is stopped by its own limit only."""
    outcomes: tuple[Any, ...] = await asyncio.gather(
        run("yes", max_buffer=100),
        run("sleep", ["30"], timeout=0.2),
        run("echo", ["fine"]),
        return_exceptions=True,
    )

    reasons = [getattr(one, "result", one).reason for one in outcomes]
    assert ["max_buffer", "timeout", None] == reasons
