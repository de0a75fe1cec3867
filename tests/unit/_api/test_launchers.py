import errno
import os
from pathlib import Path
from typing import Any

import pytest

from child_process import AbortController
from child_process._api.launchers import Launched, launch
from child_process._launch import at_exit
from child_process._values.options import SpawnOptions
from child_process.errors import Aborted, OptionError, SpawnError
from tests.support import leaks, samples, waiting


def output(launched: Launched[SpawnOptions]) -> bytes:
    """Run what was launched to its end; return what it wrote to stdout."""
    handle = launched.handle
    handle.wait_started()
    with os.fdopen(handle.fds.pop(1), "rb") as file:
        os.set_blocking(file.fileno(), True)
        said = file.read()
    waiting.readable(handle.exit_fd)
    handle.reap()
    at_exit.let_go(handle)
    return said


def quiet(**given: Any) -> SpawnOptions:
    """Return options with nothing but stdout piped."""
    return samples.options(**{"stdio": ["ignore", "pipe", "ignore"], **given})


def test_a_launch_hands_out_what_is_executed() -> None:
    """The handle, the call, and the options in force."""
    launched = launch("echo", ["a b"], quiet())

    said = output(launched)

    assert b"a b\n" == said
    assert ("echo", "a b") == launched.call.argv
    assert not launched.call.shell


@pytest.mark.parametrize(
    ("file", "args"),
    [
        pytest.param("", (), id="no program"),
        pytest.param(None, (), id="None"),
        pytest.param("a\0b", (), id="NUL"),
        pytest.param("ls", "-l", id="arguments as a str"),
        pytest.param("ls", ["\0"], id="NUL in an argument"),
    ],
)
def test_what_cannot_be_passed_on_is_refused(file: Any, args: Any) -> None:
    """Before anything is made."""
    before = leaks.descriptors()

    with pytest.raises(OptionError):
        launch(file, args, quiet())

    assert before == leaks.descriptors()


def test_an_aborted_signal_launches_nothing() -> None:
    """The handle holds the error, with the command and the reason."""
    controller = AbortController()
    controller.abort("enough")

    launched = launch("echo", ["a b"], quiet(signal=controller.signal))

    error = launched.handle.error
    assert isinstance(error, Aborted)
    assert "enough" == error.cause
    assert "echo 'a b'" == error.result.command
    assert {} == launched.handle.fds


def test_a_missing_program_is_the_handles_error() -> None:
    """Nothing is raised for what the system lacks."""
    launched = launch("no-such-program", (), quiet())

    assert isinstance(launched.handle.error, SpawnError)
    assert errno.ENOENT == launched.handle.error.errno


def test_a_file_as_input_is_the_childs_stdin(tmp_path: Path) -> None:
    """The child reads the file itself; nothing is left open here."""
    path = tmp_path / "file"
    path.write_text("from the file")
    before = leaks.descriptors()

    options = samples.options(stdio=[None, "pipe", "ignore"], input=path)
    launched = launch("cat", (), options)
    said = output(launched)
    del launched

    assert b"from the file" == said
    assert before == leaks.descriptors()


@pytest.mark.parametrize("file", ["cat", "no-such-program"])
def test_a_file_is_closed_whatever_happens(tmp_path: Path, file: str) -> None:
    """A failed start keeps it no more than one that works."""
    path = tmp_path / "file"
    path.write_text("x")
    before = leaks.descriptors()

    options = samples.options(stdio=[None, "pipe", "ignore"], input=path)
    launched: Any = launch(file, (), options)
    at_exit.let_go(launched.handle)
    del launched

    assert before == leaks.descriptors()


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """It is an option that is wrong, with the system's reason."""
    with pytest.raises(OptionError) as caught:
        launch("cat", (), samples.options(input=tmp_path / "nothing"))

    assert "input" == caught.value.option
    assert "No such file or directory" in str(caught.value)
    assert isinstance(caught.value.__cause__, FileNotFoundError)
