"""What goes into a child, and children that do not want it."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from child_process import CommandFailed, run, spawn
from tests.integration.conftest import Runs
from tests.integration.waiting import until
from tests.support import programs

MUCH = 10 * 1024 * 1024


async def test_a_child_that_never_reads_makes_the_writer_wait() -> None:
    """`drain` waits, can be cancelled, and is told BrokenPipeError at the exit."""
    program, *args = programs.python("never_read.py")

    async with spawn(program, args) as child:
        stdin = child.stdin
        assert stdin is not None
        more = stdin.write(b"x" * MUCH)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stdin.drain(), 0.1)
        waiting = stdin.writable_length
        child.kill()
        with pytest.raises(BrokenPipeError):
            await stdin.drain()

    assert not more
    assert MUCH - 1024 * 1024 < waiting < MUCH
    assert 0 == stdin.writable_length


async def test_a_child_that_never_reads_is_stopped_in_time(runs: Runs) -> None:
    """A limit holds although the input is still being written."""
    program, *args = programs.python("never_read.py")

    result = await runs(program, args, input=b"x" * MUCH, timeout=0.5, check=False)

    assert ("timeout", "SIGTERM", "ready\n") == (
        result.reason,
        result.signal,
        result.stdout,
    )


@pytest.mark.parametrize("source", [b"x" * MUCH, [b"x" * 65536] * 160])
async def test_a_child_may_end_before_it_has_read(runs: Runs, source: Any) -> None:
    """10 MB for a program that reads nothing: one clean result, no error, no noise."""
    result = await runs("true", input=source)

    assert (0, "", True) == (result.code, result.stdout, result.ok)


async def test_a_child_may_close_its_stdin_and_go_on(runs: Runs) -> None:
    """What it writes afterwards is read all the same."""
    result = await runs(
        "sh", ["-c", "exec 0<&-; echo still; exit 3"], input=b"x" * MUCH, check=False
    )

    assert ("still\n", 3) == (result.stdout, result.code)


async def test_an_error_listener_is_told_once() -> None:
    """The broken pipe is an "error" of the stream, then its "close"; once each."""
    heard: list[str] = []
    async with spawn("sh", ["-c", "read line"]) as child:
        stdin = child.stdin
        assert stdin is not None
        stdin.on("error", lambda error: heard.append(type(error).__name__))
        stdin.on("close", lambda: heard.append("close"))
        stdin.on("finish", lambda: heard.append("finish"))
        stdin.write(b"\n" + b"x" * MUCH)
        stdin.end()
        await child.wait()

    assert ["BrokenPipeError", "close"] == heard


async def test_much_goes_in_and_comes_out_at_the_same_time(runs: Runs) -> None:
    """Neither side waits for the other: 10 MB through `cat`."""
    result = await runs("cat", input=b"x" * MUCH, encoding=None)

    assert b"x" * MUCH == result.stdout


def some() -> Iterator[bytes]:
    """Give text in three pieces, one of them empty."""
    yield from (b"a", b"", b"bc")


async def _some_later() -> AsyncIterator[str]:
    for piece in ("a", "", "bc"):
        await asyncio.sleep(0)
        yield piece


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda _: "abc", id="str"),
        pytest.param(lambda _: b"abc", id="bytes"),
        pytest.param(lambda _: bytearray(b"abc"), id="bytearray"),
        pytest.param(lambda _: memoryview(b"abc"), id="memoryview"),
        pytest.param(lambda path: path, id="path"),
        pytest.param(lambda _: io.BytesIO(b"abc"), id="binary file"),
        pytest.param(lambda _: io.StringIO("abc"), id="text file"),
        pytest.param(lambda _: ["a", b"bc"], id="list"),
        pytest.param(lambda _: some(), id="generator"),
    ],
)
async def test_input_has_many_forms(runs: Runs, tmp_path: Path, make: Any) -> None:
    """Whatever the form, the child reads the same three bytes, then the end."""
    (tmp_path / "file").write_text("abc")

    result = await runs("cat", input=make(tmp_path / "file"))

    assert "abc" == result.stdout


async def test_input_may_come_from_an_async_iterable() -> None:
    """Piece by piece, as they come; the blocking form refuses it."""
    result = await run("cat", input=_some_later())

    assert "abc" == result.stdout


async def test_a_source_that_raises_stops_the_child() -> None:
    """The child lacks the rest, and is stopped rather than left with half."""
    troubles: list[Any] = []
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: troubles.append(context["exception"]))

    def broken() -> Iterator[bytes]:
        yield b"a"
        raise ZeroDivisionError

    with pytest.raises(CommandFailed) as caught:
        await run("cat", input=broken())
    loop.set_exception_handler(handler)

    assert "input" == caught.value.result.reason
    assert [ZeroDivisionError] == [type(error) for error in troubles]


async def test_what_was_written_before_the_start_arrives() -> None:
    """`write` and `end` right after `spawn`: nothing has to be waited for."""
    child = spawn("cat")
    assert child.stdin is not None
    assert child.stdout is not None

    child.stdin.write("a")
    child.stdin.end("b")
    text = await child.stdout.text()
    await child.wait_closed()

    assert "ab" == text


async def test_run_reads_nothing_by_default(runs: Runs) -> None:
    """Without `input` the stdin of `run` is empty, whatever ours is."""
    assert "" == (await runs("cat")).stdout


async def test_a_slow_source_does_not_hold_the_loop() -> None:
    """The loop turns while a child waits for the next piece."""
    asked = threading.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"a"
        asked.set()
        await until(lambda: turns > 3)
        yield b"b"

    turns = 0
    running = asyncio.ensure_future(run("cat", input=slow()))
    while not running.done():
        turns += asked.is_set()
        await asyncio.sleep(0.001)

    assert "ab" == (await running).stdout
