"""`fork`: what is started, with which streams, and how long it lives."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    AbortController,
    Aborted,
    ChildProcess,
    OptionError,
    exec,
    exec_file,
    fork,
)
from tests.channel.children import closed, finished, next_event, raw, record
from tests.channel.children import names as names_of
from tests.conformance.children import runs
from tests.support import programs
from tests.support.waiting import survivors, until

ECHO = programs.path("ipc_echo.py")
FACTS = programs.path("ipc_facts.py")
BY_NODE = pytest.param("js", marks=pytest.mark.node, id="node")
EITHER = ["py", BY_NODE]
INTERPRETER = os.path.realpath(sys.executable)


def echo(suffix: str, **options: Any) -> ChildProcess:
    """Fork the child that sends back each message."""
    return fork(programs.path(f"ipc_echo.{suffix}"), **options)


def written(folder: Path, source: str, name: str = "child.py") -> str:
    """Write a child down; return its path."""
    path = folder / name
    path.write_text(source, "utf-8")
    return str(path)


async def facts_of(path: str, **options: Any) -> dict[str, Any]:
    """Return what the child at *path* tells of itself."""
    messages, status = await finished(fork(path, **options))
    assert (1, 0) == (len(messages), status)
    facts: dict[str, Any] = messages[0]
    return facts


@pytest.mark.node_test("fork")
@pytest.mark.parametrize("suffix", EITHER)
async def test_a_forked_child_echoes(suffix: str) -> None:
    """Messages go both ways; the caller's arguments stay as they are."""
    args = ["foo", "bar"]
    child = fork(programs.path(f"ipc_echo.{suffix}"), args)

    child.send({"hello": "world"})
    answer = await child.receive()
    child.disconnect()

    assert ({"hello": "world"}, ["foo", "bar"]) == (answer, args)
    assert 0 == await closed(child)


@pytest.mark.node_test("fork3")
@pytest.mark.parametrize("suffix", EITHER)
async def test_an_empty_script_ends(tmp_path: Path, suffix: str) -> None:
    """An open channel alone does not hold it."""
    child = fork(written(tmp_path, "", f"empty.{suffix}"))

    assert ([], 0) == await finished(child)


@pytest.mark.node_test("fork-and-spawn")
async def test_a_forked_child_can_start_children(tmp_path: Path) -> None:
    """What it starts does not wait for the channel."""
    source = (
        "from child_process import process, run_sync\n"
        "process.send(run_sync('echo', ['hi']).stdout)\n"
    )

    assert (["hi\n"], 0) == await finished(fork(written(tmp_path, source)))


@pytest.mark.node_test("fork-args")
@pytest.mark.parametrize("module", [0, True, None, [], {}, "", b""], ids=repr)
async def test_a_module_that_is_none_is_refused(module: Any) -> None:
    """Before anything starts."""
    with pytest.raises(OptionError):
        fork(module)


@pytest.mark.node_test("fork-args")
@pytest.mark.parametrize("args", [0, True, {}, "foo"], ids=repr)
async def test_arguments_of_fork_that_are_none_are_refused(args: Any) -> None:
    """A list of words, or nothing."""
    with pytest.raises(OptionError):
        fork(ECHO, args)


@pytest.mark.node_test("fork-args")
@pytest.mark.parametrize("args", [None, [], ()], ids=repr)
async def test_fork_without_arguments_heeds_its_options(args: Any) -> None:
    """The environment is set all the same."""
    child = fork(FACTS, args, env={**os.environ, "foo": "bar"})

    messages, status = await finished(child)

    assert (0, "bar", 1) == (
        status,
        messages[0]["env"]["foo"],
        len(messages[0]["argv"]),
    )


@pytest.mark.node_test("fork-close")
@pytest.mark.parametrize("suffix", EITHER)
async def test_message_disconnect_exit_and_close_come_once_each(suffix: str) -> None:
    """In this order."""
    child = fork(programs.path(f"ipc_facts.{suffix}"))
    told = record(child)

    assert 0 == await closed(child)
    assert ["spawn", "message", "disconnect", "exit", "close"] == names_of(told)


@pytest.mark.node_test("fork-detached")
async def test_a_detached_forked_child_survives(tmp_path: Path) -> None:
    """Its parent ends, it does not."""
    child = written(
        tmp_path,
        "import os, time\nfrom child_process import process\n"
        "process.send(os.getpid())\nprocess.disconnect()\ntime.sleep(60)\n",
    )
    parent = written(
        tmp_path,
        "import asyncio\nfrom child_process import fork\n"
        "async def main():\n"
        f"    child = fork({child!r}, detached=True, stdio='ignore')\n"
        "    print(await child.receive())\n"
        "asyncio.run(main())\n",
        "parent.py",
    )

    printed = (await exec_file(sys.executable, [parent])).stdout
    pid = int(printed or "")

    assert runs(pid)
    os.kill(pid, 9)
    assert [] == survivors([pid])


@pytest.mark.node_test("fork-exec-argv", "test-process-exec-argv")
async def test_exec_argv_goes_before_the_script() -> None:
    """To the interpreter; the script does not see it in its arguments."""
    facts = await facts_of(FACTS, exec_argv=["-X", "importtime=0", "-S"])

    assert ["-X", "importtime=0", "-S"] == facts["orig_argv"][1:4]
    assert [FACTS] == facts["argv"]


@pytest.mark.node_test("fork-exec-path", "test-process-execpath")
async def test_exec_path_names_the_interpreter(tmp_path: Path) -> None:
    """Instead of ours."""
    copy = tmp_path / "python-copy"
    copy.symlink_to(INTERPRETER)

    facts = await facts_of(FACTS, exec_path=copy)

    assert str(copy) == facts["orig_argv"][0]


@pytest.mark.node_test("fork-no-shell")
async def test_fork_has_no_shell() -> None:
    """Node ignores `shell`; here it is a mistake, since no shell is had."""
    with pytest.raises(OptionError, match="shell"):
        fork(ECHO, shell=True)

    messages, _ = await finished(fork(FACTS, ["$HOME; `id`"]))
    assert [FACTS, "$HOME; `id`"] == messages[0]["argv"]


@pytest.mark.node_test("fork-ref")
@pytest.mark.parametrize("suffix", EITHER)
async def test_a_disconnect_listener_holds_a_child(tmp_path: Path, suffix: str) -> None:
    """Until we disconnect; its messages come in order."""
    source = {
        "py": "from child_process import process\n"
        "for n in range(3): process.send(n)\n"
        "process.on('disconnect', lambda: None)\n",
        "js": "for (let n = 0; n < 3; n++) process.send(n);"
        "process.on('disconnect', () => {});",
    }[suffix]
    child = fork(written(tmp_path, source, f"child.{suffix}"))

    got = [await child.receive() for _ in range(3)]
    held = child.exit_code is None
    child.disconnect()

    assert ([0, 1, 2], True) == (got, held)
    assert 0 == await closed(child)


@pytest.mark.node_test("fork-ref2")
@pytest.mark.parametrize("suffix", EITHER)
async def test_after_a_disconnect_a_listener_holds_nothing(
    tmp_path: Path, suffix: str
) -> None:
    """There is nothing to come."""
    source = {
        "py": "from child_process import process\nprocess.disconnect()\n"
        "process.on('message', lambda *_: None)\n",
        "js": "process.disconnect(); process.on('message', () => {});",
    }[suffix]
    child = fork(written(tmp_path, source, f"child.{suffix}"))

    assert ([], 0) == await finished(child)


@pytest.mark.node_test("fork-timeout-kill-signal")
async def test_a_forked_child_that_takes_too_long_is_ended() -> None:
    """By the signal that is given, SIGTERM else; no listener is left behind."""
    controller = AbortController()
    for options, expected in ({}, "SIGTERM"), ({"kill_signal": "SIGKILL"}, "SIGKILL"):
        child = echo("py", timeout=0.05, signal=controller.signal, **options)

        assert expected == await closed(child)
        assert "timeout" == child.reason
        assert 0 == controller.signal.listener_count


@pytest.mark.node_test("fork-timeout-kill-signal")
@pytest.mark.parametrize("timeout", ["badValue", {}, -1, float("nan")], ids=repr)
async def test_a_wrong_limit_of_fork_is_refused(timeout: Any) -> None:
    """Before anything starts."""
    with pytest.raises(OptionError):
        fork(ECHO, timeout=timeout)


@pytest.mark.node_test("fork-abort-signal")
@pytest.mark.parametrize("kill_signal", ["SIGTERM", "SIGKILL"])
async def test_a_forked_child_can_be_called_off(kill_signal: str) -> None:
    """An error with the cause, then the end by the signal."""
    controller = AbortController()
    child = echo("py", signal=controller.signal, kill_signal=kill_signal)
    told = record(child, "error")
    await next_event(child, "spawn")
    cause = ValueError("boom")

    controller.abort(cause)

    assert kill_signal == await closed(child)
    [(_, error)] = told
    assert (Aborted, "ABORT_ERR", cause) == (type(error), error.code, error.cause)


@pytest.mark.node_test("fork-abort-signal")
async def test_fork_with_an_aborted_signal_starts_nothing() -> None:
    """Node starts it, and kills it."""
    controller = AbortController()
    controller.abort()

    child = echo("py", signal=controller.signal)
    told = record(child)

    with pytest.raises(Aborted):
        await child.wait_closed()
    assert child.pid is None
    assert ["error", "disconnect", "close"] == names_of(told)


@pytest.mark.node_test("fork-abort-signal")
async def test_an_abort_after_the_end_of_a_forked_child_is_nothing() -> None:
    """No error, no signal to a stranger."""
    controller = AbortController()
    child = fork(FACTS, signal=controller.signal)
    told = record(child, "error")
    assert 0 == await closed(child)

    controller.abort()

    assert [] == told


@pytest.mark.node_test("fork-url")
async def test_a_module_is_a_path_or_a_name(tmp_path: Path) -> None:
    """Node takes file: URLs; here it is a `Path`, or a dotted name."""
    path = Path(FACTS)

    assert [FACTS] == (await facts_of(path))["argv"]  # type: ignore[arg-type]  # the helper's is a name
    with pytest.raises(OptionError):
        fork(path.as_uri() + "?query")


@pytest.mark.node_test("fork-closed-channel-segfault")
async def test_a_child_that_dies_with_handles_under_way() -> None:
    """All that waits is let go of; the channel is None at "close"."""
    import socket

    child = raw("wire.recv(1); os.kill(os.getpid(), 9)")
    calls: list[Any] = []
    channels: list[Any] = []
    child.on("close", lambda *_: channels.append(child.channel))
    with socket.create_server(("127.0.0.1", 0)) as server:
        for _ in range(10):
            child.send("handle", server, callback=calls.append)

    assert "SIGKILL" == await closed(child)
    await until(lambda: len(calls) == 10)
    assert [None] == channels
    assert {"ERR_IPC_CHANNEL_CLOSED"} == {error.code for error in calls}


@pytest.mark.node_test("test-process-exec-argv")
async def test_a_command_line_is_untouched_by_all_that() -> None:
    """What was not forked sees its own arguments."""
    result = await exec(f"{sys.executable} -S -c 'import sys; print(sys.argv)' a")

    assert "['-c', 'a']\n" == result.stdout
