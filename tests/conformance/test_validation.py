"""Every option against values that are wrong, and some that are right."""

import math
import signal
from collections.abc import Callable
from typing import Any

import pytest

from child_process import OptionError, exec_file_sync, exec_sync, spawn, spawn_sync

TYPE = "ERR_INVALID_ARG_TYPE"
VALUE = "ERR_INVALID_ARG_VALUE"
RANGE = "ERR_OUT_OF_RANGE"
SIGNAL = "ERR_UNKNOWN_SIGNAL"

WRONG: dict[str, dict[str, list[Any]]] = {
    "cwd": {TYPE: [5, True, [], {}]},
    "env": {TYPE: [5, True, "A=b", [], {"A": 5}, {5: "a"}], VALUE: [{"": "a"}]},
    "argv0": {TYPE: [5, True, []]},
    "detached": {TYPE: [1, "yes", None, []]},
    "uid": {TYPE: ["root", 1.5, True, []], RANGE: [-1, 2**31]},
    "gid": {TYPE: ["root", 1.5, True, []], RANGE: [-1, 2**31]},
    "shell": {TYPE: [1, 0, [], {}], VALUE: [""]},
    "signal": {TYPE: [5, "abort", {}, True]},
    "kill_signal": {TYPE: [True, 9.0, [], None], SIGNAL: ["SIGNOPE", "", 0, -1, 999]},
    "timeout": {TYPE: ["1", True, []], RANGE: [-0.1, math.inf, math.nan]},
    "stdio": {TYPE: [5, {}, b"pipe", [True], [{}]], VALUE: ["pype", ["x"], [-1]]},
    "input": {TYPE: [5, True, {}]},
    "windows_hide": {TYPE: [1, "yes", None]},
    "windows_verbatim_arguments": {TYPE: [1, "yes", None]},
}
WRONG_OF_A_RUN: dict[str, dict[str, list[Any]]] = {
    "max_buffer": {TYPE: ["1", True, 1.5, math.nan], RANGE: [-1]},
    "encoding": {TYPE: [5, True], VALUE: ["nope", "hex"]},
}
RIGHT: dict[str, list[Any]] = {
    "cwd": ["/", b"/", "", None],
    "env": [{}, {"A": "b", "B": None}, {b"A": b"b"}, None],
    "argv0": ["x", "", None],
    "detached": [True, False],
    "shell": [True, False, "/bin/sh", None],
    "signal": [None],
    "timeout": [0, 5, 5.5, None],
    "max_buffer": [0, 1, math.inf, None],
    "encoding": ["utf-8", "latin1", "UTF8", "buffer", None],
    "input": ["x", b"x", "", None],
    "windows_hide": [True, False],
    "windows_verbatim_arguments": [True, False],
}


def _cases(table: dict[str, dict[str, list[Any]]]) -> list[Any]:
    return [
        pytest.param(option, value, code, id=f"{option}={value!r}")
        for option, codes in table.items()
        for code, values in codes.items()
        for value in values
    ]


@pytest.mark.node_test("spawnsync-validation-errors")
@pytest.mark.parametrize(
    ("option", "value", "code"), _cases(WRONG) + _cases(WRONG_OF_A_RUN)
)
@pytest.mark.parametrize("verb", [spawn_sync, exec_sync, exec_file_sync])
def test_a_sync_verb_refuses_a_wrong_value(
    verb: Callable[..., Any], option: str, value: object, code: str
) -> None:
    """It raises at the call, with Node's code, and names option and value."""
    with pytest.raises(OptionError) as caught:
        verb("true", **{option: value})

    assert code == caught.value.code
    assert caught.value.option.startswith((option, f"a name in {option}"))


@pytest.mark.node_test("spawn-typeerror")
@pytest.mark.parametrize(("option", "value", "code"), _cases(WRONG))
async def test_spawn_refuses_a_wrong_value(
    option: str, value: object, code: str
) -> None:
    """It raises at the call, and is no "error" event."""
    options: dict[str, Any] = {option: value}

    with pytest.raises(OptionError) as caught:
        spawn("true", **options)

    assert code == caught.value.code


@pytest.mark.node_test("spawnsync-validation-errors")
@pytest.mark.parametrize(
    ("option", "value"),
    [
        pytest.param(option, value, id=f"{option}={value!r}")
        for option, values in RIGHT.items()
        for value in values
    ],
)
def test_a_sync_verb_takes_a_right_value(option: str, value: object) -> None:
    """What Node takes and makes sense here is taken."""
    options: dict[str, Any] = {option: value}

    result = spawn_sync("/bin/true", **options)

    assert (0, None) == (result.status, result.error)


@pytest.mark.node_test("spawnsync-validation-errors", "spawnsync-kill-signal")
@pytest.mark.parametrize("kind", ["name", "small name", "number", "enum"])
def test_every_signal_of_the_system_is_known(kind: str) -> None:
    """By its name in any case, by its number, and as `signal.Signals`."""
    forms: dict[str, Callable[[signal.Signals], Any]] = {
        "name": lambda one: one.name,
        "small name": lambda one: one.name.lower(),
        "number": int,
        "enum": lambda one: one,
    }

    statuses = {
        one.name: spawn_sync("true", kill_signal=forms[kind](one)).status
        for one in signal.Signals
    }

    assert dict.fromkeys(statuses, 0) == statuses
