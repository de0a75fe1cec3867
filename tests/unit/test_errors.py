import errno
import pickle
from enum import IntEnum
from typing import Any

import pytest

from child_process.errors import (
    Aborted,
    CommandFailed,
    ExitStatusLost,
    KillTimeout,
    MaxBufferExceeded,
    OptionError,
    ProcessError,
    SpawnError,
    TimeoutExceeded,
    UnknownOption,
)
from tests.support import samples

FAILED = samples.result(stdout="", stderr="")
KILLED = samples.result(code=None, signal="SIGKILL", stdout="", stderr="", reason="x")
UNSTARTED = samples.result(code=None, stdout=None, stderr=None, reason="aborted")


def spawn_error(number: int = errno.ENOENT, path: str = "nosuch") -> SpawnError:
    """Return the error of a start that failed with *number*."""
    return SpawnError(number, path, ["-v", "a b"], "lookup", "it is not there")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(
            OptionError("timeout", -1, "seconds > 0"),
            "timeout = -1: expected seconds > 0",
            id="option",
        ),
        pytest.param(
            OptionError("cwd", "\x1b[2J", "a path"),
            "cwd = '\\x1b[2J': expected a path",
            id="option with an escape sequence",
        ),
        pytest.param(
            UnknownOption("timout", 1, "did you mean timeout?"),
            "timout: there is no such option here; did you mean timeout?",
            id="unknown option",
        ),
        pytest.param(spawn_error(), "spawn nosuch ENOENT: it is not there", id="start"),
        pytest.param(
            spawn_error(path="a\nb"),
            "spawn $'a\\nb' ENOENT: it is not there",
            id="path",
        ),
        pytest.param(
            CommandFailed(FAILED), "Command failed, exit code 2: make -j8", id="code"
        ),
        pytest.param(
            CommandFailed(KILLED),
            "Command failed, ended by SIGKILL: make -j8",
            id="signal",
        ),
        pytest.param(
            CommandFailed(samples.result()),
            "Command failed, exit code 2: make -j8\n\nerr\n\nout",
            id="output: stderr first",
        ),
        pytest.param(
            CommandFailed(samples.result(stdout=b"\x1b\xff", stderr=None)),
            "Command failed, exit code 2: make -j8\n\n\\x1b\ufffd",
            id="output with an escape sequence",
        ),
        pytest.param(
            TimeoutExceeded(KILLED, 0.5),
            "Command timed out after 0.5 seconds, ended by SIGKILL: make -j8",
            id="timeout",
        ),
        pytest.param(
            MaxBufferExceeded(KILLED, "stderr", 10),
            "stderr went over max_buffer = 10 bytes, ended by SIGKILL: make -j8",
            id="max_buffer",
        ),
        pytest.param(
            Aborted(UNSTARTED),
            "Command was aborted, it was not started: make -j8",
            id="abort",
        ),
        pytest.param(
            Aborted(KILLED, "no \x1b need"),
            "Command was aborted (no \\x1b need), ended by SIGKILL: make -j8",
            id="abort with a reason",
        ),
        pytest.param(
            KillTimeout((3, 4), 5.0),
            "still there 5 seconds after SIGKILL: pid 3, 4; a process in "
            "uninterruptible sleep goes once its I/O ends",
            id="kill timeout",
        ),
        pytest.param(
            ExitStatusLost(3),
            "how process 3 ended is not known: SIGCHLD is ignored in this program, or "
            "other code of it calls waitpid(-1); mend that",
            id="lost status",
        ),
    ],
)
def test_an_errors_words_say_what_happened(error: ProcessError, expected: str) -> None:
    """One line for people: what happened, to which command, and what it said."""
    assert expected == str(error)


@pytest.mark.parametrize(
    ("number", "builtin"),
    [
        pytest.param(errno.ENOENT, FileNotFoundError, id="ENOENT"),
        pytest.param(errno.EACCES, PermissionError, id="EACCES"),
        pytest.param(errno.EPERM, PermissionError, id="EPERM"),
        pytest.param(errno.ENOTDIR, NotADirectoryError, id="ENOTDIR"),
        pytest.param(errno.EISDIR, IsADirectoryError, id="EISDIR"),
        pytest.param(errno.EAGAIN, BlockingIOError, id="EAGAIN"),
        pytest.param(errno.E2BIG, OSError, id="E2BIG"),
    ],
)
def test_a_failed_start_is_the_builtin_of_its_errno(
    number: int, builtin: type[OSError]
) -> None:
    """``except FileNotFoundError`` catches it, also when it was pickled."""
    error = spawn_error(number)

    again = pickle.loads(pickle.dumps(error))

    assert isinstance(error, SpawnError)
    assert isinstance(error, builtin)
    assert isinstance(again, builtin)
    assert "SpawnError" == type(error).__name__
    assert number == error.errno
    assert errno.errorcode[number] == error.code


def test_a_failed_start_holds_nodes_facts() -> None:
    """What was to be started, by which call, and how one would type it."""
    error = spawn_error()

    assert "spawn nosuch" == error.syscall
    assert "nosuch" == error.path
    assert ("-v", "a b") == error.spawnargs
    assert "nosuch -v 'a b'" == error.cmd
    assert "lookup" == error.step


def test_an_unknown_errno_has_a_code_too() -> None:
    """A number that Python does not know is named by itself."""
    assert "E9999" == spawn_error(9999).code


def test_a_failed_command_is_subprocesses_error() -> None:
    """It has what `subprocess.CalledProcessError` has."""
    error = CommandFailed(samples.result())

    assert 2 == error.returncode
    assert "make -j8" == error.cmd
    assert ("out\n", "out\n", "err\n") == (error.output, error.stdout, error.stderr)
    assert error.signal is None
    assert not error.killed


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(CommandFailed(KILLED), id="failure"),
        pytest.param(TimeoutExceeded(KILLED, 0.5), id="timeout"),
        pytest.param(MaxBufferExceeded(KILLED, "stdout", 9), id="max_buffer"),
        pytest.param(Aborted(KILLED, "reason"), id="abort"),
        pytest.param(KillTimeout((3, 4), 5.0), id="kill timeout"),
        pytest.param(ExitStatusLost(3), id="lost status"),
    ],
)
def test_an_error_pickles_whole(error: ProcessError) -> None:
    """Its facts arrive in another process."""
    again = pickle.loads(pickle.dumps(error))

    assert type(error) is type(again)
    assert vars(error) == vars(again)


def test_a_command_that_we_ended_says_so() -> None:
    """`killed` is about us, `signal` about how it ended."""
    error = CommandFailed(KILLED)

    assert error.killed
    assert "SIGKILL" == error.signal


@pytest.mark.parametrize(
    ("stream", "expected"),
    [("stdout", "out\n"), ("stderr", "err\n"), ("stdio[3]", None)],
)
def test_an_overflow_hands_out_what_was_kept(stream: str, expected: str | None) -> None:
    """Nothing that fits is thrown away."""
    assert expected == MaxBufferExceeded(samples.result(), stream, 4).kept


def test_an_exception_as_a_reason_is_the_cause() -> None:
    """A traceback shows why it was called off."""
    reason = RuntimeError("shutdown")

    error = Aborted(KILLED, reason)

    assert reason is error.cause
    assert reason is error.__cause__


class Word(str):
    """A str of the caller's own."""

    __slots__ = ()


class Level(IntEnum):
    """A number of the caller's own."""

    LOW = 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(-1, -1, id="number"),
        pytest.param("x", "x", id="str"),
        pytest.param(b"x", b"x", id="bytes"),
        pytest.param(None, None, id="None"),
        pytest.param([1], "[1]", id="anything else travels as its repr"),
        pytest.param(Word("x"), "'x'", id="a str of the caller's own"),
        pytest.param(Level.LOW, "<Level.LOW: 1>", id="a number of the caller's own"),
    ],
)
def test_a_wrong_value_travels(value: Any, expected: object) -> None:
    """An option error pickles, whatever was given."""
    again = pickle.loads(pickle.dumps(OptionError("option", value, "x")))

    assert expected == again.value
    assert type(expected) is type(again.value)
