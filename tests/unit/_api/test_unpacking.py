from typing import Any

import pytest

from child_process import cmd
from child_process._api.unpacking import unpacked
from child_process._values.options import RUN_MAX_BUFFER
from child_process._values.stdio import Slot
from child_process.errors import OptionError


@pytest.mark.parametrize(
    ("program", "args", "options", "expected"),
    [
        pytest.param("ls", ["-l"], {}, ("ls", ["-l"], None), id="program"),
        pytest.param(cmd("ls", "-l"), (), {}, ("ls", ("-l",), None), id="command"),
        pytest.param(
            cmd("ls", "-l"), ["/tmp"], {}, ("ls", ("-l", "/tmp"), None), id="and more"
        ),
        pytest.param(
            cmd("ls").with_(cwd="/a"), None, {}, ("ls", (), "/a"), id="its options"
        ),
        pytest.param(
            cmd("ls").with_(cwd="/a"),
            (),
            {"cwd": "/b"},
            ("ls", (), "/b"),
            id="the call's options win",
        ),
    ],
)
def test_a_command_is_taken_apart(
    program: Any, args: Any, options: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    """Its program, its arguments and those of the call, its options."""
    file, words, checked = unpacked(program, args, options)

    assert expected == (file, words, checked.cwd)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, Slot.IGNORE, id="it reads nothing"),
        pytest.param({"input": b"x"}, Slot.PIPE, id="it reads its input"),
        pytest.param({"stdio": "inherit"}, Slot.INHERIT, id="it reads what is said"),
    ],
)
def test_a_run_reads_nothing_unless_it_is_told(
    options: dict[str, Any], expected: Slot
) -> None:
    """A program that waits for input would wait for ever."""
    _, _, checked = unpacked("cat", (), options)

    assert expected is checked.stdio[0]


def test_a_run_has_a_limit_of_its_own() -> None:
    """64 MiB, where Node's verbs have one."""
    _, _, checked = unpacked("ls", (), {})

    assert RUN_MAX_BUFFER == checked.max_buffer


def test_the_callers_options_stay_as_they_are() -> None:
    """Neither a dict of the caller's nor a command's is changed."""
    command = cmd("ls").with_(cwd="/a")
    options = {"timeout": 1.0}

    unpacked(command, (), options)

    assert {"cwd": "/a"} == command.options
    assert {"timeout": 1.0} == options


def test_options_are_checked() -> None:
    """A command's as well as the call's."""
    with pytest.raises(OptionError):
        unpacked(cmd("ls").with_(timout=1), (), {})
