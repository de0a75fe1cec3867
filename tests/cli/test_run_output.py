"""What `child-process run` prints: the program's own output, or its result."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from tests.support import programs

CommandLine: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


def test_output_and_input_are_the_programs(command_line: CommandLine) -> None:
    """By default the program has our stdin, stdout and stderr."""
    done = command_line("run", "--", "sh", "-c", "cat; echo err >&2", stdin="in")

    assert (0, "in", "err\n") == (done.returncode, done.stdout, done.stderr)


def test_output_comes_while_the_program_runs() -> None:
    """A line can be read before the program has ended."""
    script = "echo first; read answer; echo $answer"
    words = [sys.executable, "-m", "child_process", "run", "--", "sh", "-c", script]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        first = process.stdout.readline()
        rest, _ = process.communicate("second\n")

    assert ("first\n", "second\n", 0) == (first, rest, process.returncode)


def test_json_is_the_result(command_line: CommandLine) -> None:
    """``--json`` prints one object with code, output and error; the status stays."""
    script = "echo out; echo err >&2; exit 3"

    done = command_line("run", "--json", "--", "sh", "-c", script)
    result = json.loads(done.stdout)

    assert (3, "") == (done.returncode, done.stderr)
    assert {
        "command": f"sh -c '{script}'",
        "ok": False,
        "code": 3,
        "signal": None,
        "reason": None,
        "stdout": "out\n",
        "stderr": "err\n",
        "truncated": False,
        "drained": True,
        "error": {
            "code": "ERR_CHILD_PROCESS_FAILED",
            "message": f"Command failed, exit code 3: sh -c '{script}'",
        },
    } == {
        name: value
        for name, value in result.items()
        if name not in {"pid", "duration", "usage"}
    }


def test_json_of_a_success_has_no_error(command_line: CommandLine) -> None:
    """``error`` is null where nothing went wrong."""
    done = command_line("run", "--json", "--", "true")

    assert (0, True, None) == (
        done.returncode,
        json.loads(done.stdout)["ok"],
        json.loads(done.stdout)["error"],
    )


def test_json_of_a_time_limit_keeps_the_output(command_line: CommandLine) -> None:
    """What came before the limit is there, with the reason."""
    script = "echo kept; sleep 30"

    done = command_line("run", "--timeout", "1", "--json", "--", "sh", "-c", script)
    result = json.loads(done.stdout)

    assert (124, "kept\n", "timeout", "SIGTERM", "ETIMEDOUT") == (
        done.returncode,
        result["stdout"],
        result["reason"],
        result["signal"],
        result["error"]["code"],
    )


def test_json_of_a_failed_start_is_json(command_line: CommandLine) -> None:
    """A program that is not there gives an object with the error, and 127."""
    done = command_line("run", "--json", "--", "no-such-program")
    result = json.loads(done.stdout)

    assert (127, None, "ENOENT") == (
        done.returncode,
        result["pid"],
        result["error"]["code"],
    )


def test_json_is_plain_ascii(command_line: CommandLine) -> None:
    """What a program wrote cannot reach the terminal through ``--json``."""
    script = r"printf '\033[31m\377\302\205'"

    done = command_line("run", "--json", "--", "sh", "-c", script)

    assert done.stdout.isascii()
    assert "\033" not in done.stdout
    assert "\033[31m�\x85" == json.loads(done.stdout)["stdout"]


def test_a_limit_keeps_what_fits(command_line: CommandLine) -> None:
    """``--max-buffer`` prints what fitted, byte for byte, and stops the program."""
    words = programs.python("print_forever.py", "abcdefg")

    done = command_line("run", "--max-buffer", "1K", "--", *words)

    assert (125, "abcdefg\n" * 128) == (done.returncode, done.stdout)
    assert "stdout went over max_buffer = 1024 bytes" in done.stderr


def test_collected_output_goes_where_it_belongs(command_line: CommandLine) -> None:
    """``--max-buffer`` prints stdout to stdout and stderr to stderr, at the end."""
    script = "echo out; echo err >&2"

    done = command_line("run", "--max-buffer", "1M", "--", "sh", "-c", script)

    assert (0, "out\n", "err\n") == (done.returncode, done.stdout, done.stderr)


def test_environment_and_directory_are_set(
    command_line: CommandLine, tmp_path: Path
) -> None:
    """``--env`` adds to our environment, ``--cwd`` is where the program runs."""
    words = ["--env", "A=1=2", "--env", "B=", "--cwd", str(tmp_path), "--"]

    done = command_line(
        "run", *words, "sh", "-c", 'echo "$A" "$B" "${PATH:+ours}"; pwd'
    )

    assert f"1=2  ours\n{tmp_path}\n" == done.stdout


def test_a_reader_who_leaves_is_no_trouble() -> None:
    """When nobody reads our output any more, the status is SIGPIPE's, no traceback."""
    words = [sys.executable, "-m", "child_process", "run", "--json", "--"]
    with subprocess.Popen(
        [*words, "sh", "-c", "read line"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None

        process.stdout.close()
        process.stdin.close()
        complaint = process.stderr.read()

    assert (141, b"") == (process.returncode, complaint)
