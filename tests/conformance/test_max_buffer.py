"""`max_buffer`: one rule for all verbs, per stream, to the byte."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from child_process import (
    MaxBufferExceeded,
    exec,
    exec_file,
    exec_file_sync,
    exec_sync,
    spawn_sync,
)
from tests.support import programs

MIB = 1024 * 1024
CODE = "ERR_CHILD_PROCESS_STDIO_MAXBUFFER"

both = pytest.mark.parametrize("stream", ["stdout", "stderr"])


def _line(stream: str, size: int) -> str:
    file, *args = programs.python("write_bytes.py")
    sizes = (size, 0) if stream == "stdout" else (0, size)
    return " ".join([file, *args, *map(str, sizes)])


def _words(stream: str, size: int) -> list[Any]:
    file, *args = _line(stream, size).split(" ")
    return [file, args]


def _async(verb: Any, stream: str, size: int, **options: Any) -> Any:
    if verb is exec:
        return exec(_line(stream, size), **options)
    return exec_file(*_words(stream, size), **options)


either = pytest.mark.parametrize("verb", [exec, exec_file])


@pytest.mark.node_test("exec-maxbuf", "execfile-maxbuf")
@either
@both
async def test_a_mebibyte_passes_by_default(verb: Any, stream: str) -> None:
    """Exactly the default limit is within it."""
    result = await _async(verb, stream, MIB)

    assert MIB == len(getattr(result, stream))
    assert result.truncated is False


@pytest.mark.node_test("exec-maxbuf", "execfile-maxbuf")
@either
@both
async def test_one_byte_more_is_an_error(verb: Any, stream: str) -> None:
    """It says which stream it was, and keeps exactly the limit."""
    with pytest.raises(MaxBufferExceeded) as caught:
        await _async(verb, stream, MIB + 1)

    assert (CODE, stream, MIB) == (
        caught.value.code,
        caught.value.stream,
        caught.value.limit,
    )
    assert MIB == len(caught.value.kept or "")
    assert caught.value.killed is True


@pytest.mark.node_test("exec-maxbuf", "execfile-maxbuf")
@either
@pytest.mark.parametrize("most", [math.inf, None])
async def test_no_limit_keeps_everything(verb: Any, most: float | None) -> None:
    """Infinity and None are no limit."""
    result = await _async(verb, "stdout", 2 * MIB, max_buffer=most)

    assert 2 * MIB == len(result.stdout)


@pytest.mark.node_test("exec-maxbuf", "execfile-maxbuf")
@pytest.mark.parametrize(
    ("most", "kept"),
    [
        pytest.param(0, "", id="nothing"),
        pytest.param(3, "中", id="after a character"),
        pytest.param(4, "中", id="one byte into a character"),
        pytest.param(5, "中", id="two bytes into a character"),
        pytest.param(11, "中文测", id="within the last"),
    ],
)
async def test_the_limit_counts_bytes_and_cuts_no_character(
    most: int, kept: str
) -> None:
    """A character that the limit cuts in two is left out, not garbled."""
    with pytest.raises(MaxBufferExceeded) as caught:
        await exec_file("printf", ["中文测试"], max_buffer=most)

    assert kept == caught.value.kept


@pytest.mark.node_test("exec-maxbuf")
async def test_the_limit_is_bytes_whatever_the_encoding_of_the_stream() -> None:
    """`set_encoding` on the stream, after the fact, does not change it."""
    child = exec_file("printf", ["中文测试"], max_buffer=12, encoding=None)
    assert child.stdout is not None
    child.stdout.set_encoding("utf-8")

    result = await child

    assert "中文测试".encode() == result.stdout


@pytest.mark.node_test("exec-maxbuf", "execfile-maxbuf")
async def test_each_stream_has_the_limit_for_itself() -> None:
    """Stdout and stderr may each be as long."""
    file, *args = programs.python("write_bytes.py", 100, 100)

    result = await exec_file(file, args, max_buffer=100)

    assert ("x" * 100, "y" * 100) == (result.stdout, result.stderr)


@pytest.mark.node_test("exec-maxbuf")
async def test_the_callback_gets_what_was_kept() -> None:
    """Error, truncated stdout and stderr, in Node's order."""
    heard: list[Any] = []

    await exec(
        "printf hello; printf err >&2; sleep 0.1; printf world; sleep 60",
        lambda *all: heard.append(all),
        max_buffer=7,
    )

    assert [("hellowo", "err")] == [tuple(rest) for _, *rest in heard]
    assert isinstance(heard[0][0], MaxBufferExceeded)


def _exec_sync(stream: str, size: int, **options: Any) -> Any:
    return exec_sync(_line(stream, size), **options)


def _exec_file_sync(stream: str, size: int, **options: Any) -> Any:
    return exec_file_sync(*_words(stream, size), **options)


raising = pytest.mark.parametrize(
    "verb",
    [
        pytest.param(_exec_sync, id="exec_sync"),
        pytest.param(_exec_file_sync, id="exec_file_sync"),
    ],
)


@pytest.mark.node_test("execsync-maxbuf", "execfilesync-maxbuf")
@raising
def test_a_mebibyte_passes_the_raising_sync_forms(verb: Callable[..., Any]) -> None:
    """Their default limit is the same."""
    assert MIB == len(verb("stdout", MIB))


@pytest.mark.node_test("execsync-maxbuf", "execfilesync-maxbuf")
@raising
@both
def test_one_byte_more_is_raised_by_the_sync_forms(
    verb: Callable[..., Any], stream: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The same error as of the async forms; Node says ENOBUFS here."""
    with pytest.raises(MaxBufferExceeded) as caught:
        verb(stream, 1001, max_buffer=1000)

    assert (CODE, 1000) == (caught.value.code, len(caught.value.kept or b""))


@pytest.mark.node_test("execsync-maxbuf", "execfilesync-maxbuf")
@raising
@pytest.mark.parametrize("most", [math.inf, None])
def test_the_sync_forms_know_no_limit_too(
    verb: Callable[..., Any], most: float | None
) -> None:
    """Infinity and None keep everything."""
    assert 2 * MIB == len(verb("stdout", 2 * MIB, max_buffer=most))


@pytest.mark.node_test("spawnsync-maxbuf")
@both
@pytest.mark.parametrize("most", [0, 10, 70_000])
def test_spawn_sync_returns_the_error_and_the_limit(stream: str, most: int) -> None:
    """`error` says so, `signal` how the child ended, the output is the limit's."""
    result = spawn_sync(*_words(stream, 500_000), max_buffer=most)

    assert isinstance(result.error, MaxBufferExceeded)
    assert (CODE, "SIGTERM") == (result.error.code, result.signal)
    assert most == len(getattr(result, stream))


@pytest.mark.node_test("spawnsync-maxbuf")
def test_spawn_sync_within_the_limit_is_no_error() -> None:
    """Exactly the default, on both streams at once."""
    file, *args = programs.python("write_bytes.py", MIB, MIB)

    result = spawn_sync(file, args)

    assert (None, 0) == (result.error, result.status)
    assert [MIB, MIB] == [len(result.stdout or b""), len(result.stderr or b"")]


@pytest.mark.node_test("spawnsync-maxbuf")
def test_spawn_sync_without_a_limit_keeps_everything() -> None:
    """Infinity is no limit."""
    result = spawn_sync(*_words("stdout", 2 * MIB), max_buffer=math.inf)

    assert (None, 2 * MIB) == (result.error, len(result.stdout or b""))
