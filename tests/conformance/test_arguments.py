"""What a verb takes as program, arguments and callback, and what it refuses."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import child_process
from child_process import (
    BufferedProcess,
    ChildProcess,
    OptionError,
    UnknownSignal,
    exec_file,
    spawn,
    spawn_sync,
)
from tests.conformance.children import code

Verb = Callable[..., Any]

NO_ARGUMENTS = [
    pytest.param((), id="left out"),
    pytest.param((None,), id="None"),
    pytest.param(([],), id="empty list"),
    pytest.param(((),), id="empty tuple"),
]
ASYNC_VERBS = ["spawn", "exec", "exec_file"]
SYNC_VERBS = ["spawn_sync", "exec_sync", "exec_file_sync"]
FILE_VERBS = ["spawn", "exec_file", "spawn_sync", "exec_file_sync"]
NUL = "a\0b"


@pytest.mark.node_test("spawn-args")
@pytest.mark.parametrize("args", NO_ARGUMENTS)
async def test_spawn_without_arguments_heeds_its_options(
    args: tuple[Any, ...], tmp_path: Path
) -> None:
    """However no arguments are said, the options count."""
    async with spawn("pwd", *args, cwd=tmp_path) as child:
        assert child.stdout is not None
        heard = await child.stdout.text()

    assert f"{tmp_path}\n" == heard


@pytest.mark.node_test("spawnsync-args")
@pytest.mark.parametrize("args", NO_ARGUMENTS)
def test_spawn_sync_without_arguments_heeds_its_options(
    args: tuple[Any, ...], tmp_path: Path
) -> None:
    """However no arguments are said, the options of the sync form count."""
    result = spawn_sync("pwd", *args, cwd=tmp_path, encoding="utf-8")

    assert f"{tmp_path}\n" == result.stdout


@pytest.mark.node_test("spawn-argv0")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, sys.executable, id="default"),
        pytest.param({"argv0": "withArgv0"}, "withArgv0", id="given"),
    ],
)
def test_argv0_is_what_the_program_sees_as_its_name(
    options: dict[str, Any], expected: str
) -> None:
    """The program sees `argv0`, or else the name it was started by."""
    script = code("import sys; print(sys.orig_argv[0])")

    result = spawn_sync(sys.executable, script, encoding="utf-8", **options)

    assert f"{expected}\n" == result.stdout


@pytest.mark.node_test("spawn-argv0")
async def test_argv0_stands_in_spawnargs() -> None:
    """`spawnfile` stays the program; `spawnargs` begins with `argv0`."""
    async with spawn("true", ["x"], argv0="other") as child:
        pass

    assert "true" == child.spawnfile
    assert ["other", "x"] == child.spawnargs


@pytest.mark.node_test("spawn-argv0")
@pytest.mark.parametrize("argv0", [5, True, [], {}])
def test_an_argv0_that_is_no_string_is_refused(argv0: object) -> None:
    """A wrong type is told before anything starts."""
    options: dict[str, Any] = {"argv0": argv0}

    with pytest.raises(TypeError) as caught:
        spawn_sync("true", **options)

    assert "ERR_INVALID_ARG_TYPE" == _code(caught)


@pytest.mark.node_test("spawn-typeerror")
@pytest.mark.parametrize("verb", [*ASYNC_VERBS, *SYNC_VERBS])
@pytest.mark.parametrize(
    "file", [None, 5, 1.5, True, [], {}, pytest.param(object(), id="object")], ids=repr
)
async def test_a_program_that_is_no_string_is_refused(verb: str, file: object) -> None:
    """Every verb refuses it by its type, at the call."""
    with pytest.raises(TypeError) as caught:
        _verb(verb)(file)

    assert "ERR_INVALID_ARG_TYPE" == _code(caught)


@pytest.mark.node_test("spawn-typeerror")
@pytest.mark.parametrize("verb", [*ASYNC_VERBS, *SYNC_VERBS])
async def test_an_empty_program_is_refused(verb: str) -> None:
    """The empty string names no program."""
    with pytest.raises(ValueError) as caught:
        _verb(verb)("")

    assert "ERR_INVALID_ARG_VALUE" == _code(caught)


@pytest.mark.node_test("spawn-typeerror", "spawnsync-validation-errors")
@pytest.mark.parametrize("verb", FILE_VERBS)
@pytest.mark.parametrize(
    "args",
    [
        pytest.param(5, id="number"),
        pytest.param(True, id="bool"),
        pytest.param("-la", id="str"),
        pytest.param({"cwd": "/"}, id="options in their place"),
        pytest.param({"a", "b"}, id="set"),
        pytest.param([5], id="number inside"),
        pytest.param([None], id="None inside"),
        pytest.param([["a"]], id="list inside"),
    ],
)
async def test_arguments_that_are_no_strings_are_refused(
    verb: str, args: object
) -> None:
    """Node makes "null" of None and "5" of 5: here that is a mistake."""
    with pytest.raises(TypeError) as caught:
        _verb(verb)("true", args)

    assert "ERR_INVALID_ARG_TYPE" == _code(caught)


@pytest.mark.node_test("spawn-typeerror")
@pytest.mark.parametrize("callback", ["x", 5, {}, []], ids=repr)
async def test_a_callback_that_is_no_function_is_refused(callback: Any) -> None:
    """It is told at the call, and nothing starts."""
    with pytest.raises(TypeError) as caught:
        _verb("exec_file")("true", [], callback)

    assert "ERR_INVALID_ARG_TYPE" == _code(caught)


@pytest.mark.node_test("spawn-typeerror")
@pytest.mark.parametrize("verb", [*ASYNC_VERBS, *SYNC_VERBS])
async def test_an_unknown_option_is_refused(verb: str) -> None:
    """A misspelt option is an error with advice; Node says nothing."""
    with pytest.raises(TypeError, match="did you mean timeout") as caught:
        _verb(verb)("true", timout=1.0)

    assert "ERR_UNKNOWN_OPTION" == _code(caught)


@pytest.mark.node_test("spawn-typeerror")
async def test_options_that_say_nothing_are_fine() -> None:
    """None is the default of every option that Node lets be undefined."""
    result = await exec_file(
        "true", None, None, cwd=None, env=None, stdio=None, shell=None, timeout=None
    )

    assert result.ok


@pytest.mark.node_test("reject-null-bytes")
@pytest.mark.parametrize("verb", [*ASYNC_VERBS, *SYNC_VERBS])
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"cwd": NUL}, id="cwd"),
        pytest.param({"cwd": b"a\0b"}, id="cwd as bytes"),
        pytest.param({"argv0": NUL}, id="argv0"),
        pytest.param({"shell": NUL}, id="shell"),
        pytest.param({"env": {NUL: "x"}}, id="name in env"),
        pytest.param({"env": {"x": NUL}}, id="value in env"),
    ],
)
async def test_a_nul_in_an_option_is_refused(
    verb: str, options: dict[str, Any]
) -> None:
    """C would cut the string at it: no verb lets it through."""
    with pytest.raises(OptionError) as caught:
        _verb(verb)("true", **options)

    assert "ERR_INVALID_ARG_VALUE" == _code(caught)


@pytest.mark.node_test("reject-null-bytes")
@pytest.mark.parametrize("verb", [*ASYNC_VERBS, *SYNC_VERBS])
async def test_a_nul_in_a_program_is_refused(verb: str) -> None:
    """Neither a program's name nor a shell's line may hold one."""
    with pytest.raises(OptionError) as caught:
        _verb(verb)(NUL)

    assert "ERR_INVALID_ARG_VALUE" == _code(caught)


@pytest.mark.node_test("reject-null-bytes")
@pytest.mark.parametrize("verb", FILE_VERBS)
async def test_a_nul_in_an_argument_is_refused(verb: str) -> None:
    """The error says which argument it is."""
    with pytest.raises(OptionError) as caught:
        _verb(verb)("true", ["fine", NUL])

    assert "ERR_INVALID_ARG_VALUE" == _code(caught)
    assert "args[1]" == caught.value.option


@pytest.mark.node_test("constructor")
async def test_a_child_is_a_public_class() -> None:
    """Both kinds of child are `ChildProcess`, have a pid and refuse "foo"."""
    streamed = spawn("cat")
    buffered = exec_file("cat")

    with pytest.raises(UnknownSignal) as caught:
        streamed.kill("foo")
    pids = (streamed.pid, buffered.pid)
    for child in (streamed, buffered):
        assert child.stdin is not None
        child.stdin.end()
    await streamed.wait_closed()
    await buffered

    assert "ERR_UNKNOWN_SIGNAL" == _code(caught)
    assert [int, int] == [type(pid) for pid in pids]
    assert isinstance(streamed, ChildProcess)
    assert isinstance(buffered, ChildProcess)
    assert isinstance(buffered, BufferedProcess)


def _verb(name: str) -> Verb:
    verb: Verb = getattr(child_process, name)
    return verb


def _code(caught: pytest.ExceptionInfo[Any]) -> str:
    assert isinstance(caught.value, OptionError)
    return caught.value.code
