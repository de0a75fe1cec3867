"""The forms that block: their results, their errors, their input."""

import array
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    CommandFailed,
    OptionError,
    SpawnError,
    TimeoutExceeded,
    exec_file_sync,
    exec_sync,
    spawn_sync,
)
from tests.conformance.children import code
from tests.support import programs

raising = pytest.mark.parametrize(
    "call",
    [
        pytest.param(exec_sync, id="exec_sync"),
        pytest.param(
            lambda line, **o: exec_file_sync("sh", ["-c", line], **o),
            id="exec_file_sync",
        ),
    ],
)


@pytest.mark.node_test("spawnsync")
def test_spawn_sync_waits_for_the_end() -> None:
    """It returns once the process has ended, and not before."""
    began = time.monotonic()

    result = spawn_sync("sleep", ["0.3"])

    assert (0, None, None) == (result.status, result.signal, result.error)
    assert time.monotonic() - began >= 0.3


@pytest.mark.node_test("spawnsync")
def test_spawn_sync_returns_that_a_program_is_missing() -> None:
    """Nothing is raised; the fields say that nothing was started."""
    result = spawn_sync("command_does_not_exist", ["x"])

    error = result.error
    assert isinstance(error, SpawnError)
    assert ("ENOENT", 2) == (error.code, error.errno)
    assert ("command_does_not_exist", ("x",)) == (error.path, error.spawnargs)
    assert (0, None, None, None) == (
        result.pid,
        result.status,
        result.signal,
        result.output,
    )
    assert (None, None) == (result.stdout, result.stderr)


@pytest.mark.node_test("spawnsync")
def test_the_output_is_bytes_by_default() -> None:
    """Unlike that of the async forms, and as in Node."""
    result = spawn_sync("sh", ["-c", "echo out; echo err >&2"])

    assert (b"out\n", b"err\n") == (result.stdout, result.stderr)
    assert (None, b"out\n", b"err\n") == result.output
    assert result.pid > 0


@pytest.mark.node_test("spawnsync")
def test_a_code_is_a_status_and_no_error() -> None:
    """`spawn_sync` judges nothing."""
    file, *args = programs.python("exit_with.py", 42)

    result = spawn_sync(file, args)

    assert (42, None, None) == (result.status, result.signal, result.error)


@pytest.mark.node_test("spawnsync-input")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("hellö", "hellö".encode(), id="str"),
        pytest.param(b"\0\xff", b"\0\xff", id="bytes"),
        pytest.param(bytearray(b"abc"), b"abc", id="bytearray"),
        pytest.param(memoryview(b"abcdef")[::2], b"ace", id="memoryview"),
        pytest.param(
            memoryview(array.array("H", [1, 2])),
            array.array("H", [1, 2]).tobytes(),
            id="view of numbers",
        ),
        pytest.param(["a", b"b", "c"], b"abc", id="iterable"),
        pytest.param("", b"", id="empty"),
    ],
)
def test_input_is_what_the_child_reads(given: Any, expected: bytes) -> None:
    """In each of its forms, and then comes the end of file."""
    result = spawn_sync("cat", input=given)

    assert (expected, 0, None) == (result.stdout, result.status, result.error)


@pytest.mark.node_test("spawnsync-input")
@pytest.mark.parametrize(
    "given", [1234, 1.5, True, {"a": 1}, pytest.param(object(), id="object")], ids=repr
)
def test_an_input_that_is_none_is_refused(given: Any) -> None:
    """It is told at the call."""
    with pytest.raises(OptionError) as caught:
        spawn_sync("cat", input=given)

    assert ("ERR_INVALID_ARG_TYPE", "input") == (
        caught.value.code,
        caught.value.option,
    )


@pytest.mark.node_test("spawnsync-input")
def test_input_beside_another_stdin_is_refused() -> None:
    """In Node it wins in silence over `stdio[0]`."""
    with pytest.raises(OptionError, match="one place only"):
        spawn_sync("cat", input="x", stdio="ignore")


@pytest.mark.node_test("spawnsync-input", "sequential/execsync")
@pytest.mark.parametrize("stdio", ["inherit", "ignore"])
def test_output_that_is_no_pipe_is_none(
    stdio: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """What goes elsewhere is not returned."""
    result = spawn_sync("sh", ["-c", "echo out; echo err >&2"], stdio=stdio)
    output = exec_sync("true", stdio=stdio)

    assert (None, None, None) == (result.stdout, result.stderr, output)
    heard = ("out\n", "err\n") if stdio == "inherit" else ("", "")
    assert heard == tuple(capfd.readouterr())


@pytest.mark.node_test("spawnsync-input")
def test_stderr_is_shown_after_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    """The raising forms complain on our stderr, unless `stdio` is given."""
    output = exec_file_sync("sh", ["-c", "echo out; echo err >&2"])
    silent = exec_file_sync("sh", ["-c", "echo err2 >&2"], stdio="pipe")

    assert (b"out\n", b"") == (output, silent)
    assert ("", "err\n") == tuple(capfd.readouterr())


@pytest.mark.node_test("sequential/execsync", "spawnsync-timeout")
@raising
def test_a_sync_form_that_takes_too_long_raises(call: Any) -> None:
    """The error is a `TimeoutError`, and has signal and output."""
    with pytest.raises(TimeoutError) as caught:
        call("echo hi; sleep 60", timeout=0.3)

    error = caught.value
    assert isinstance(error, TimeoutExceeded)
    assert ("ETIMEDOUT", "SIGTERM", b"hi\n") == (error.code, error.signal, error.stdout)


@pytest.mark.node_test("sequential/execsync")
@raising
def test_a_sync_form_that_fails_raises_what_is_known(
    call: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """Status, signal, output and pid; the message shows stderr."""
    with pytest.raises(CommandFailed) as caught:
        call("echo out; echo baderror >&2; exit 1")

    result = caught.value.result
    assert (1, None) == (result.code, result.signal)
    assert (None, b"out\n", b"baderror\n") == result.output
    assert (result.pid or 0) > 0
    assert "baderror" in str(caught.value)
    assert "baderror\n" == capfd.readouterr().err


@pytest.mark.node_test("sequential/execsync")
@raising
def test_a_sync_form_works_in_its_cwd(call: Any, tmp_path: Path) -> None:
    """And reads text where an encoding is given."""
    assert f"{tmp_path}\n" == call("pwd", cwd=tmp_path, encoding="utf8")


@pytest.mark.node_test("sequential/execsync")
def test_nothing_is_printed_where_all_goes_well(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The output is returned, and only returned."""
    words = code("print('foobar')")

    output = exec_file_sync(sys.executable, words)

    assert b"foobar\n" == output
    assert ("", "") == tuple(capfd.readouterr())


@pytest.mark.node_test("spawnsync-input")
def test_a_child_that_does_not_read_its_input_is_no_error() -> None:
    """Node reports EPIPE although the status is 0."""
    result = spawn_sync("true", input=b"x" * 1_000_000)

    assert (0, None) == (result.status, result.error)
