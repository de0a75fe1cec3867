"""Why a start failed is told apart, and what was tried is named."""

import asyncio
import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from child_process import SpawnError, exec_file, run, spawn, spawn_sync
from tests.integration.conftest import Runs

Making = Callable[[Path], tuple[str, dict[str, Any]]]
Case = tuple[Making, str, str, str]


def executable(path: Path, text: str = "#!/bin/sh\nexit 0\n") -> str:
    """Make *path* a script that may be executed."""
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def _no_program_on_path(here: Path) -> tuple[str, dict[str, Any]]:
    return "no-such-program", {}


def _no_program_at_path(here: Path) -> tuple[str, dict[str, Any]]:
    return str(here / "missing"), {}


def _no_cwd(here: Path) -> tuple[str, dict[str, Any]]:
    return "/bin/true", {"cwd": str(here / "missing")}


def _cwd_is_a_file(here: Path) -> tuple[str, dict[str, Any]]:
    (here / "file").write_text("")
    return "/bin/true", {"cwd": str(here / "file")}


def _no_interpreter(here: Path) -> tuple[str, dict[str, Any]]:
    return executable(here / "script", "#!/no/such/interpreter -x\n"), {}


def _not_executable(here: Path) -> tuple[str, dict[str, Any]]:
    (here / "script").write_text("#!/bin/sh\n")
    return str(here / "script"), {}


def _a_directory(here: Path) -> tuple[str, dict[str, Any]]:
    return str(here), {}


def _a_directory_on_path(here: Path) -> tuple[str, dict[str, Any]]:
    (here / "tool").mkdir()
    return "tool", {"env": {"PATH": str(here)}}


def _not_executable_on_path(here: Path) -> tuple[str, dict[str, Any]]:
    (here / "tool").write_text("")
    return "tool", {"env": {"PATH": str(here)}}


def _below_a_file(here: Path) -> tuple[str, dict[str, Any]]:
    (here / "file").write_text("")
    return str(here / "file" / "program"), {}


def _a_loop_of_links(here: Path) -> tuple[str, dict[str, Any]]:
    (here / "a").symlink_to("b")
    (here / "b").symlink_to("a")
    return str(here / "a"), {}


def _a_name_too_long(here: Path) -> tuple[str, dict[str, Any]]:
    return str(here / ("x" * 300)), {}


def _a_variable_too_long(here: Path) -> tuple[str, dict[str, Any]]:
    return "/bin/true", {"env": {"HUGE": "x" * 131_072}}


def _no_shell(here: Path) -> tuple[str, dict[str, Any]]:
    return "true", {"shell": str(here / "sh")}


def _a_closed_descriptor(here: Path) -> tuple[str, dict[str, Any]]:
    return "/bin/true", {"stdio": ["ignore", 9999, "ignore"]}


def _a_closed_file(here: Path) -> tuple[str, dict[str, Any]]:
    file = (here / "file").open("w")
    file.close()
    return "/bin/true", {"stdio": ["ignore", file, "ignore"]}


CASES: list[Case] = [
    (_no_program_on_path, "ENOENT", "lookup", "no program of this name in PATH="),
    (_no_program_at_path, "ENOENT", "exec", "there is no {here}/missing"),
    (_no_cwd, "ENOENT", "cwd", "there is no directory {here}/missing"),
    (_cwd_is_a_file, "ENOTDIR", "cwd", "{here}/file is not a directory"),
    (_no_interpreter, "ENOENT", "exec", "interpreter (#!/no/such/interpreter) is not"),
    (_not_executable, "EACCES", "exec", "{here}/script is not executable"),
    (_a_directory, "EACCES", "exec", "{here} is a directory"),
    (_a_directory_on_path, "EACCES", "lookup", "{here}/tool is a directory"),
    (_not_executable_on_path, "EACCES", "lookup", "{here}/tool is not executable"),
    (_below_a_file, "ENOTDIR", "exec", "{here}/file/program"),
    (_a_loop_of_links, "ELOOP", "exec", "{here}/a"),
    (_a_name_too_long, "ENAMETOOLONG", "exec", "File name too long"),
    (_a_variable_too_long, "E2BIG", "exec", "variable HUGE with 131077"),
    (_no_shell, "ENOENT", "exec", "there is no {here}/sh"),
    (_a_closed_descriptor, "EBADF", "stdio", "Bad file descriptor"),
    (_a_closed_file, "EBADF", "stdio", "Bad file descriptor"),
]
CLASSES = {
    "ENOENT": FileNotFoundError,
    "EACCES": PermissionError,
    "ENOTDIR": NotADirectoryError,
}
each_case = pytest.mark.parametrize(
    "case", [pytest.param(case, id=case[0].__name__.strip("_")) for case in CASES]
)


@each_case
async def test_each_cause_has_its_words(runs: Runs, tmp_path: Path, case: Case) -> None:
    """The errno, the step that failed, and what was tried are in the error."""
    make, code, step, words = case
    program, options = make(tmp_path)

    with pytest.raises(SpawnError) as caught:
        await runs(program, ["one", "two words"], **options)

    error = caught.value
    assert (code, step) == (error.code, error.step)
    assert words.format(here=tmp_path) in error.detail
    assert error.detail in str(error)
    assert isinstance(error, CLASSES.get(code, OSError))
    assert getattr(errno, code) == error.errno
    assert error.syscall.startswith("spawn ")


@each_case
async def test_each_cause_is_an_event_of_spawn(tmp_path: Path, case: Case) -> None:
    """`spawn` raises none of them: "error", then "close", and no pid."""
    make, code, _, _ = case
    program, options = make(tmp_path)
    heard: list[Any] = []

    child = spawn(program, ["one"], **options)
    for event in ("spawn", "error", "exit", "close"):
        child.on(event, lambda *args, event=event: heard.append((event, *args)))
    with pytest.raises(SpawnError) as caught:
        await child.wait_closed()

    number = getattr(errno, code)
    assert [("error", caught.value), ("close", -number, None)] == heard
    assert code == caught.value.code
    assert child.pid is None


async def test_an_argument_that_is_too_long_is_named(runs: Runs) -> None:
    """131,071 bytes are the most; one more is E2BIG, and says which one it is."""
    fits = await runs("printf", ["%s", "x" * 131_071])

    with pytest.raises(SpawnError) as caught:
        await runs("printf", ["%s", "x" * 131_072])

    assert 131_071 == len(str(fits.stdout))
    assert "E2BIG" == caught.value.code
    assert "argument 2 with 131072" in caught.value.detail


async def test_arguments_that_are_too_long_together_are_counted(runs: Runs) -> None:
    """Many that fit one by one and not together are E2BIG as well."""
    with pytest.raises(SpawnError) as caught:
        await runs("true", ["x" * 100_000] * 80)

    assert "E2BIG" == caught.value.code
    assert "bytes in all" in caught.value.detail


async def test_a_script_without_an_interpreter_is_run_by_sh(
    runs: Runs, tmp_path: Path
) -> None:
    """No format the kernel knows (ENOEXEC): the shell's, as execvp and Node have it."""
    script = executable(tmp_path / "script", 'echo "$0: $1 $2"\n')

    result = await runs(script, ["a", "b c"])

    assert f"{script}: a b c\n" == result.stdout


async def test_a_program_that_is_being_written_is_busy(
    runs: Runs, tmp_path: Path
) -> None:
    """ETXTBSY says that it is open for writing; closed, it runs."""
    program = tmp_path / "true"
    shutil.copy("/bin/true", program)

    with program.open("ab"), pytest.raises(SpawnError) as caught:
        await runs(str(program))
    result = await runs(str(program))

    assert "ETXTBSY" == caught.value.code
    assert f"{program} is open for writing" in caught.value.detail
    assert result.ok


async def test_a_directory_that_may_not_be_entered(runs: Runs, tmp_path: Path) -> None:
    """The working directory's permissions are told from the program's."""
    if os.geteuid() == 0:
        pytest.skip("root may enter everything; run it as another user")
    closed = tmp_path / "closed"
    closed.mkdir(mode=stat.S_IRUSR)

    with pytest.raises(PermissionError) as caught:
        await runs("true", cwd=str(closed))

    assert "may not be entered" in str(caught.value)


async def test_the_builtin_except_clauses_catch(tmp_path: Path) -> None:
    """Who knows only Python's own errors catches ours."""
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(FileNotFoundError) as missing:
        await run("no-such-program")
    with pytest.raises(PermissionError):
        await exec_file(file)
    with pytest.raises(NotADirectoryError):
        await run(file / "x")

    assert isinstance(missing.value, SpawnError)
    assert "no-such-program" == missing.value.path


def test_spawn_sync_returns_the_error() -> None:
    """Node's form: nothing is raised, the error is in the result."""
    result = spawn_sync("no-such-program")

    assert isinstance(result.error, FileNotFoundError)
    assert (0, None, None) == (result.pid, result.status, result.output)


async def test_a_start_in_a_deleted_directory_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: Runs
) -> None:
    """We may stand in a directory that is gone; the child need not."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    result = await runs("echo", ["hi"])
    moved = await runs("pwd", cwd=str(tmp_path))

    assert ("hi", str(tmp_path)) == (result.text, moved.text)


async def test_a_failed_start_that_gather_awaits_is_raised_and_not_reported() -> None:
    """Its tasks begin to wait a turn later: that is soon enough."""
    child, buffered = spawn("no-such-program"), exec_file("no-such-program")
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: reported.append(context)
    )

    raised = await asyncio.gather(child.wait(), buffered, return_exceptions=True)
    await asyncio.sleep(0)

    assert [True, True] == [isinstance(error, FileNotFoundError) for error in raised]
    assert [] == reported
