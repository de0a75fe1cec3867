from pathlib import Path
from typing import Any

import pytest

from child_process._values.limits import Limits
from child_process._values.options import (
    DRAIN,
    NODE_MAX_BUFFER,
    RunOptions,
    SpawnOptions,
    to_encoding,
)
from child_process._values.stdio import Slot
from child_process._values.teardown import GRACE, Step, Teardown
from child_process.abort import AbortController
from child_process.errors import (
    OptionError,
    OptionRangeError,
    OptionTypeError,
    UnknownOption,
    UnknownSignal,
)

SIGNAL = AbortController().signal


def test_the_defaults_are_nodes() -> None:
    """Without options a child inherits all but its three pipes."""
    options = SpawnOptions()

    assert options.cwd is None
    assert options.env is None
    assert (Slot.PIPE,) * 3 == options.stdio
    assert options.shell is None
    assert options.timeout is None
    assert 15 == options.kill_signal
    assert Teardown((Step(15, GRACE),)) == options.teardown
    assert options.tree is True
    assert not options.detached


def test_the_defaults_of_a_run_have_limits() -> None:
    """1 MiB of each stream, text, and reading that ends soon after the exit."""
    options = RunOptions()

    assert NODE_MAX_BUFFER == options.max_buffer
    assert DRAIN == options.drain
    assert "utf-8" == options.encoding
    assert "kill" == options.overflow
    assert options.check
    assert {0} == options.accept


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("cwd", Path("/tmp"), "/tmp", id="cwd as a path"),
        pytest.param("cwd", "", None, id="empty cwd is ours, as in Node"),
        pytest.param("env", {"A": "1", "B": None}, {b"A": b"1"}, id="env"),
        pytest.param("argv0", "", "", id="empty argv0"),
        pytest.param("stdio", "ignore", (Slot.IGNORE,) * 3, id="stdio"),
        pytest.param("shell", True, "/bin/sh", id="shell"),
        pytest.param("shell", b"/bin/bash", "/bin/bash", id="shell by its path"),
        pytest.param("shell", Path("/bin/bash"), "/bin/bash", id="shell as a path"),
        pytest.param("shell", None, None, id="no shell"),
        pytest.param("timeout", 0, None, id="timeout 0 is none, as in Node"),
        pytest.param("timeout", 2, 2.0, id="timeout"),
        pytest.param("uid", 2**31 - 1, 2**31 - 1, id="highest uid"),
        pytest.param("gid", 0, 0, id="gid"),
        pytest.param("groups", [3, 4], (3, 4), id="groups"),
        pytest.param("umask", 0o77, 0o77, id="umask"),
        pytest.param("limits", Limits(cpu=1), Limits(cpu=1), id="limits"),
        pytest.param("signal", SIGNAL, SIGNAL, id="signal"),
        pytest.param("kill_signal", "sigint", 2, id="kill_signal"),
        pytest.param("input", "ä", "ä".encode(), id="input"),
        pytest.param("input", "", b"", id="empty input is an empty stdin"),
        pytest.param("tree", "all", "all", id="tree"),
        pytest.param("tree", False, False, id="the one process"),
        pytest.param("drain", 1, 1.0, id="drain"),
        pytest.param("windows_hide", True, True, id="Windows' option"),
    ],
)
def test_an_option_is_held_checked(name: str, value: Any, expected: Any) -> None:
    """Each option has one form once it was checked."""
    options = SpawnOptions.of({name: value})

    assert expected == getattr(options, name)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("max_buffer", 0, 0, id="nothing is kept"),
        pytest.param("max_buffer", None, None, id="no limit"),
        pytest.param("overflow", "truncate", "truncate", id="truncate"),
        pytest.param("encoding", None, None, id="bytes"),
        pytest.param("encoding", "buffer", None, id="Node's word for bytes"),
        pytest.param("encoding", "LATIN1", "iso8859-1", id="a codec's other name"),
        pytest.param("check", False, False, id="no raising"),
        pytest.param("accept", [0, 1], frozenset({0, 1}), id="accept"),
        pytest.param("accept", (), frozenset(), id="accept nothing"),
        pytest.param("drain", None, None, id="wait for the end of file"),
    ],
)
def test_an_option_of_a_run_is_held_checked(
    name: str, value: Any, expected: Any
) -> None:
    """Limits and forms of the output are checked in the same way."""
    options = RunOptions.of({name: value})

    assert expected == getattr(options, name)


def test_kill_signal_begins_the_teardown() -> None:
    """Without a teardown of its own a child gets its kill_signal first."""
    asked = SpawnOptions(kill_signal="SIGINT")
    told = SpawnOptions(kill_signal="SIGINT", teardown=[("SIGHUP", 1)])

    assert Teardown((Step(2, GRACE),)) == asked.teardown
    assert Teardown((Step(1, 1.0),)) == told.teardown


def test_checking_again_changes_nothing() -> None:
    """A checked instance passes its own checks: it can be copied with changes."""
    given = {"cwd": "/tmp", "stdio": ["pipe", "ignore", 2, "pipe"], "input": b"x"}
    options = RunOptions.of(given)
    names = [name for name in RunOptions.__dataclass_fields__ if name != "env"]

    again = RunOptions.of({name: getattr(options, name) for name in names})

    assert options == again


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        pytest.param("cwd", 1, OptionTypeError, id="cwd"),
        pytest.param("cwd", "\0", OptionError, id="NUL in cwd"),
        pytest.param("env", "A=1", OptionTypeError, id="env"),
        pytest.param("argv0", 1, OptionTypeError, id="argv0"),
        pytest.param("stdio", 1, OptionTypeError, id="stdio"),
        pytest.param("detached", 1, OptionTypeError, id="detached"),
        pytest.param("uid", -1, OptionRangeError, id="uid below 0"),
        pytest.param("gid", 2**31, OptionRangeError, id="gid above an int32"),
        pytest.param("uid", "root", OptionTypeError, id="uid by name"),
        pytest.param("groups", "wheel", OptionTypeError, id="groups by name"),
        pytest.param("umask", 0o1000, OptionRangeError, id="umask of more bits"),
        pytest.param("umask", "077", OptionTypeError, id="umask as a str"),
        pytest.param("limits", {"cpu": 1}, OptionTypeError, id="limits as a dict"),
        pytest.param("shell", "", OptionError, id="empty shell"),
        pytest.param("shell", 1, OptionTypeError, id="shell"),
        pytest.param("signal", "SIGTERM", OptionTypeError, id="kill_signal's value"),
        pytest.param("timeout", -1, OptionRangeError, id="timeout"),
        pytest.param("timeout", "1", OptionTypeError, id="timeout as a str"),
        pytest.param("kill_signal", "TERM", UnknownSignal, id="kill_signal"),
        pytest.param("kill_signal", None, OptionTypeError, id="no kill_signal"),
        pytest.param("input", 1, OptionTypeError, id="input"),
        pytest.param("tree", 1, OptionError, id="tree"),
        pytest.param("tree", "some", OptionError, id="half a tree"),
        pytest.param("teardown", "SIGTERM", OptionTypeError, id="teardown"),
        pytest.param("drain", -1, OptionRangeError, id="drain"),
        pytest.param("windows_hide", 0, OptionTypeError, id="windows_hide"),
        pytest.param("max_buffer", -1, OptionRangeError, id="max_buffer"),
        pytest.param("max_buffer", "1M", OptionTypeError, id="max_buffer in words"),
        pytest.param("overflow", "grow", OptionError, id="overflow"),
        pytest.param("overflow", [], OptionError, id="overflow as a list"),
        pytest.param("encoding", 1, OptionTypeError, id="encoding"),
        pytest.param("encoding", "klingon", OptionError, id="unknown encoding"),
        pytest.param("check", None, OptionTypeError, id="check"),
        pytest.param("accept", 0, OptionTypeError, id="one code"),
        pytest.param("accept", "01", OptionTypeError, id="codes as a str"),
        pytest.param("accept", [256], OptionRangeError, id="no exit code"),
        pytest.param("accept", ["0"], OptionTypeError, id="code as a str"),
    ],
)
def test_a_wrong_option_is_refused(
    name: str, value: Any, kind: type[OptionError]
) -> None:
    """The error says which option it was, and whether type or value is wrong."""
    with pytest.raises(OptionError) as caught:
        RunOptions.of({name: value})

    assert kind is type(caught.value)
    assert name == caught.value.option


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("timout", "did you mean timeout?", id="slip of the pen"),
        pytest.param("killSignal", "did you mean kill_signal?", id="Node's case"),
        pytest.param("maxBuffer", "max_buffer is one of exec()", id="another verb's"),
        pytest.param("xyz", "it has allow_env, argv0, cwd", id="nothing like it"),
    ],
)
def test_an_unknown_option_is_refused_with_a_hint(name: str, hint: str) -> None:
    """A misspelt limit is not silently no limit."""
    with pytest.raises(UnknownOption) as caught:
        SpawnOptions.of({name: 1})

    assert name == caught.value.option
    assert hint in str(caught.value)


def test_input_needs_a_pipe() -> None:
    """Stdin comes from `input=` or from `stdio=`, not from both."""
    with pytest.raises(OptionError) as caught:
        SpawnOptions(input=b"x", stdio=["ignore"])

    assert "stdio[0]" == caught.value.option


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("hex", id="bytes to bytes"),
        pytest.param("rot13", id="text to text"),
        pytest.param("utf-8\0", id="NUL"),
        pytest.param("\ud800", id="half a surrogate"),
        pytest.param("undefined", id="a codec that always fails"),
        pytest.param("idna", id="a codec that cannot replace"),
        pytest.param("utf-16", id="a codec that needs a mark at the start"),
        pytest.param("", id="empty"),
    ],
)
def test_a_codec_must_be_able_to_read_any_output(name: str) -> None:
    """What would fail in the middle of a run is refused before it."""
    with pytest.raises(OptionError) as caught:
        to_encoding(name)

    assert OptionError is type(caught.value)


def test_the_same_call_has_the_same_options() -> None:
    """A value that was checked is not checked again; by its type: 1 is not True."""
    first = SpawnOptions.of({"timeout": 1, "stdio": "ignore"})

    assert first is SpawnOptions.of({"timeout": 1, "stdio": "ignore"})
    assert first is not RunOptions.of({"timeout": 1, "stdio": "ignore"})
    assert SpawnOptions.of({"detached": True}).detached
    with pytest.raises(OptionError):
        SpawnOptions.of({"detached": 1})
