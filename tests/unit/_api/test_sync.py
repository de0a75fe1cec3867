import io
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    AbortController,
    cmd,
    exec_file_sync,
    exec_sync,
    run_sync,
    spawn_sync,
)
from child_process.errors import (
    Aborted,
    CommandFailed,
    MaxBufferExceeded,
    OptionError,
    SpawnError,
    TimeoutExceeded,
)

SAY = ["-c", "echo out; echo err >&2; exit $1", "sh"]


def aborted() -> Any:
    """Return a signal that was aborted."""
    controller = AbortController()
    controller.abort()
    return controller.signal


def test_a_sync_result_has_nodes_fields() -> None:
    """A code is a status, not an error."""
    result = spawn_sync("sh", [*SAY, "3"])

    assert (3, None, None) == (result.status, result.signal, result.error)
    assert (None, b"out\n", b"err\n") == result.output
    assert (b"out\n", b"err\n") == (result.stdout, result.stderr)
    assert result.pid > 0


def test_a_sync_result_may_be_text() -> None:
    """With an encoding."""
    assert "out\n" == spawn_sync("sh", [*SAY, "0"], encoding="utf-8").stdout


@pytest.mark.parametrize(
    ("args", "options", "kind", "started"),
    [
        pytest.param(["60"], {"timeout": 0.02}, TimeoutExceeded, True, id="time"),
        pytest.param(["60"], {"cwd": "/no/such"}, SpawnError, False, id="no start"),
        pytest.param(["60"], {"signal": aborted()}, Aborted, False, id="aborted"),
    ],
)
def test_a_sync_result_holds_the_error(
    args: list[str], options: dict[str, Any], kind: type[Exception], *, started: bool
) -> None:
    """Nothing is raised for what the command or the system does."""
    result = spawn_sync("sleep", args, **options)

    assert kind is type(result.error) or isinstance(result.error, kind)
    assert started is (result.pid != 0)
    assert started is (result.output is not None)
    assert result.status is None


def test_exec_sync_gives_the_output() -> None:
    """Bytes, or text with an encoding; a failure is raised."""
    assert b"3\n" == exec_sync("echo $((1 + 2))")
    assert "3\n" == exec_sync("echo $((1 + 2))", encoding="utf-8")
    assert exec_sync("echo hi", stdio="ignore") is None
    with pytest.raises(CommandFailed):
        exec_sync("exit 3")


@pytest.mark.parametrize("shell", [False, None, ""])
def test_exec_sync_without_a_shell_is_refused(shell: Any) -> None:
    """`exec_file_sync` is what knows no shell."""
    with pytest.raises(OptionError):
        exec_sync("ls", shell=shell)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, "err\n", id="as Node does"),
        pytest.param({"encoding": "utf-8"}, "err\n", id="text"),
        pytest.param({"stdio": "pipe"}, "", id="captured only"),
    ],
)
def test_what_it_complains_is_shown(
    capfdbinary: pytest.CaptureFixture[bytes], options: dict[str, Any], expected: str
) -> None:
    """On our stderr, unless ``stdio=`` says where it goes."""
    exec_file_sync("sh", [*SAY, "0"], **options)
    sys.stderr.flush()

    assert expected.encode() == capfdbinary.readouterr().err


def test_a_stderr_without_bytes_gets_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks, and tests, have one of their own."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)

    exec_file_sync("sh", [*SAY, "0"])

    assert "err\n" == stderr.getvalue()


def test_a_failure_may_be_returned() -> None:
    """``check=False``."""
    assert b"out\n" == exec_file_sync("sh", [*SAY, "3"], check=False)
    assert 3 == run_sync("sh", [*SAY, "3"], check=False).code


def test_run_sync_takes_what_run_takes() -> None:
    """A command, its options, an input."""
    result = run_sync(cmd("cat").with_(input=["a", b"b"]))

    assert "ab" == result.stdout


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


def test_an_async_input_is_refused() -> None:
    """Nothing runs a loop here."""
    with pytest.raises(OptionError) as caught:
        run_sync("cat", input=_nothing())

    assert "input" == caught.value.option


async def test_it_blocks_within_a_loop() -> None:
    """The loop stands still, as Node's does."""
    assert "x" == run_sync("cat", input="x").stdout


def test_a_file_is_read_by_the_command(tmp_path: Path) -> None:
    """A path as input is the command's stdin."""
    path = tmp_path / "file"
    path.write_text("from the file")

    assert "from the file" == run_sync("cat", input=path).stdout


def test_output_beyond_the_limit_is_an_error() -> None:
    """What fits is kept."""
    with pytest.raises(MaxBufferExceeded) as caught:
        run_sync("sh", ["-c", "echo 12345; sleep 60"], max_buffer=5)

    assert "12345" == caught.value.kept
