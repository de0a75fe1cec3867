"""Defects of Python's process libraries about output: that we have none of them.

Each test is named after its number in the project's survey of those libraries.
"""

import sys

import pytest

from child_process import MaxBufferExceeded, spawn
from tests.integration.conftest import Runs
from tests.integration.waiting import state_of, until
from tests.support import programs

MIB = 1024 * 1024
LONG = 64 * 1024 + 1


def line_of(size: int) -> list[str]:
    """Return the arguments for a line of *size* letters, then a short one."""
    return ["-S", "-c", f"print('a' * {size}); print('b')"]


@pytest.mark.parametrize("size", [LONG, MIB], ids=["65537 bytes", "1 MiB"])
async def test_d03_a_long_line_is_a_line(size: int) -> None:
    """A line longer than any buffer arrives whole, and so does the one after it."""
    async with spawn(sys.executable, line_of(size)) as child:
        assert child.stdout is not None
        lines = [line async for line in child.stdout.lines()]

    assert [size, 1] == [len(line) for line in lines]
    assert "b" == lines[1]


@pytest.mark.parametrize("size", [LONG, MIB], ids=["65537 bytes", "1 MiB"])
async def test_d03_a_long_line_of_both_streams_is_a_line(size: int) -> None:
    """`child.lines()` knows no longest line either."""
    async with spawn(sys.executable, line_of(size)) as child:
        lines = [line.text async for line in child.lines()]

    assert [size, 1] == [len(line) for line in lines]


async def test_d03_a_long_line_of_a_result_is_a_line(runs: Runs) -> None:
    """`Result.lines()` knows no longest line either."""
    result = await runs(sys.executable, line_of(MIB))

    assert [MIB, 1] == [len(line) for line in result.lines()]


async def test_d04_output_is_limited_by_default(runs: Runs) -> None:
    """A command that never stops writing is stopped at 64 MiB, which are kept.

    How much memory that takes: test_memory.py.
    """
    with pytest.raises(MaxBufferExceeded) as caught:
        await runs("head", ["-c", "1G", "/dev/zero"], encoding=None)

    kept = caught.value.kept
    assert kept is not None
    assert 64 * MIB == len(kept)


SPLIT = r"""
import os, sys
for byte in 'aé€😀b'.encode():
    os.write(1, bytes([byte]))
    sys.stdin.buffer.read(1)
"""


async def test_d10_a_character_split_over_chunks_is_a_character() -> None:
    """Each byte comes in a chunk of its own; the text is whole."""
    chunks: list[str] = []
    async with spawn(sys.executable, ["-S", "-c", SPLIT]) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        child.stdout.set_encoding("utf-8")
        child.stdin.write(b".")
        async for chunk in child.stdout:
            chunks.append(chunk)
            # It may come with the bytes of the next characters: ask for more.
            child.stdin.write(b"." * 16)

    assert "aé€😀b" == "".join(chunks)
    assert "\ufffd" not in "".join(chunks)


async def test_d10_a_character_split_over_data_events_is_a_character() -> None:
    """The same for a "data" listener: one event a byte, no half characters."""
    chunks: list[str] = []
    async with spawn(sys.executable, ["-S", "-c", SPLIT]) as child:
        stdin, stdout = child.stdin, child.stdout
        assert stdin is not None
        assert stdout is not None
        seen = 0

        def more() -> bool:
            nonlocal seen
            if stdout.bytes_read > seen:
                seen = stdout.bytes_read
                stdin.write(b".")
            return stdout.ended

        stdout.set_encoding("utf-8").on("data", chunks.append)
        await until(more)

    assert ["a", "é", "€", "😀", "b"] == chunks


async def test_d10_a_bad_byte_loses_nothing_after_it(runs: Runs) -> None:
    """What is not valid becomes U+FFFD, and what follows is all there."""
    result = await runs("printf", [r"a\377b\303\nc"])

    assert "a\ufffdb\ufffd\nc" == result.stdout


async def test_d11_a_child_waits_while_its_reader_is_idle() -> None:
    """With a reader that took one chunk, the child writes a pipe full and blocks."""
    program, *args = programs.python("print_forever.py", "y" * 63)

    async with spawn(program, args) as child:
        stdout, pid = child.stdout, child.pid
        assert stdout is not None
        assert pid is not None
        await anext(aiter(stdout))
        written = await written_until_blocked(pid)
        taken = stdout.bytes_read

    assert 64 * 1024 >= taken
    # At most what the pipe holds, 256 KiB once it was found full.
    assert taken + 256 * 1024 + 64 * 1024 >= written


async def test_d11_a_child_waits_while_its_listener_is_paused() -> None:
    """After `pause()` nothing more is read than what is on its way."""
    program, *args = programs.python("print_forever.py", "y" * 63)

    async with spawn(program, args) as child:
        stdout, pid = child.stdout, child.pid
        assert stdout is not None
        assert pid is not None
        stdout.on("data", lambda _: stdout.pause())
        await until(lambda: stdout.bytes_read)
        written = await written_until_blocked(pid)
        taken = stdout.bytes_read
        child.kill()

    assert 64 * 1024 >= taken
    assert taken + 256 * 1024 + 64 * 1024 >= written


async def written_until_blocked(pid: int) -> int:
    """Return how many bytes *pid* wrote, once it sleeps and writes no more."""
    last, quiet = -1, 0

    def blocked() -> bool:
        nonlocal last, quiet
        written = bytes_written(pid)
        quiet = quiet + 1 if written == last and state_of(pid) == "S" else 0
        last = written
        return quiet > 20

    await until(blocked)
    return last


def bytes_written(pid: int) -> int:
    """Return what *pid* handed to write(2) so far; see proc(5)."""
    with open(f"/proc/{pid}/io") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("wchar"))
