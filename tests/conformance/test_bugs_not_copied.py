"""What Node does and should not: we do not.

The numbers of ``node_bug`` are those of the list in
``docs/reference/compatibility.md``.
"""

import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    AbortController,
    BufferedProcess,
    OptionError,
    SpawnError,
    exec,
    exec_file,
    spawn,
    spawn_sync,
)
from tests.conformance.children import python, record, shell

KILL_A_FAILED_START = """
import asyncio
from child_process import spawn

async def main():
    child = spawn("no-such-program")
    child.on("error", lambda error: print(child.kill()))
    print(child.kill())
    await asyncio.wait([asyncio.ensure_future(child.wait_closed())])
    print(child.kill(), child.killed)

asyncio.run(main())
"""


@pytest.mark.node_bug(1)
async def test_kill_of_a_failed_start_signals_nobody() -> None:
    """Node 20 sends it to process 0: to its own group, itself included."""
    result = await exec_file(sys.executable, ["-c", KILL_A_FAILED_START])

    assert "False\nFalse\nFalse False\n" == result.stdout


@pytest.mark.node_bug(10)
@pytest.mark.parametrize(
    ("number", "name"),
    [
        pytest.param(34, "SIGRTMIN", id="first"),
        pytest.param(37, "SIGRTMIN+3", id="nameless"),
        pytest.param(64, "SIGRTMAX", id="last"),
    ],
)
async def test_death_by_a_real_time_signal_is_no_exit(number: int, name: str) -> None:
    """Node tells (0, null), a success, since it knows no name for it."""
    child = python(f"import os; os.kill(os.getpid(), {number})")
    told = record(child, "exit", "close")

    await child.wait_closed()
    sync = spawn_sync("sh", ["-c", f"kill -{number} $$"])

    assert [("exit", None, name), ("close", None, name)] == told
    assert (None, name) == (sync.status, sync.signal)


@pytest.mark.node_bug(11)
@pytest.mark.parametrize("slot", ["foo", b"data", bytearray(b"data")], ids=repr)
def test_spawn_sync_drops_no_slot_in_silence(slot: Any) -> None:
    """Node leaves a wrong word out, and all later descriptors move down."""
    with pytest.raises(OptionError) as caught:
        spawn_sync("true", stdio=["pipe", slot, "pipe", "pipe"])

    assert "stdio[1]" == caught.value.option


@pytest.mark.node_bug(11)
def test_spawn_sync_takes_overlapped() -> None:
    """It ends the whole Node process; here it is "pipe", as for `spawn`."""
    result = spawn_sync("cat", stdio="overlapped", input="fine")

    assert (b"fine", 0) == (result.stdout, result.status)


@pytest.mark.node_bug(11)
def test_spawn_sync_takes_a_socket() -> None:
    """It ends the whole Node process; here the child has it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        result = spawn_sync("echo", ["fine"], stdio=["ignore", theirs, "inherit"])
        heard = ours.recv(100)

    assert (0, b"fine\n") == (result.status, heard)


@pytest.mark.node_bug(12)
@pytest.mark.parametrize("verb", [spawn, exec, exec_file, spawn_sync])
async def test_the_callers_list_keeps_its_length(verb: Any) -> None:
    """Node pads it to three in place, so that it differs for the next call."""
    stdio: list[Any] = ["ignore"]

    child = verb("true", stdio=stdio)
    if verb is not spawn_sync:
        await child.wait_closed()

    assert ["ignore"] == stdio


@pytest.mark.node_bug(13)
async def test_inherit_above_2_is_what_it_says() -> None:
    """The child's descriptor is ours of that number: documented, and so it is."""
    reading, writing = os.pipe()
    number = fcntl.fcntl(writing, fcntl.F_DUPFD_CLOEXEC, 10)
    stdio = ["ignore"] * 3 + [None] * (number - 3) + ["inherit"]

    async with python(f"import os; os.write({number}, b'fine')", stdio=stdio):
        pass
    heard = os.read(reading, 100)
    for fd in (reading, writing, number):
        os.close(fd)

    assert b"fine" == heard


@pytest.mark.node_bug(15)
@pytest.mark.parametrize("verb", [spawn, exec, exec_file, spawn_sync])
async def test_an_empty_shell_is_not_no_shell(verb: Any) -> None:
    """Node takes "" for false, and `exec` then looks for a program "ls -l"."""
    with pytest.raises(OptionError) as caught:
        verb("true", shell="")

    assert "shell" == caught.value.option


@pytest.mark.node_bug(16)
def test_a_limit_of_0_is_a_limit_in_the_sync_forms_too() -> None:
    """For Node's it is none."""
    result = spawn_sync("echo", ["hi"], max_buffer=0)

    assert (b"", "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") == (
        result.stdout,
        getattr(result.error, "code", None),
    )


@pytest.mark.node_bug(17)
async def test_a_failed_start_leaves_no_abort_listener() -> None:
    """Node waits for an "exit" that never comes."""
    controller = AbortController()
    child = spawn("no-such-program", signal=controller.signal)
    told = record(child, "error")

    with pytest.raises(SpawnError):
        await child.wait_closed()
    controller.abort()

    assert 0 == controller.signal.listener_count
    assert ["ENOENT"] == [error.code for _, error in told]


@pytest.mark.node_bug(18)
async def test_an_aborted_signal_starts_no_process(tmp_path: Path) -> None:
    """Node starts the program, which may do its work before it is killed."""
    controller = AbortController()
    controller.abort()
    child = spawn("touch", [tmp_path / "trace"], signal=controller.signal)
    child.on("error", lambda error: None)

    with pytest.raises(Exception, match="aborted"):
        await child.wait_closed()

    assert not (tmp_path / "trace").exists()


@pytest.mark.node_bug(19)
async def test_exec_heeds_every_option() -> None:
    """Node drops `stdio`, `argv0` and `detached` of `exec` without a word."""
    child = exec("echo $0; exec cat", stdio=["ignore"], argv0="other", detached=True)

    result = await child

    assert "other\n" == result.stdout
    assert child.stdin is None


@pytest.mark.node_bug(20)
async def test_a_childs_output_can_be_opened_by_name() -> None:
    """Node's pipes are sockets, for which /dev/stdout is ENXIO."""
    async with shell("echo fine > /dev/stdout; cat < /dev/stdin") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.end("too")
        heard = await child.stdout.text()

    assert "fine\ntoo" == heard


@pytest.mark.node_bug(21)
async def test_a_paused_stream_stays_paused_after_the_exit() -> None:
    """Node resumes it, and calls a listener that had asked for silence."""
    child = spawn("echo", ["hi"])
    assert child.stdout is not None
    told = record(child.stdout, "data")
    child.stdout.pause()

    await child.wait()
    await exec_file("true")  # many turns of the loop
    before = [*told]
    child.stdout.resume()
    await child.wait_closed()

    assert ([], [("data", b"hi\n")]) == (before, told)


@pytest.mark.node_bug(22)
async def test_called_off_means_ended() -> None:
    """Node calls back at once, while the process still runs."""
    controller = AbortController()
    states: list[Any] = []
    child: BufferedProcess[str] = exec_file(
        "sleep",
        ["60"],
        lambda *_: states.append((child.kill(0), child.signal_code)),
        signal=controller.signal,
    )
    _ = child.on("spawn", controller.abort)

    await child.wait_closed()

    assert [(False, "SIGTERM")] == states
