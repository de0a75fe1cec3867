"""What `fork` refuses before anything starts."""

from typing import Any

import pytest

from child_process import OptionError, fork, run_sync, spawn
from tests.support import programs

PATH = programs.path("ipc_echo.py")


@pytest.mark.parametrize(
    ("options", "option", "code"),
    [
        pytest.param(
            {"stdio": ["pipe"] * 3},
            "stdio",
            "ERR_CHILD_PROCESS_IPC_REQUIRED",
            id="list without ipc",
        ),
        pytest.param(
            {"stdio": []}, "stdio", "ERR_CHILD_PROCESS_IPC_REQUIRED", id="empty list"
        ),
        pytest.param(
            {"stdio": ["ipc", "ipc"]}, "stdio", "ERR_IPC_ONE_PIPE", id="two ipc"
        ),
        pytest.param(
            {"stdio": "ipc"}, "stdio", "ERR_INVALID_ARG_VALUE", id="ipc as the word"
        ),
        pytest.param(
            {"stdio": "33"}, "stdio", "ERR_INVALID_ARG_VALUE", id="unknown word"
        ),
        pytest.param({"stdio": ["ipc", True]}, "stdio[1]", None, id="true in the list"),
        pytest.param(
            {"serialization": "xml"},
            "serialization",
            "ERR_INVALID_ARG_VALUE",
            id="serialization",
        ),
        pytest.param(
            {"serialization": None},
            "serialization",
            "ERR_INVALID_ARG_VALUE",
            id="serialization none",
        ),
        pytest.param(
            {"serialization": []},
            "serialization",
            "ERR_INVALID_ARG_VALUE",
            id="serialization list",
        ),
        pytest.param({"shell": True}, "shell", "ERR_INVALID_ARG_VALUE", id="shell"),
        pytest.param(
            {"shell": "/bin/sh"}, "shell", "ERR_INVALID_ARG_VALUE", id="a shell"
        ),
        pytest.param({"silent": "yes"}, "silent", "ERR_INVALID_ARG_TYPE", id="silent"),
        pytest.param(
            {"exec_path": 5}, "exec_path", "ERR_INVALID_ARG_TYPE", id="exec_path number"
        ),
        pytest.param(
            {"exec_path": "a\0b"},
            "exec_path",
            "ERR_INVALID_ARG_VALUE",
            id="exec_path nul",
        ),
        pytest.param(
            {"exec_path": ""},
            "exec_path",
            "ERR_INVALID_ARG_VALUE",
            id="exec_path empty",
        ),
        pytest.param(
            {"exec_argv": "-S"},
            "exec_argv",
            "ERR_INVALID_ARG_TYPE",
            id="exec_argv string",
        ),
        pytest.param(
            {"exec_argv": ["a\0"]},
            "exec_argv[0]",
            "ERR_INVALID_ARG_VALUE",
            id="exec_argv nul",
        ),
        pytest.param(
            {"max_message": -1},
            "max_message",
            "ERR_OUT_OF_RANGE",
            id="max_message negative",
        ),
        pytest.param(
            {"max_message": 2**32},
            "max_message",
            "ERR_OUT_OF_RANGE",
            id="max_message huge",
        ),
        pytest.param(
            {"max_message": 1.5},
            "max_message",
            "ERR_INVALID_ARG_TYPE",
            id="max_message float",
        ),
        pytest.param(
            {"max_queue": -1}, "max_queue", "ERR_OUT_OF_RANGE", id="max_queue"
        ),
        pytest.param(
            {"max_queue": None},
            "max_queue",
            "ERR_INVALID_ARG_TYPE",
            id="max_queue none",
        ),
        pytest.param(
            {"max_buffer": 5}, "max_buffer", "ERR_UNKNOWN_OPTION", id="no such option"
        ),
        pytest.param({"timeout": -1}, "timeout", "ERR_OUT_OF_RANGE", id="timeout"),
    ],
)
async def test_a_wrong_option_is_refused(
    options: dict[str, Any], option: str, code: str | None
) -> None:
    """The error names it, and has Node's code."""
    with pytest.raises(OptionError) as caught:
        fork(PATH, **options)

    assert option == caught.value.option
    assert code in {None, caught.value.code}


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"args": "abc"}, id="a string"),
        pytest.param({"args": 5}, id="a number"),
        pytest.param({"args": {"a": 1}}, id="a mapping"),
        pytest.param({"args": [5]}, id="numbers"),
        pytest.param({"args": ["a\0"]}, id="nul"),
    ],
)
async def test_wrong_arguments_are_refused(arguments: dict[str, Any]) -> None:
    """A list of words, or nothing."""
    with pytest.raises(OptionError):
        fork(PATH, **arguments)


async def test_spawn_takes_one_channel_too() -> None:
    """Two are refused there as well."""
    with pytest.raises(OptionError) as caught:
        spawn("true", stdio=["ipc", "pipe", "ipc"])

    assert "ERR_IPC_ONE_PIPE" == caught.value.code


def test_the_sync_forms_have_no_channel() -> None:
    """Nobody could answer."""
    with pytest.raises(OptionError) as caught:
        run_sync("true", stdio=["ignore", "pipe", "pipe", "ipc"])

    assert "ERR_IPC_SYNC_FORK" == caught.value.code


def test_outside_a_loop_is_refused() -> None:
    """Before anything is looked at."""
    with pytest.raises(RuntimeError, match="event loop"):
        fork(PATH)
