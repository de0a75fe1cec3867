import pickle
from pathlib import PurePosixPath
from typing import Any

import pytest

from child_process import cmd
from child_process._values.command import Command, to_args
from child_process.errors import OptionError, OptionTypeError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, (), id="none"),
        pytest.param([], (), id="empty list"),
        pytest.param(
            ["a", b"\xff", PurePosixPath("/x")], ("a", "\udcff", "/x"), id="list"
        ),
        pytest.param(("", "a b", "$HOME"), ("", "a b", "$HOME"), id="odd words"),
    ],
)
def test_arguments_are_a_list_of_strings(value: Any, expected: tuple[str, ...]) -> None:
    """Each argument stays one, whatever it holds."""
    assert expected == to_args(value)


@pytest.mark.parametrize(
    ("value", "kind", "option"),
    [
        pytest.param("a b", OptionTypeError, "args", id="a str is no list"),
        pytest.param(b"a", OptionTypeError, "args", id="bytes"),
        pytest.param({"a": "b"}, OptionTypeError, "args", id="options in its place"),
        pytest.param(iter(["a"]), OptionTypeError, "args", id="iterator"),
        pytest.param(["a", 1], OptionTypeError, "args[1]", id="number"),
        pytest.param(["a", None], OptionTypeError, "args[1]", id="None"),
        pytest.param([["a"]], OptionTypeError, "args[0]", id="list in a list"),
        pytest.param(["a\0"], OptionError, "args[0]", id="NUL"),
    ],
)
def test_what_are_no_arguments_is_refused(
    value: Any, kind: type[OptionError], option: str
) -> None:
    """The error names the argument that is wrong."""
    with pytest.raises(OptionError) as caught:
        to_args(value)

    assert kind is type(caught.value)
    assert option == caught.value.option


@pytest.mark.parametrize("program", ["", b"", "a\0b", 1, None, ["ls"]])
def test_a_command_has_a_program(program: Any) -> None:
    """No command is made without a name that can be passed on."""
    with pytest.raises(OptionError):
        cmd(program)


def test_a_command_is_changed_by_copying() -> None:
    """`with_` adds arguments and sets options; the first command stays as it was."""
    log = cmd("git", "log").with_(cwd="/a", timeout=1.0)

    other = log.with_("--oneline", cwd="/b")

    assert ("log",) == log.args
    assert {"cwd": "/a", "timeout": 1.0} == log.options
    assert ("log", "--oneline") == other.args
    assert {"cwd": "/b", "timeout": 1.0} == other.options


def test_a_command_can_be_a_key() -> None:
    """Commands with the same words are equal, and hash alike."""
    assert {cmd("a", "b"): 1} == {Command("a", ("b",)): 1}
    assert cmd("a", "b") != cmd("a", "c")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(cmd("ls"), "cmd('ls')", id="program"),
        pytest.param(cmd("ls", "a b"), "cmd('ls', 'a b')", id="arguments"),
        pytest.param(
            cmd("ls").with_("-l", cwd="/"),
            "cmd('ls', '-l').with_(cwd='/')",
            id="options",
        ),
    ],
)
def test_its_repr_can_be_pasted(command: Command, expected: str) -> None:
    """What is shown makes the same command again."""
    assert expected == repr(command)
    assert command == eval(expected)


def test_its_str_is_what_one_would_type() -> None:
    """For people a command is a line of a shell."""
    assert "git commit -m 'a b'" == str(cmd("git", "commit", "-m", "a b"))


def test_a_command_pickles() -> None:
    """A command can be sent to another process, with its options."""
    command = cmd("ls").with_(cwd="/")

    again = pickle.loads(pickle.dumps(command))

    assert command == again
    assert command.options == again.options
