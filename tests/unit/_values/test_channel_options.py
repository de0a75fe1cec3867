from pathlib import Path
from typing import Any

import pytest

from child_process._values.channel_options import (
    MAX_MESSAGE,
    ChannelOptions,
    ForkOptions,
)
from child_process._values.stdio import Slot, Stdio
from child_process.errors import OptionError, OptionRangeError, OptionTypeError

PIPE, IGNORE, INHERIT, IPC = Slot.PIPE, Slot.IGNORE, Slot.INHERIT, Slot.IPC


def test_the_defaults_are_nodes() -> None:
    """JSON, and streams that are ours beside the channel."""
    options = ForkOptions()

    assert "json" == options.serialization
    assert (INHERIT, INHERIT, INHERIT, IPC) == options.stdio
    assert (MAX_MESSAGE, MAX_MESSAGE) == (options.max_message, options.max_queue)
    assert options.exec_path is None
    assert options.exec_argv is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"silent": True}, (PIPE, PIPE, PIPE, IPC), id="silent"),
        pytest.param({"stdio": "ignore"}, (IGNORE, IGNORE, IGNORE, IPC), id="one word"),
        pytest.param(
            {"stdio": "pipe", "silent": False}, (PIPE, PIPE, PIPE, IPC), id="word wins"
        ),
        pytest.param(
            {"stdio": [0, 1, 2, None, "ipc"]}, (0, 1, 2, IGNORE, IPC), id="list"
        ),
        pytest.param({"stdio": ["ipc"]}, (IPC, PIPE, PIPE), id="as its stdin"),
    ],
)
def test_a_fork_has_a_channel(given: dict[str, Any], expected: Stdio) -> None:
    """Beside its streams, or where the list says."""
    assert expected == ForkOptions.of(given).stdio


def test_a_list_without_a_channel_is_refused() -> None:
    """With Node's own code."""
    with pytest.raises(OptionError) as caught:
        ForkOptions(stdio=["pipe", "pipe", "pipe"])

    assert "ERR_CHILD_PROCESS_IPC_REQUIRED" == caught.value.code


@pytest.mark.parametrize(
    ("stdio", "expected"),
    [
        pytest.param(None, (PIPE, PIPE, PIPE), id="none by default"),
        pytest.param([0, 1, 2, "ipc"], (0, 1, 2, IPC), id="one in the list"),
    ],
)
def test_a_spawn_may_have_a_channel(stdio: Any, expected: Stdio) -> None:
    """Only where its list says so."""
    assert expected == ChannelOptions(stdio=stdio).stdio


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("serialization", "advanced", "advanced", id="advanced"),
        pytest.param("max_message", 0, 0, id="no message at all"),
        pytest.param("max_queue", 1024, 1024, id="queue"),
        pytest.param("exec_path", Path("/usr/bin/node"), "/usr/bin/node", id="path"),
        pytest.param("exec_argv", ["-O", b"-s"], ("-O", "-s"), id="arguments"),
        pytest.param("shell", False, None, id="no shell"),
    ],
)
def test_an_option_is_held_checked(name: str, value: Any, expected: Any) -> None:
    """Each option has one form once it was checked."""
    assert expected == getattr(ForkOptions.of({name: value}), name)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        pytest.param("serialization", "xml", OptionError, id="unknown format"),
        pytest.param("serialization", [], OptionError, id="format as a list"),
        pytest.param("max_message", 2**32, OptionRangeError, id="beyond the wire"),
        pytest.param("max_queue", -1, OptionRangeError, id="negative"),
        pytest.param("max_queue", None, OptionTypeError, id="no limit"),
        pytest.param("silent", 1, OptionTypeError, id="silent"),
        pytest.param("exec_path", 1, OptionTypeError, id="number as a path"),
        pytest.param("exec_path", "", OptionError, id="empty path"),
        pytest.param("exec_argv", "-O", OptionTypeError, id="arguments as a str"),
        pytest.param("shell", True, OptionError, id="shell"),
    ],
)
def test_a_wrong_option_is_refused(
    name: str, value: Any, kind: type[OptionError]
) -> None:
    """The error says which option it was, and whether type or value is wrong."""
    with pytest.raises(OptionError) as caught:
        ForkOptions.of({name: value})

    assert kind is type(caught.value)
    assert name == caught.value.option
