"""The exit status of `child-process run` is that of env(1) and timeout(1)."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

CommandLine: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]

TROUBLES = [
    pytest.param(["--", "true"], 0, "", id="a success"),
    pytest.param(["--", "sh", "-c", "exit 7"], 7, "", id="a failure, not a word"),
    pytest.param(["--", "sh", "-c", "kill -9 $$"], 137, "", id="a signal"),
    pytest.param(["true"], 0, "", id="no dashes needed"),
    pytest.param(
        ["--timeout", "0.2", "--", "sleep", "30"],
        124,
        "Command timed out after 0.2 seconds, ended by SIGTERM: sleep 30",
        id="a time limit",
    ),
    pytest.param(
        ["--max-buffer", "4", "--", "echo", "hello"],
        125,
        "stdout went over max_buffer = 4 bytes",
        id="an output limit",
    ),
    pytest.param(
        ["--cwd", "/no/such/place", "--", "ls"],
        125,
        "ls: there is no directory /no/such/place",
        id="no such directory",
    ),
    pytest.param(["--", "/tmp"], 126, "/tmp is a directory", id="a directory"),
    pytest.param(
        ["--", "/etc/passwd"], 126, "is not executable", id="not an executable"
    ),
    pytest.param(
        ["--", "no-such-program"],
        127,
        "no-such-program: no program of this name in PATH=",
        id="not in PATH",
    ),
    pytest.param(
        ["--", "/no/such/program"],
        127,
        "there is no /no/such/program",
        id="no such path",
    ),
    pytest.param(
        ["--check", "--", "sh", "-c", "exit 7"],
        7,
        "Command failed, exit code 7: sh -c 'exit 7'",
        id="a failure, told on demand",
    ),
    pytest.param(
        ["--accept", "0,7", "--check", "--", "sh", "-c", "exit 7"],
        0,
        "",
        id="an accepted code",
    ),
]

MISTAKES = [
    pytest.param([], "which program?", id="no program"),
    pytest.param(["--"], "which program?", id="no program after the dashes"),
    pytest.param(["--bogus", "--", "ls"], "no option --bogus", id="unknown option"),
    pytest.param(["--time", "1", "--", "ls"], "no option --time", id="abbreviation"),
    pytest.param(
        ["--timeout", "soon", "--", "ls"],
        "--timeout: 'soon' is not a number of seconds, such as 2.5",
        id="no number",
    ),
    pytest.param(
        ["--timeout", "-1", "--", "ls"],
        "--timeout -1.0: expected 0 seconds or more",
        id="negative time",
    ),
    pytest.param(
        ["--grace", "-1", "--", "ls"], "--grace -1.0: expected", id="negative grace"
    ),
    pytest.param(
        ["--kill-signal", "SIGFOO", "--", "ls"],
        "--kill-signal 'SIGFOO': expected a signal",
        id="unknown signal",
    ),
    pytest.param(
        ["--env", "FOO", "--", "ls"], "--env: 'FOO' is not NAME=VALUE", id="no value"
    ),
    pytest.param(
        ["--max-buffer", "1X", "--", "ls"],
        "--max-buffer: '1X' is not a number of bytes",
        id="unknown unit",
    ),
    pytest.param(
        ["--tree", "maybe", "--", "ls"], "'maybe' is not yes, no or all", id="no tree"
    ),
    pytest.param(
        ["--accept", "256", "--", "ls"], "exit codes from 0 to 255", id="no code"
    ),
    pytest.param(["--", ""], "PROGRAM '': expected", id="empty program"),
]


@pytest.mark.parametrize(("words", "status", "complaint"), TROUBLES)
def test_the_status_tells_what_happened(
    command_line: CommandLine, words: list[str], status: int, complaint: str
) -> None:
    """The program's own status comes through; ours are 124 to 127, in one line."""
    done = command_line("run", *words)

    assert status == done.returncode
    assert complaint in done.stderr
    assert bool(complaint) == done.stderr.count("\n")


@pytest.mark.parametrize(("words", "complaint"), MISTAKES)
def test_a_mistake_is_said_in_one_line(
    command_line: CommandLine, words: list[str], complaint: str
) -> None:
    """What was typed wrong is named, nothing is started, the status is 125."""
    done = command_line("run", *words)

    assert 125 == done.returncode
    assert complaint in done.stderr
    assert 1 == done.stderr.count("\n")
    assert "" == done.stdout


@pytest.mark.parametrize(
    "words", [["--", "ls", "-a", "--"], ["ls", "-a", "--"]], ids=["with", "without"]
)
def test_options_of_the_program_are_the_programs(
    command_line: CommandLine, tmp_path: Path, words: list[str]
) -> None:
    """What stands after the program, dashes included, is passed on as it is."""
    (tmp_path / ".hidden").touch()

    done = command_line("run", "--cwd", str(tmp_path), *words, ".hidden")

    assert (0, ".hidden\n") == (done.returncode, done.stdout)


def test_a_bad_interpreter_is_told_from_a_missing_program(
    command_line: CommandLine, tmp_path: Path
) -> None:
    """A script whose interpreter is missing says so, with env's status 127."""
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)

    done = command_line("run", "--", str(script))

    assert 127 == done.returncode
    assert "its interpreter (#!/no/such/interpreter) is not" in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"]])
def test_help_is_no_trouble(command_line: CommandLine, words: list[str]) -> None:
    """Help and version go to stdout, with status 0."""
    done = command_line(*words)

    assert (0, "") == (done.returncode, done.stderr)
    assert "child-process" in done.stdout


@pytest.mark.parametrize("words", [[], ["bogus"], ["demo", "x"], ["demo", "--", "x"]])
def test_an_unknown_task_is_said_in_one_line(
    command_line: CommandLine, words: list[str]
) -> None:
    """What is no task, or no argument of one, is refused with a hint."""
    done = command_line(*words)

    assert (125, "") == (done.returncode, done.stdout)
    assert done.stderr.endswith("--help)\n")
    assert 1 == done.stderr.count("\n")
