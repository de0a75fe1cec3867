"""`shell=`: which shell, what it reads, and what arguments are to it."""

from pathlib import Path
from typing import Any

import pytest

from child_process import SpawnError, exec, exec_sync, spawn, spawn_sync
from tests.conformance.children import record


@pytest.fixture
def own_shell(tmp_path: Path) -> str:
    """A shell of our own, which tells its arguments."""
    path = tmp_path / "own shell"
    path.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.node_test("spawn-shell")
async def test_spawnfile_is_the_shell() -> None:
    """A command that it does not know is its exit code 127, and no "error"."""
    child = spawn("does-not-exist", shell=True)
    told = record(child)

    await child.wait_closed()

    assert "/bin/sh" == child.spawnfile
    assert ["/bin/sh", "-c", "does-not-exist"] == child.spawnargs
    assert [("spawn",), ("exit", 127, None), ("close", 127, None)] == told


@pytest.mark.node_test("spawn-shell")
@pytest.mark.parametrize(
    ("line", "args", "expected"),
    [
        pytest.param("echo", ["foo"], "foo\n", id="argument"),
        pytest.param("echo bar | cat", [], "bar\n", id="pipeline"),
        pytest.param("echo $BAZ", [], "buzz\n", id="variable in the line"),
        pytest.param("echo", ["$BAZ"], "$BAZ\n", id="variable in an argument"),
        pytest.param("echo", ["; echo no"], "; echo no\n", id="semicolon"),
        pytest.param("echo", ["a   b", "it's"], "a   b it's\n", id="blanks and quotes"),
        pytest.param("printf '<%s>'", ["", "x"], "<><x>", id="empty argument"),
    ],
)
async def test_the_line_is_parsed_and_arguments_are_not(
    line: str, args: list[str], expected: str
) -> None:
    """Node joins them bare (DEP0190): here each argument stays one word."""
    async with spawn(line, args, shell=True, env={"BAZ": "buzz"}) as child:
        assert child.stdout is not None
        heard = await child.stdout.text()

    assert expected == heard


@pytest.mark.node_test("spawn-shell", "spawnsync-shell")
async def test_shell_names_the_shell(own_shell: str) -> None:
    """The shell that is asked for gets "-c" and the line."""
    async with spawn("the line", shell=own_shell) as child:
        assert child.stdout is not None
        heard = await child.stdout.text()
    result = await exec("the line", shell=Path(own_shell))
    sync = spawn_sync("the line", shell=own_shell, encoding="utf-8")

    assert own_shell == child.spawnfile
    assert ["-c|the line|"] * 3 == [heard, result.stdout, sync.stdout]


@pytest.mark.node_test("spawnsync-shell")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("does-not-exist", (127, b""), id="unknown command"),
        pytest.param("echo foo", (0, b"foo\n"), id="command"),
        pytest.param("echo bar | cat", (0, b"bar\n"), id="pipeline"),
        pytest.param("echo $BAZ", (0, b"buzz\n"), id="variable"),
    ],
)
def test_the_sync_form_has_the_same_shell(
    line: str, expected: tuple[int, bytes]
) -> None:
    """As `spawn` with a shell."""
    result = spawn_sync(line, shell=True, env={"BAZ": "buzz"})

    assert expected == (result.status, result.stdout)


@pytest.mark.node_test("spawn-shell", "spawnsync-shell")
def test_the_users_shell_is_never_used(
    own_shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line means the same for everybody, whatever SHELL is."""
    monkeypatch.setenv("SHELL", own_shell)

    assert b"/bin/sh\n" == exec_sync("echo $0")


@pytest.mark.node_test("sequential/execsync")
def test_a_shell_that_is_missing_is_raised() -> None:
    """The sync form raises that it could not be started."""
    with pytest.raises(SpawnError) as caught:
        exec_sync("exit -1", shell="bad_shell")

    assert ("ENOENT", "bad_shell") == (caught.value.code, caught.value.path)


@pytest.mark.node_test("spawn-shell")
@pytest.mark.parametrize("shell", [False, None])
def test_no_shell_is_no_shell(shell: Any) -> None:
    """The file is a program then, whatever it looks like."""
    result = spawn_sync("echo foo", shell=shell)

    assert isinstance(result.error, FileNotFoundError)
