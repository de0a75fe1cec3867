"""`kill`, and a child as a resource that is given back."""

import signal
import socket
from typing import Any

import pytest

from child_process import UnknownSignal, spawn
from tests.conformance.children import python, record
from tests.support import programs


@pytest.mark.node_test("kill")
async def test_kill_sends_sigterm() -> None:
    """True, `killed`, and the signal's name in events and attributes."""
    child = spawn("cat")
    told = record(child, "exit", "close")

    before = (child.killed, child.signal_code, child.exit_code)
    sent = child.kill()
    right_after = (child.killed, child.signal_code, child.exit_code)
    await child.wait_closed()

    assert (False, None, None) == before
    assert (True, (True, None, None)) == (sent, right_after)
    assert [("exit", None, "SIGTERM"), ("close", None, "SIGTERM")] == told
    assert ("SIGTERM", None) == (child.signal_code, child.exit_code)


@pytest.mark.node_test("kill")
@pytest.mark.parametrize("form", ["SIGINT", "sigint", 2, signal.SIGINT], ids=repr)
async def test_a_signal_has_many_forms(form: Any) -> None:
    """A name in any case, a number, `signal.Signals`."""
    child = spawn("cat")

    child.kill(form)
    status = await child.wait_closed()

    assert "SIGINT" == status.signal


@pytest.mark.node_test("kill")
async def test_signal_0_asks_and_harms_nobody() -> None:
    """True while the process is there; it goes on."""
    child = spawn("cat")
    assert child.stdin is not None

    there = child.kill(0)
    child.stdin.end()
    status = await child.wait_closed()
    gone = child.kill(0)

    assert (True, 0, False) == (there, status.code, gone)


@pytest.mark.node_test("kill")
async def test_kill_after_the_end_sends_nothing() -> None:
    """False, and `killed` stays: the number may be another's by now."""
    child = spawn("true")
    await child.wait_closed()

    sent = child.kill()

    assert (False, False) == (sent, child.killed)


@pytest.mark.node_test("kill", "constructor")
@pytest.mark.parametrize("name", ["foo", "", "SIGFOO", -1, 999])
async def test_an_unknown_signal_is_refused(name: Any) -> None:
    """Nothing is sent."""
    child = spawn("cat")
    assert child.stdin is not None

    with pytest.raises(UnknownSignal) as caught:
        child.kill(name)
    child.stdin.end()
    status = await child.wait_closed()

    assert ("ERR_UNKNOWN_SIGNAL", 0) == (caught.value.code, status.code)


@pytest.mark.node_test("kill")
async def test_killed_says_nothing_of_an_end() -> None:
    """A child that ignores the signal was reached, and runs on, as in Node."""
    file, *args = programs.python("ignore_sigterm.py")
    child = spawn(file, args)
    assert child.stdout is not None
    await anext(child.stdout)

    child.kill()
    after = (child.killed, child.kill(0), child.exit_code)
    child.kill("SIGKILL")
    status = await child.wait_closed()

    assert (True, True, None) == after
    assert "SIGKILL" == status.signal


@pytest.mark.node_test("destroy")
async def test_a_block_that_raises_sends_sigterm() -> None:
    """As Node's `using`, and the child has ended when the block has."""
    with pytest.raises(LookupError):
        async with spawn("cat") as child:
            raise LookupError

    assert "SIGTERM" == child.signal_code
    assert child.killed is True


@pytest.mark.node_test("destroy")
async def test_a_block_that_ends_gives_the_child_back() -> None:
    """Its stdin is ended, and it ends by itself."""
    async with spawn("cat") as child:
        pass

    assert (0, False) == (child.exit_code, child.killed)


@pytest.mark.node_test("test-net-child-process-connect-reset")
async def test_a_killed_servers_connections_end() -> None:
    """What the system says to its clients is not held up by us."""
    source = (
        "import os, socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "os.write(1, b'%d\\n' % server.getsockname()[1])\n"
        "held = server.accept()\n"
        "os.write(1, b'accepted\\n')\n"
        "import signal; signal.pause()"
    )
    child = python(source)
    assert child.stdout is not None
    lines = child.stdout.lines()

    with socket.create_connection(("127.0.0.1", int(await anext(lines)))) as client:
        accepted = await anext(lines)
        child.kill("SIGKILL")
        await child.wait()
        client.settimeout(10)
        heard = client.recv(1)
    rest = [line async for line in lines]
    await child.wait_closed()

    assert ("accepted", b"", []) == (accepted, heard, rest)
