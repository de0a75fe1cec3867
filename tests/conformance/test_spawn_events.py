"""What a child tells of its start and its end, and in which order."""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from child_process import Readable, SpawnError, Writable, spawn, spawn_sync
from tests.conformance.children import python, record, shell
from tests.support import programs


@pytest.mark.node_test("spawn-event")
async def test_spawn_is_told_before_everything_else() -> None:
    """First "spawn", without arguments; then data, exit and close."""
    child = spawn("echo", ["ok"])
    assert child.stdout is not None
    told = record(child)
    child.stdout.on("data", lambda chunk: told.append(("data", chunk)))

    await child.wait_closed()

    assert ("spawn",) == told[0]
    assert [("data", b"ok\n"), ("exit", 0, None)] == sorted(told[1:-1])
    assert ("close", 0, None) == told[-1]


@pytest.mark.node_test("spawn-event")
async def test_a_listener_added_right_after_spawn_hears_it() -> None:
    """`spawn` returns before the event, however fast the start was."""
    child = spawn("true")
    pid = child.pid  # waits for the start
    told = record(child, "spawn")

    await child.wait_closed()

    assert isinstance(pid, int)
    assert [("spawn",)] == told


@pytest.mark.node_test("spawn-error", "spawn-windows-batch-file")
@pytest.mark.parametrize("file", ["foo123", "no/such/program", "/no.bat"])
async def test_a_missing_program_is_an_error_event(file: str) -> None:
    """It has Node's facts: errno, code, syscall, path and spawnargs."""
    child = spawn(file, ["--no-such-argument"])
    told = record(child)

    with pytest.raises(FileNotFoundError):
        await child.wait_closed()

    error = told[0][1]
    assert isinstance(error, SpawnError)
    assert (2, "ENOENT", f"spawn {file}") == (error.errno, error.code, error.syscall)
    assert (file, ("--no-such-argument",)) == (error.path, error.spawnargs)
    assert [("error", error), ("close", -2, None)] == told


@pytest.mark.node_test("spawn-error")
async def test_a_child_that_failed_to_start_has_streams() -> None:
    """They are there and closed; pid is None, exit_code the negative errno."""
    child = spawn("foo123")
    child.on("error", lambda error: None)

    with pytest.raises(SpawnError):
        await child.wait_closed()

    assert (None, -2, None) == (child.pid, child.exit_code, child.signal_code)
    assert [Writable, Readable, Readable] == [type(one) for one in child.stdio]
    assert all(one.closed for one in child.stdio if one is not None)
    assert ["foo123"] == child.spawnargs


@pytest.mark.node_test("spawn-error")
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        pytest.param("/", "EACCES", id="a directory"),
        pytest.param("./file", "EACCES", id="not executable"),
        pytest.param("./file/x", "ENOTDIR", id="below a file"),
        pytest.param("/" + "x" * 300, "ENAMETOOLONG", id="name too long"),
    ],
)
async def test_whatever_the_errno_a_failed_start_is_an_event(
    file: str, expected: str, tmp_path: Path
) -> None:
    """Node throws for some: `spawn` here never does."""
    (tmp_path / "file").touch()
    child = spawn(file, cwd=tmp_path)
    told = record(child)

    with pytest.raises(SpawnError):
        await child.wait_closed()

    assert ["error", "close"] == [event for event, *_ in told]
    assert expected == told[0][1].code


@pytest.mark.node_test("spawn-windows-batch-file")
@pytest.mark.parametrize("file", ["example.bat", "example.cmd", "./example.BAT"])
def test_a_batch_file_is_a_program_like_any_other(file: str) -> None:
    """Its suffix has no meaning: one that is missing is ENOENT."""
    result = spawn_sync(file)

    assert isinstance(result.error, SpawnError)
    assert "ENOENT" == result.error.code
    assert (0, None) == (result.pid, result.status)


@pytest.mark.node_test("exit-code")
@pytest.mark.parametrize("code", [0, 1, 23, 255])
async def test_an_exit_tells_its_code(code: int) -> None:
    """The events and the attributes have it, and no signal."""
    file, *args = programs.python("exit_with.py", code)
    child = spawn(file, args)
    told = record(child, "exit", "close")

    await child.wait_closed()

    assert [("exit", code, None), ("close", code, None)] == told
    assert (code, None) == (child.exit_code, child.signal_code)


@pytest.mark.node_test("exit-code")
async def test_a_program_that_fails_exits_with_something_else_than_0() -> None:
    """An uncaught exception of the program is no error of ours."""
    child = python("raise SystemExit('oops')")
    told = record(child)

    await child.wait_closed()

    assert [("spawn",), ("exit", 1, None), ("close", 1, None)] == told


@pytest.mark.node_test("sequential/exit")
def test_a_status_goes_up_a_chain_of_five() -> None:
    """Each program starts the next, and exits with its status plus one."""
    source = (
        "import child_process as c, sys\n"
        "left = int(sys.argv[1])\n"
        "if not left: sys.exit(0)\n"
        "args = ['-c', sys.orig_argv[-2], str(left - 1)]\n"
        "sys.exit(c.spawn_sync(sys.executable, args).status + 1)"
    )

    result = spawn_sync(sys.executable, ["-c", source, "5"])

    assert (5, b"") == (result.status, result.stderr)


@pytest.mark.node_test("exit-code")
async def test_close_comes_after_exit_however_the_streams_end() -> None:
    """Also where the child closed its outputs long before."""
    child = shell("exec >&- 2>&-; read line")
    assert child.stdin is not None
    told = record(child)

    child.stdin.end("\n")
    await child.wait_closed()

    assert [("spawn",), ("exit", 0, None), ("close", 0, None)] == told


@pytest.mark.node_test("sequential/emfile")
async def test_without_descriptors_a_start_is_an_error_event() -> None:
    """EMFILE is told; no exit follows; the streams are there, and closed."""
    with no_descriptor_left():
        child = spawn("true")
        told = record(child)
        with pytest.raises(SpawnError):
            await child.wait_closed()
    async with spawn("true") as again:
        pass

    assert ["error", "close"] == [event for event, *_ in told]
    assert "EMFILE" == told[0][1].code
    assert all(one is not None and one.closed for one in child.stdio)
    assert 0 == again.exit_code


@pytest.mark.node_test("sequential/emfile")
def test_without_descriptors_spawn_sync_returns_the_error() -> None:
    """The sync form returns it, as it does every error of the system."""
    with no_descriptor_left():
        result = spawn_sync("true")

    assert isinstance(result.error, SpawnError)
    assert "EMFILE" == result.error.code


@contextmanager
def no_descriptor_left() -> Iterator[None]:
    """Take every descriptor that the limit leaves, for a block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(name) for name in os.listdir("/dev/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 8, hard))
    taken: list[int] = []
    try:
        while True:
            try:
                taken.append(os.open(os.devnull, os.O_RDONLY))
            except OSError:
                break
        yield
    finally:
        for fd in taken:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
