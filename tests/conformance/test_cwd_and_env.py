"""Where a child works, and what environment it sees."""

import os
from collections import ChainMap
from pathlib import Path
from typing import Any

import pytest

from child_process import exec, spawn, spawn_sync
from tests.conformance.children import record, shell


@pytest.mark.node_test("cwd", "test-cwd-enoent")
async def test_a_missing_cwd_is_an_error_and_no_exit(tmp_path: Path) -> None:
    """The code is ENOENT as in Node; the words name the directory, not the program."""
    child = spawn("pwd", cwd=tmp_path / "missing")
    told = record(child)

    with pytest.raises(FileNotFoundError):
        await child.wait_closed()

    assert ["error", "close"] == [event for event, *_ in told]
    assert "ENOENT" == told[0][1].code
    assert str(tmp_path / "missing") in str(told[0][1])
    assert child.pid is None


@pytest.mark.node_test("cwd")
async def test_a_cwd_that_is_a_file_is_an_error_event(tmp_path: Path) -> None:
    """Node throws this one from `spawn`: here every failed start is an event."""
    (tmp_path / "file").touch()
    child = spawn("pwd", cwd=tmp_path / "file")
    told = record(child, "error")

    with pytest.raises(NotADirectoryError):
        await child.wait()

    assert ["ENOTDIR"] == [error.code for _, error in told]


@pytest.mark.node_test("cwd", "spawnsync")
@pytest.mark.parametrize("form", [str, Path, os.fsencode])
def test_a_cwd_is_a_string_a_path_or_bytes(form: Any, tmp_path: Path) -> None:
    """All the forms in which Python writes a path name the directory."""
    result = spawn_sync("pwd", cwd=form(str(tmp_path)))

    assert os.fsencode(tmp_path) + b"\n" == result.stdout


@pytest.mark.node_test("cwd")
@pytest.mark.parametrize("cwd", [None, "", b""], ids=repr)
def test_no_cwd_is_ours(cwd: Any) -> None:
    """None and the empty string mean the directory that we work in."""
    result = spawn_sync("pwd", ["-P"], cwd=cwd)

    assert os.fsencode(os.getcwd()) + b"\n" == result.stdout


@pytest.mark.node_test("cwd")
def test_a_relative_program_is_found_from_the_cwd(tmp_path: Path) -> None:
    """A path with a slash is the child's: from its directory, not from ours."""
    script = tmp_path / "tool"
    script.write_text("#!/bin/sh\necho found\n")
    script.chmod(0o755)

    assert b"found\n" == spawn_sync("./tool", cwd=tmp_path).stdout


@pytest.mark.node_test("exec-cwd", "sequential/execsync")
async def test_exec_works_in_its_cwd(tmp_path: Path) -> None:
    """The shell of `exec` begins in `cwd`."""
    result = await exec("pwd", cwd=tmp_path)

    assert f"{tmp_path}\n" == result.stdout


@pytest.mark.node_test("default-options")
async def test_the_environment_is_ours_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without `env` a child sees what we see at the call."""
    monkeypatch.setenv("HELLO", "WORLD")

    result = await exec("echo $HELLO")

    assert "WORLD\n" == result.stdout


@pytest.mark.node_test("env")
@pytest.mark.parametrize(
    ("env", "expected"),
    [
        pytest.param({"A": "b"}, ["A=b"], id="plain"),
        pytest.param({"A": "b", "GONE": None}, ["A=b"], id="None is left out"),
        pytest.param({"EMPTY": ""}, ["EMPTY="], id="empty is kept"),
        pytest.param({"a": "1", "A": "2"}, ["A=2", "a=1"], id="case matters"),
        pytest.param({"A": "x=y"}, ["A=x=y"], id="equals sign in a value"),
        pytest.param(ChainMap({"A": "b"}, {"B": "c"}), ["A=b", "B=c"], id="inherited"),
        pytest.param({b"A": b"\xff"}, ["A=\udcff"], id="bytes that are not text"),
        pytest.param({}, [], id="nothing at all"),
    ],
)
async def test_env_is_the_whole_environment(env: Any, expected: list[str]) -> None:
    """A child sees the mapping's entries, our cookie, and no others."""
    async with spawn("/usr/bin/env", env=env) as child:
        assert child.stdout is not None
        heard = os.fsdecode(await child.stdout.read())

    seen = [one for one in heard.splitlines() if "CHILD_PROCESS_COOKIE=" not in one]
    assert expected == sorted(seen)


@pytest.mark.node_test("env")
async def test_our_environment_stays_as_it_is() -> None:
    """What a child gets and does leaves `os.environ` alone."""
    before = dict(os.environ)

    async with shell("export OTHER=1", env={"A": "b"}) as child:
        await child.wait()

    assert before == dict(os.environ)


@pytest.mark.node_test("exec-env")
async def test_exec_gives_its_env() -> None:
    """The child of `exec` sees `env`, and was not killed."""
    child = exec("/usr/bin/env", env={"HELLO": "WORLD"})

    result = await child

    assert "HELLO=WORLD" in result.lines()
    assert child.killed is False


@pytest.mark.node_test("spawnsync-env")
def test_spawn_sync_gives_its_env() -> None:
    """The sync form passes `env` on as well."""
    result = spawn_sync("/usr/bin/env", env={"foo": "bar"})

    assert b"foo=bar" in (result.stdout or b"").splitlines()


@pytest.mark.node_test("env")
def test_path_is_the_childs(tmp_path: Path) -> None:
    """A program is looked up in the PATH of `env`, as Node does on Unix."""
    tool = tmp_path / "only-here"
    tool.write_text("#!/bin/sh\necho found\n")
    tool.chmod(0o755)

    result = spawn_sync("only-here", env={"PATH": f"{tmp_path}:/bin"})

    assert b"found\n" == result.stdout
