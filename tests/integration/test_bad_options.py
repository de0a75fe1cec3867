"""Every bad option is refused before anything starts."""

import io
import math
import signal
from collections.abc import Callable
from typing import Any

import pytest

from child_process import (
    OptionError,
    OptionRangeError,
    OptionTypeError,
    UnknownOption,
    UnknownSignal,
    exec,
    exec_file,
    exec_file_sync,
    exec_sync,
    run,
    run_command,
    run_sync,
    spawn,
    spawn_sync,
)
from child_process._api import launchers

TYPE, VALUE, RANGE, SIGNAL = (
    OptionTypeError,
    OptionError,
    OptionRangeError,
    UnknownSignal,
)
LONELY = "\ud800"  # half a character: no file system has a name for it

# What every verb refuses: the option, a wrong value, the error's class.
EVERYWHERE: list[tuple[str, Any, type[OptionError]]] = [
    ("cwd", 1, TYPE),
    ("cwd", "a\0b", VALUE),
    ("cwd", LONELY, VALUE),
    ("env", "A=1", TYPE),
    ("env", {"A": 1}, TYPE),
    ("env", {1: "a"}, TYPE),
    ("env", {"": "a"}, VALUE),
    ("env", {"A=B": "a"}, VALUE),
    ("env", {"A\0": "a"}, VALUE),
    ("env", {"A": "a\0b"}, VALUE),
    ("env", {"A": LONELY}, VALUE),
    ("argv0", 1, TYPE),
    ("argv0", "a\0b", VALUE),
    ("stdio", 1, TYPE),
    ("stdio", b"pipe", TYPE),
    ("stdio", "pip", VALUE),
    ("stdio", "ipc", VALUE),
    ("stdio", ["pipe", -1], VALUE),
    ("stdio", ["pipe", True], TYPE),
    ("stdio", ["pipe", 1.5], TYPE),
    ("stdio", ["pipe", object()], TYPE),
    ("stdio", ["pipe"] * 5000, VALUE),
    ("detached", 1, TYPE),
    ("detached", "yes", TYPE),
    ("uid", "0", TYPE),
    ("uid", -1, RANGE),
    ("uid", 2**40, RANGE),
    ("uid", True, TYPE),
    ("gid", 1.5, TYPE),
    ("gid", -1, RANGE),
    ("shell", "", VALUE),
    ("shell", 1, TYPE),
    ("shell", "a\0b", VALUE),
    ("shell", ["sh"], TYPE),
    ("signal", "SIGTERM", TYPE),
    ("signal", object(), TYPE),
    ("timeout", -1, RANGE),
    ("timeout", -0.001, RANGE),
    ("timeout", math.nan, RANGE),
    ("timeout", math.inf, RANGE),
    ("timeout", "5", TYPE),
    ("timeout", True, TYPE),
    ("kill_signal", "SIGFOO", SIGNAL),
    ("kill_signal", "", SIGNAL),
    ("kill_signal", 0, SIGNAL),
    ("kill_signal", 999, SIGNAL),
    ("kill_signal", -9, SIGNAL),
    ("kill_signal", 1.5, TYPE),
    ("kill_signal", None, TYPE),
    ("kill_signal", True, TYPE),
    ("input", 5, TYPE),
    ("input", {"a": "b"}, TYPE),
    ("input", object(), TYPE),
    ("tree", "yes", VALUE),
    ("tree", None, VALUE),
    ("tree", 1, VALUE),
    ("teardown", "SIGTERM", TYPE),
    ("teardown", ["SIGTERM"], TYPE),
    ("teardown", [("SIGTERM",)], TYPE),
    ("teardown", [("SIGTERM", -1)], RANGE),
    ("teardown", [("SIGFOO", 1)], SIGNAL),
    ("teardown", [("SIGTERM", "1")], TYPE),
    ("drain", -1, RANGE),
    ("drain", "1", TYPE),
    ("isolate", "offline", TYPE),
    ("isolate", True, TYPE),
    ("isolate", {"seccomp": "offline"}, TYPE),
    ("windows_hide", 1, TYPE),
    ("time_out", 1, UnknownOption),
    ("killSignal", "SIGTERM", UnknownOption),
]
# What those refuse that collect output.
COLLECTING: list[tuple[str, Any, type[OptionError]]] = [
    ("max_buffer", -1, RANGE),
    ("max_buffer", "1", TYPE),
    ("max_buffer", 1.5, TYPE),
    ("max_buffer", True, TYPE),
    ("overflow", "drop", VALUE),
    ("overflow", None, VALUE),
    ("encoding", "no-such-codec", VALUE),
    ("encoding", "hex", VALUE),
    ("encoding", 8, TYPE),
    ("check", 1, TYPE),
    ("accept", 0, TYPE),
    ("accept", {-1}, RANGE),
    ("accept", {256}, RANGE),
    ("accept", {"0"}, TYPE),
    ("accept", "0", TYPE),
]

Verb = Callable[..., Any]
STREAMING: dict[str, Verb] = {"spawn": spawn}
BUFFERED: dict[str, Verb] = {
    "exec": exec,
    "exec_file": exec_file,
    "run": run,
    "run_command": run_command,
    "exec_sync": exec_sync,
    "exec_file_sync": exec_file_sync,
    "spawn_sync": spawn_sync,
    "run_sync": run_sync,
}
SHELLS = {"exec", "exec_sync"}


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shut the one door that every start goes through."""

    class Shut:
        def launch(self, plan: object) -> None:
            raise AssertionError(plan)

    monkeypatch.setattr(launchers, "_launcher", Shut())


def rows(*tables: list[tuple[str, Any, type[OptionError]]]) -> list[Any]:
    """Return the rows of *tables*, each with a name."""
    return [
        pytest.param(*row, id=f"{row[0]}-{n}")
        for table in tables
        for n, row in enumerate(table)
    ]


async def called(verb: Verb, *args: Any, **options: Any) -> Any:
    """Call *verb*, and await what it gives where that can be awaited."""
    outcome = verb(*args, **options)
    return await outcome if hasattr(outcome, "__await__") else outcome


async def refusals(
    verbs: dict[str, Verb], option: str, value: Any
) -> dict[str, BaseException | str]:
    """Return what each of *verbs* raises for *value*."""
    raised: dict[str, BaseException | str] = {}
    for name, verb in verbs.items():
        try:
            await called(verb, "true", **{option: value})
        except OptionError as error:
            raised[name] = error
        else:
            raised[name] = "nothing"
    return raised


@pytest.mark.parametrize(("option", "value", "kind"), rows(EVERYWHERE))
async def test_every_verb_refuses(
    option: str, value: Any, kind: type[OptionError]
) -> None:
    """A bad value is an `OptionError` that names the option; nothing is started."""
    verbs = STREAMING | BUFFERED
    if option == "shell":
        verbs.pop("run_command")  # which refuses every shell, good ones too

    raised = await refusals(verbs, option, value)

    assert {kind} == {type(error) for error in raised.values()}
    assert {True} == {
        option in getattr(error, "option", "") for error in raised.values()
    }


@pytest.mark.parametrize(("option", "value", "kind"), rows(COLLECTING))
async def test_every_collecting_verb_refuses(
    option: str, value: Any, kind: type[OptionError]
) -> None:
    """The same for what only those take that collect output."""
    raised = await refusals(BUFFERED, option, value)

    assert {kind} == {type(error) for error in raised.values()}


@pytest.mark.parametrize("option", ["max_buffer", "encoding", "check", "accept"])
async def test_spawn_does_not_take_what_it_would_not_do(option: str) -> None:
    """An option without a meaning here is a mistake, not a decoration."""
    verb: Verb = spawn
    with pytest.raises(OptionTypeError, match="no such option here"):
        verb("true", **{option: 1})


@pytest.mark.parametrize(
    ("program", "args", "kind"),
    [
        pytest.param("", [], VALUE, id="no program"),
        pytest.param("a\0b", [], VALUE, id="NUL in the program"),
        pytest.param(LONELY, [], VALUE, id="a program that cannot be encoded"),
        pytest.param(None, [], TYPE, id="None for a program"),
        pytest.param(5, [], TYPE, id="a number for a program"),
        pytest.param(["true"], [], TYPE, id="a list for a program"),
        pytest.param("true", "one", TYPE, id="a str for a list"),
        pytest.param("true", b"one", TYPE, id="bytes for a list"),
        pytest.param("true", 5, TYPE, id="a number for a list"),
        pytest.param("true", {"a"}, TYPE, id="a set for a list"),
        pytest.param("true", [None], TYPE, id="None among them"),
        pytest.param("true", [5], TYPE, id="a number among them"),
        pytest.param("true", [["a"]], TYPE, id="a list among them"),
        pytest.param("true", [True], TYPE, id="True among them"),
        pytest.param("true", [io.StringIO("a")], TYPE, id="a file among them"),
        pytest.param("true", ["ok", "a\0b"], VALUE, id="NUL among them"),
        pytest.param("true", [b"a\0b"], VALUE, id="NUL in bytes"),
        pytest.param("true", [LONELY], VALUE, id="one that cannot be encoded"),
    ],
)
@pytest.mark.parametrize(
    "verb", [spawn, exec_file, run, run_command, exec_file_sync, spawn_sync, run_sync]
)
async def test_every_word_is_checked(
    verb: Verb,
    program: Any,
    args: Any,
    kind: type[OptionError],
) -> None:
    """A word that cannot be passed on is refused, with its index."""
    with pytest.raises(kind) as caught:
        await called(verb, program, args)

    assert type(caught.value) is kind


@pytest.mark.parametrize("verb", [exec, exec_sync])
@pytest.mark.parametrize("line", ["", "a\0b", LONELY, None, 5, ["ls"]])
async def test_every_line_is_checked(verb: Verb, line: Any) -> None:
    """A shell line is one string that is not empty."""
    with pytest.raises(OptionError):
        await called(verb, line)


@pytest.mark.parametrize("verb", [exec, exec_sync])
@pytest.mark.parametrize("shell", [False, None])
async def test_exec_without_a_shell_is_refused(verb: Verb, shell: Any) -> None:
    """The line would be taken for a program's name."""
    with pytest.raises(OptionTypeError):
        await called(verb, "true", shell=shell)


async def test_input_needs_a_pipe() -> None:
    """`input` beside a stdin that is not a pipe is a contradiction."""
    for verb in (STREAMING | BUFFERED).values():
        with pytest.raises(OptionError, match=r"stdio\[0\]"):
            await called(verb, "true", input="x", stdio=["ignore", "pipe", "pipe"])


def test_asking_is_not_killing() -> None:
    """`kill_signal` cannot be the signal that only asks."""
    with pytest.raises(UnknownSignal):
        run_sync("true", kill_signal=signal.Signals.SIGTERM.value * 0)


def test_an_error_says_what_would_be_right() -> None:
    """The message names option, value and remedy; a near miss is recognised."""
    with pytest.raises(OptionError) as wrong:
        run_sync("true", timeout=-1)
    with pytest.raises(OptionError) as unknown:
        run_sync("true", time_out=1)  # type: ignore[call-overload]  # wrong on purpose

    assert "timeout = -1: expected 0 seconds or more, and finite" == str(wrong.value)
    assert "did you mean timeout?" in str(unknown.value)
