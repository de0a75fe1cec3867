"""What Node's channel does and should not: ours does not.

The numbers are those of the list in ``docs/reference/compatibility.md``.
"""

import asyncio
import os
import tty
from pathlib import Path
from typing import Any

import pytest

from child_process import BadFrame, fork
from child_process.ipc import InvalidHandle, NotSerializable, Undefined
from tests.channel.children import (
    PATIENCE,
    closed,
    finished,
    forked,
    heard,
    names,
    next_event,
    raw,
    record,
)
from tests.support import programs
from tests.support.waiting import until

BY_NODE = pytest.param("js", marks=pytest.mark.node, id="node")
EITHER = ["py", BY_NODE]
PASSES = """
import array, json
def handle(fd):
    wrapped = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": "m"}
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))
    wire.sendmsg([json.dumps(wrapped).encode() + b"\\n"], [rights])
"""


@pytest.mark.node_bug(2)
@pytest.mark.parametrize("suffix", EITHER)
async def test_node_bug_02_close_comes_after_our_disconnect(suffix: str) -> None:
    """Node never counts the channel that it closed itself."""
    child = fork(programs.path(f"ipc_echo.{suffix}"))
    child.send("up")
    await child.receive()
    told = record(child)

    child.disconnect()

    assert 0 == await closed(child)
    assert ["disconnect", "exit", "close"] == names(told)


@pytest.mark.node_bug(3)
@pytest.mark.parametrize("mode", ["json", "advanced"])
async def test_node_bug_03_a_disconnect_within_a_message_is_one(mode: Any) -> None:
    """Node waits for the rest for ever, and holds the channel open."""
    half = rb'{"half": ' if mode == "json" else b"\0\0\0\x08\xff\x0f"
    child = raw(f"wire.sendall({half!r}); wire.recv(1)", serialization=mode)
    told = record(child)
    await next_event(child, "spawn")
    assert child.channel is not None
    session = child.channel._session
    await until(lambda: session._wire.partial)

    child.disconnect()

    assert 0 == await closed(child)
    assert ["spawn", "disconnect", "exit", "close"] == names(told)


@pytest.mark.node_bug(4)
async def test_node_bug_04_a_disconnect_in_a_handler_of_what_waited() -> None:
    """In Node it is a TypeError; here the others that waited are heard too."""
    child = raw(r"wire.sendall(b'1\n2\n3\n'); wire.recv(1)")
    assert child.channel is not None
    mailbox = child.channel.mailbox
    await until(lambda: len(mailbox._queue) == 3)
    told: list[Any] = []

    def listen(message: int, handle: object) -> None:
        told.append(message)
        if message == 1:
            child.disconnect()

    child.on("message", listen)
    child.on("disconnect", lambda: told.append("disconnect"))

    assert 0 == await closed(child)
    assert [1, 2, 3, "disconnect"] == told


@pytest.mark.node_bug(5)
async def test_node_bug_05_a_file_sent_to_node_is_refused_here() -> None:
    """It would abort; so would a terminal, and a pipe is none of its sockets."""
    child = raw("wire.recv(1)")
    terminal, other = os.openpty()
    tty.setraw(terminal)
    read, write = os.pipe()
    null = os.open(os.devnull, os.O_RDWR)
    file = os.open(__file__, os.O_RDONLY)
    for fd in (null, file, terminal, read):
        with pytest.raises(InvalidHandle):
            child.send("x", fd)
    for fd in (null, file, terminal, other, read, write):
        os.close(fd)
    child.disconnect()

    assert 0 == await closed(child)


@pytest.mark.node_bug(5)
async def test_node_bug_05_a_file_that_comes_is_a_descriptor() -> None:
    """Or a terminal: it is no socket, and hurts nobody."""
    child = raw(PASSES + "handle(os.open('/', 0)); handle(os.openpty()[0])")

    got = [await child.receive(handles=True) for _ in range(2)]

    assert ["Descriptor"] * 2 == [type(mail.handle).__name__ for mail in got]
    for mail in got:
        mail.handle.close()
    assert 0 == await closed(child)


@pytest.mark.node_bug(6)
async def test_node_bug_06_an_acknowledgement_too_many_is_nothing() -> None:
    """In Node it is an assertion in the other process."""
    child = raw(
        r"""
        wire.sendall(b'{"cmd":"NODE_HANDLE_ACK"}\n{"cmd":"NODE_HANDLE_NACK"}\n')
        wire.sendall(b'"after"\n')
        """
    )

    assert (["after"], 0) == await finished(child)


@pytest.mark.node_bug(6)
async def test_node_bug_06_a_repeated_handle_is_sent_as_it_was() -> None:
    """Node wraps it twice; a receiver in Node then answers twice."""
    import socket

    child = raw(
        r"""
        lines = wire.makefile("rb")
        first = lines.readline()
        wire.sendall(b'{"cmd":"NODE_HANDLE_NACK"}\n')
        second = lines.readline()
        wire.sendall(b'{"cmd":"NODE_HANDLE_ACK"}\n')
        wire.sendall(b'true\n' if first == second else b'false\n')
        """
    )
    one, other = socket.socketpair()
    with other:
        child.send("x", one)
        assert await child.receive(timeout=PATIENCE) is True

    assert 0 == await closed(child)


@pytest.mark.node_bug(7)
async def test_node_bug_07_what_waits_is_answered_for_when_the_peer_dies() -> None:
    """Behind a handle that it never took: Node calls none of the callbacks."""
    import socket

    child = raw("wire.recv(1); wire.recv(1); os._exit(0)")
    calls: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        child.send("handle", server, callback=calls.append)
        for _ in range(5):
            child.send("waits", callback=calls.append)

    assert 0 == await closed(child)
    await until(lambda: len(calls) == 6)
    assert ["ERR_IPC_CHANNEL_CLOSED"] * 6 == [error.code for error in calls]


@pytest.mark.node_bug(8)
async def test_node_bug_08_a_bad_message_is_an_error_event() -> None:
    """And what came before it in the same piece counts."""
    child = raw(r"wire.sendall(b'1\n2\nbad\n3\n'); wire.recv(1)")
    told = record(child)

    assert 0 == await closed(child)
    assert [1, 2] == [event[1] for event in told if event[0] == "message"]
    assert [BadFrame] == [type(event[1]) for event in told if event[0] == "error"]


@pytest.mark.node_bug(9)
async def test_node_bug_09_undefined_is_never_on_the_wire() -> None:
    """It is refused here; one that comes is a bad message, and no more."""
    child = raw(
        r"wire.sendall(b'undefined\n'); print(wire.recv(100))",
        stdio=["ignore", "pipe", "inherit", "ipc"],
    )
    told = record(child, "error")
    assert child.stdout is not None

    with pytest.raises(NotSerializable):
        child.send(Undefined)

    assert "b''\n" == await child.stdout.text()
    assert 0 == await closed(child)
    assert [BadFrame] == [type(error) for _, error in told]


@pytest.mark.node_bug(14)
async def test_node_bug_14_messages_wait_for_a_late_listener(tmp_path: Path) -> None:
    """Beyond the end of the channel and of the child; Node drops them."""
    path = tmp_path / "child.py"
    path.write_text(
        "from child_process import process\nfor n in range(3): process.send(n)\n"
    )
    child = forked(path)
    assert 0 == await closed(child)
    await asyncio.sleep(0)

    assert [0, 1, 2] == await heard(child)
