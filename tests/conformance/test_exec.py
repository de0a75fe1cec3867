"""`exec` and `exec_file`: results, errors, text and bytes."""

import sys
from typing import Any

import pytest

from child_process import (
    AbortController,
    CommandFailed,
    MaxBufferExceeded,
    SpawnError,
    exec,
    exec_file,
    exec_file_sync,
)
from tests.conformance.children import code, record
from tests.support import programs


@pytest.mark.node_test("exec-error")
async def test_a_command_the_shell_does_not_know_is_127() -> None:
    """`exec` started a shell, which runs: the failure is its exit code."""
    child = exec("does-not-exist")

    with pytest.raises(CommandFailed) as caught:
        await child

    assert 127 == caught.value.result.code
    assert "does-not-exist" == caught.value.cmd
    assert isinstance(child.pid, int)


@pytest.mark.node_test("exec-error")
async def test_a_program_that_is_missing_is_enoent() -> None:
    """`exec_file` could start nothing; the error names the whole command."""
    heard: list[Any] = []
    child = exec_file("does-not-exist", ["a b"], lambda *all: heard.append(all))

    with pytest.raises(SpawnError) as caught:
        await child

    assert ("ENOENT", None) == (caught.value.code, child.pid)
    assert "does-not-exist 'a b'" == caught.value.cmd
    assert [(caught.value, "", "")] == heard


@pytest.mark.node_test("exec-kill-throws")
async def test_a_broken_kill_of_the_users_is_not_in_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A limit ends the child by itself, not through the public `kill`."""
    file, *args = programs.python("print_forever.py", "x")
    child = exec_file(file, args, max_buffer=100)

    def broken(*_: Any) -> bool:
        raise RuntimeError

    monkeypatch.setattr(child, "kill", broken)
    with pytest.raises(MaxBufferExceeded):
        await child

    assert "SIGTERM" == child.signal_code


@pytest.mark.node_test("exec-encoding")
@pytest.mark.parametrize("verb", [exec, exec_file])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, ("fööbär", ""), id="default"),
        pytest.param({"encoding": "utf8"}, ("fööbär", ""), id="utf8"),
        pytest.param({"encoding": "latin1"}, ("fÃ¶Ã¶bÃ¤r", ""), id="latin1"),
        pytest.param({"encoding": "buffer"}, ("fööbär".encode(), b""), id="buffer"),
        pytest.param({"encoding": None}, ("fööbär".encode(), b""), id="None"),
    ],
)
async def test_the_encoding_makes_text_or_bytes(
    verb: Any, options: dict[str, Any], expected: tuple[Any, Any]
) -> None:
    """UTF-8 text by default, bytes where that is asked for."""
    words = ["printf fööbär"] if verb is exec else ["printf", ["fööbär"]]

    result = await verb(*words, **options)

    assert expected == (result.stdout, result.stderr)


@pytest.mark.node_test("exec-std-encoding")
async def test_a_caller_may_set_the_encoding_of_the_streams() -> None:
    """It counts for "data"; the result keeps the encoding of the call."""
    child = exec("printf ä; printf ö >&2", encoding=None)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.set_encoding("latin1")
    child.stderr.set_encoding("utf-8")
    told = record(child.stdout, "data"), record(child.stderr, "data")

    result = await child

    assert ([("data", "Ã¤")], [("data", "ö")]) == told
    assert ("ä".encode(), "ö".encode()) == (result.stdout, result.stderr)


@pytest.mark.node_test("exec-stdout-stderr-data-string")
async def test_data_events_of_exec_are_text() -> None:
    """Listeners beside the collecting get strings, of both streams."""
    child = exec("printf out; printf err >&2")
    assert child.stdout is not None
    assert child.stderr is not None
    told = record(child.stdout, "data"), record(child.stderr, "data")

    await child

    assert ([("data", "out")], [("data", "err")]) == told


@pytest.mark.node_test("promisified")
@pytest.mark.parametrize("verb", [exec, exec_file])
async def test_a_call_is_a_child_and_a_promise(verb: Any) -> None:
    """It has a pid and streams at once, and awaited it gives the output."""
    words = ["echo out; echo err >&2"]
    if verb is exec_file:
        words = ["sh", ["-c", *words]]  # type: ignore[list-item]  # a word, and a list
    child = verb(*words)

    pid = child.pid
    result = await child

    assert isinstance(pid, int)
    assert (pid, "out\n", "err\n") == (result.pid, result.stdout, result.stderr)


@pytest.mark.node_test("promisified")
async def test_a_failure_has_code_and_output() -> None:
    """The error that is raised holds what the command said before."""
    with pytest.raises(CommandFailed) as caught:
        await exec("echo 42; echo 43 >&2; exit 9")

    assert (9, None) == (caught.value.result.code, caught.value.signal)
    assert ("42\n", "43\n") == (caught.value.stdout, caught.value.stderr)
    assert caught.value.killed is False


@pytest.mark.node_test("execfile")
async def test_the_message_shows_command_and_stderr() -> None:
    """One reads what was run, how it ended and what it complained."""
    file, *args = programs.python("exit_with.py", 42, "went wrong")

    with pytest.raises(CommandFailed) as caught:
        await exec_file(file, args)

    assert "exit_with.py 42 'went wrong'" in str(caught.value)
    assert "exit code 42" in str(caught.value)
    assert str(caught.value).endswith("went wrong")


@pytest.mark.node_test("execfile")
async def test_a_signal_of_its_own_is_not_ours() -> None:
    """The error has the signal's name, and says that we did not kill."""
    file, *args = programs.python("die_by.py", "SIGTERM")

    with pytest.raises(CommandFailed) as caught:
        await exec_file(file, args)

    assert (None, "SIGTERM") == (caught.value.result.code, caught.value.signal)
    assert (False, -15) == (caught.value.killed, caught.value.returncode)


@pytest.mark.node_test("execfile")
async def test_exec_file_takes_a_shell() -> None:
    """With `shell`, `file` is a line and arguments are words of it."""
    result = await exec_file("echo", ["$HOME", "a  b"], shell=True)

    assert "$HOME a  b\n" == result.stdout


@pytest.mark.node_test("execfile")
async def test_a_completed_command_leaves_no_abort_listener() -> None:
    """A signal may serve a thousand commands."""
    controller = AbortController()
    child = exec_file("true", signal=controller.signal)

    during = controller.signal.listener_count
    await child

    assert (1, 0) == (during, controller.signal.listener_count)


@pytest.mark.node_test("execfile")
async def test_the_sync_form_gives_the_same_output() -> None:
    """`exec_file` and `exec_file_sync` read alike."""
    words = code("import sys; sys.stdout.write('ä\\r\\n\\0b')")

    result = await exec_file(sys.executable, words, env={"PYTHONUTF8": "1"})
    sync = exec_file_sync(
        sys.executable, words, env={"PYTHONUTF8": "1"}, encoding="utf-8"
    )

    assert "ä\r\n\0b" == result.stdout
    assert sync == result.stdout


@pytest.mark.node_test("exec-error", "exec-kill-throws")
async def test_a_callback_is_called_once_and_nothing_is_raised() -> None:
    """Who gave a callback has the error there; awaiting gives the result."""
    heard: list[Any] = []

    result = await exec("echo out; exit 3", lambda *all: heard.append(all))

    assert 3 == result.code
    assert [("out\n", "")] == [tuple(rest) for _, *rest in heard]
    assert isinstance(heard[0][0], CommandFailed)
