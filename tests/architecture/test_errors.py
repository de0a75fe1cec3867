"""Errors travel between processes, and programs can tell them apart."""

import copy
import errno
import importlib
import pickle
import subprocess
from typing import Any

import pytest

from child_process import errors
from child_process._values.result import Result
from child_process.errors import ProcessError
from tests.support.sources import public_modules

RESULT: Result[str] = Result(
    command="make -j8",
    pid=42,
    code=2,
    signal=None,
    stdout="out",
    stderr="err",
    output=(None, "out", "err"),
    duration=0.5,
    usage=None,
    reason=None,
    truncated=False,
    drained=True,
    accepted=False,
)

SAMPLES: dict[str, tuple[Any, ...]] = {
    "Aborted": (RESULT, "called off"),
    "CommandFailed": (RESULT,),
    "ExitStatusLost": (42,),
    "IsolationUnavailable": ("landlock", "Function not implemented", "run Linux 6.2"),
    "KillTimeout": ((42, 43), 5.0),
    "MaxBufferExceeded": (RESULT, "stdout", 1024),
    "OptionError": ("timeout", -1, "seconds > 0, or None"),
    "OptionRangeError": ("timeout", -1, "seconds > 0, or None"),
    "OptionTypeError": ("timeout", "1", "a number or None"),
    "ProcessError": (),
    "SpawnError": (errno.ENOENT, "nosuch", ["-v"], "lookup", "not in PATH"),
    "TimeoutExceeded": (RESULT, 0.5),
    "UnknownOption": ("tiemout", "1", "did you mean timeout?"),
    "UnknownSignal": ("kill_signal", "SIGFOO", "a signal's name"),
}

each_error = pytest.mark.parametrize("name", errors.__all__)


def sample(name: str) -> ProcessError:
    """Return an instance of the error *name*."""
    assert name in SAMPLES, f"give {name} a sample"
    made = getattr(errors, name)(*SAMPLES[name])
    assert isinstance(made, ProcessError)
    return made


def facts(error: ProcessError) -> dict[str, Any]:
    """Return what *error* knows."""
    return {name: value for name, value in vars(error).items() if name[:2] != "__"}


def test_every_error_has_a_sample_here() -> None:
    """The tables of this file are complete."""
    assert sorted(errors.__all__) == sorted(SAMPLES)


@each_error
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling(name: str, protocol: int) -> None:
    """Its type, its words and its facts come out as they went in."""
    error = sample(name)

    again = pickle.loads(pickle.dumps(error, protocol))

    assert type(error) is type(again)
    assert str(error) == str(again)
    assert facts(error) == facts(again)


@each_error
def test_an_error_survives_copying(name: str) -> None:
    """As concurrent.futures and task groups do it."""
    error = sample(name)

    again = copy.copy(error)

    assert type(error) is type(again)
    assert str(error) == str(again)


@each_error
def test_an_error_has_a_code(name: str) -> None:
    """The code is a word that programs can compare."""
    error = sample(name)

    assert error.code
    assert error.code == error.code.upper().replace(" ", "_")


def test_codes_tell_errors_apart() -> None:
    """No two public errors share a code, in whatever module they are."""
    codes = {
        error: error.code
        for module in map(importlib.import_module, public_modules())
        for error in vars(module).values()
        if isinstance(error, type)
        and issubclass(error, ProcessError)
        and not issubclass(error, errors.SpawnError)
    }

    assert sorted(set(codes.values())) == sorted(codes.values())


def test_a_failed_start_has_the_code_of_its_errno() -> None:
    """As in Node, `SpawnError.code` is the errno's name."""
    assert "ENOENT" == sample("SpawnError").code


@each_error
def test_words_are_bounded(name: str) -> None:
    """``str(error)`` is at most 16 KiB, whatever the child wrote."""
    assert len(str(sample(name)).encode()) <= 16 * 1024


def test_huge_output_does_not_make_a_huge_message() -> None:
    """The end of what the child wrote is shown, not all of it."""
    huge: Result[str] = Result(
        command="x" * 100_000,
        pid=1,
        code=1,
        signal=None,
        stdout="o" * 1_000_000,
        stderr="é" * 1_000_000,
        output=(),
        duration=0.0,
        usage=None,
        reason=None,
        truncated=False,
        drained=True,
        accepted=False,
    )

    assert len(str(errors.CommandFailed(huge)).encode()) <= 16 * 1024


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("Aborted", subprocess.CalledProcessError),
        ("CommandFailed", subprocess.CalledProcessError),
        ("MaxBufferExceeded", subprocess.CalledProcessError),
        ("OptionError", ValueError),
        ("OptionTypeError", TypeError),
        ("SpawnError", FileNotFoundError),
        ("TimeoutExceeded", TimeoutError),
    ],
)
def test_a_builtin_catches_what_it_should(name: str, builtin: type) -> None:
    """Who does not know our errors catches Python's."""
    assert isinstance(sample(name), builtin)
