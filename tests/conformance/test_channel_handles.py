"""Handles that go with messages, to and from children, Node's and Python's."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from child_process import ChildProcess, fork
from tests.channel.children import PATIENCE, closed, halt, raw
from tests.support import programs

BY_NODE = pytest.param("js", marks=pytest.mark.node, id="node")
EITHER = ["py", BY_NODE]

PASSES = """
import array, json, socket as s
def handle(message, sock, kind="net.Socket", **more):
    wrapped = {"cmd": "NODE_HANDLE", "type": kind, "msg": message, **more}
    rights = (s.SOL_SOCKET, s.SCM_RIGHTS, array.array("i", [sock.fileno()]))
    wire.sendmsg([json.dumps(wrapped).encode() + b"\\n"], [rights])
lines = wire.makefile("rb")
"""


def taker(suffix: str) -> ChildProcess:
    """Fork a child that says a greeting by each socket that comes to it."""
    return fork(programs.path(f"ipc_take.{suffix}"))


@contextmanager
def listening() -> Iterator[socket.socket]:
    """Hold a TCP server for a block."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server


def client_of(server: socket.socket) -> socket.socket:
    """Return a connection to *server*."""
    client = socket.create_connection(server.getsockname(), timeout=PATIENCE)
    client.settimeout(PATIENCE)
    return client


def said(client: socket.socket) -> str:
    """Return all that the other end of *client* says."""
    with client:
        words = b""
        while piece := client.recv(4096):
            words += piece
    return words.decode()


async def answer(child: ChildProcess) -> Any:
    """Return the child's next message."""
    return await child.receive(timeout=PATIENCE)


async def stop(*children: ChildProcess) -> None:
    """End *children*, whatever handles they hold."""
    for child in children:
        child.kill()
        await closed(child)


@pytest.mark.node_test("fork-net", "fork-net-socket")
@pytest.mark.parametrize("suffix", EITHER)
async def test_twelve_sockets_to_three_children(suffix: str) -> None:
    """Each client is greeted by the child that got its socket; ours is closed."""
    children = [taker(suffix) for _ in range(3)]
    clients = []
    with listening() as server:
        for number in range(12):
            clients.append(client_of(server))
            accepted, _ = server.accept()
            children[number % 3].send({"say": f"hello {number}"}, accepted)
            assert -1 == accepted.fileno()
        for number in range(12):
            assert "said" == await answer(children[number % 3])

    assert [f"hello {number}" for number in range(12)] == [*map(said, clients)]
    for child in children:
        child.disconnect()
        assert 0 == await closed(child)


@pytest.mark.node_test("fork-net-server")
@pytest.mark.parametrize("suffix", EITHER)
async def test_a_server_at_both_ends(suffix: str) -> None:
    """The child accepts, and so do we; closing ours leaves the child's."""
    child = taker(suffix)
    with listening() as server:
        address = server.getsockname()
        child.send({"serve": "child"}, server)
        assert "serving" == await answer(child)
        await halt(child)
        client = client_of(server)
        accepted, _ = server.accept()
        child.kill("SIGCONT")
        with accepted:
            accepted.sendall(b"parent")
        ours = said(client)

    theirs = said(socket.create_connection(address, timeout=PATIENCE))
    await stop(child)

    assert ("parent", "child") == (ours, theirs)


@pytest.mark.node_test("fork-getconnections")
async def test_sockets_are_counted_for_who_accepted_them() -> None:
    """Asked how many it holds of a server's, we say so, down to none."""
    child = raw(
        PASSES
        + """
pairs = [s.socketpair() for _ in range(12)]
for one, _ in pairs:
    handle("take", one, key="4:127.0.0.1:0")
    assert b"NODE_HANDLE_ACK" in lines.readline()
    one.close()
wire.sendall(b'"sent"\\n')
counts = []
for _ in range(3):
    lines.readline()
    wire.sendall(b'{"cmd":"NODE_SOCKET_GET_COUNT","key":"4:127.0.0.1:0"}\\n')
    counts.append(json.loads(lines.readline())["count"])
    wire.sendall(json.dumps(counts).encode() + b"\\n")
wire.sendall(b'{"cmd":"NODE_SOCKET_NOTIFY_CLOSE","key":"4:127.0.0.1:0"}\\n')
wire.sendall(lines.readline().replace(b"cmd", b"was"))
"""
    )
    held = [(await child.receive(handles=True))[1] for _ in range(12)]
    assert "sent" == await answer(child)

    child.send("go on")
    first = await answer(child)
    held.pop().close()
    child.send("go on")
    second = await answer(child)
    while held:
        held.pop().close()
    child.send("go on")
    third = await answer(child)
    all_closed = await answer(child)

    assert ([12], [12, 11], [12, 11, 0]) == (first, second, third)
    assert {"was": "NODE_SOCKET_ALL_CLOSED", "key": "4:127.0.0.1:0"} == all_closed
    assert 0 == await closed(child)


@pytest.mark.node_test("fork-dgram")
@pytest.mark.parametrize("suffix", EITHER)
async def test_a_udp_socket_at_both_ends(suffix: str) -> None:
    """Each datagram goes to one of them."""
    child = taker(suffix)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        ours.bind(("127.0.0.1", 0))
        ours.settimeout(PATIENCE)
        client.sendto(b"to us", ours.getsockname())
        assert b"to us" == ours.recv(100)

        child.send({"receive": 1}, ours)
        assert "receiving" == await answer(child)
        client.sendto(b"to the child", ours.getsockname())
        got = await answer(child)

        assert -1 != ours.fileno()
    await stop(child)
    assert "to the child" == got


@pytest.mark.node_test("net-reuseport")
async def test_two_children_listen_on_one_tcp_port(tmp_path: Path) -> None:
    """With SO_REUSEPORT, each a socket of its own."""
    await _share_a_port(tmp_path, "SOCK_STREAM", "sock.listen()")


@pytest.mark.node_test("dgram-reuseport")
async def test_two_children_bind_one_udp_port(tmp_path: Path) -> None:
    """With SO_REUSEPORT, each a socket of its own."""
    await _share_a_port(tmp_path, "SOCK_DGRAM", "")


async def _share_a_port(folder: Path, kind: str, then: str) -> None:
    path = folder / "child.py"
    path.write_text(
        "import socket, sys\nfrom child_process import process\n"
        f"sock = socket.socket(socket.AF_INET, socket.{kind})\n"
        "sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)\n"
        f"sock.bind(('127.0.0.1', int(sys.argv[1])))\n{then}\n"
        "process.send(sock.getsockname()[1])\n"
        "process.on('disconnect', sock.close)\n"
    )
    first = fork(str(path), ["0"])
    port = await answer(first)
    second = fork(str(path), [str(port)])

    assert port == await answer(second)
    for child in first, second:
        child.disconnect()
        assert 0 == await closed(child)


@pytest.mark.node_test("recv-handle")
async def test_a_handle_belongs_to_its_message() -> None:
    """Of three that come together, to the one that it was sent with."""
    child = raw(
        PASSES
        + """
one, other = s.socketpair()
wire.recv(1)
wire.sendall(b'"one"\\n')
handle("two", one)
wire.sendall(b'"three"\\n')
"""
    )
    child.send(1)

    got = [await child.receive(handles=True) for _ in range(3)]

    assert ["one", "two", "three"] == [mail.value for mail in got]
    assert [False, True, False] == [mail.handle is not None for mail in got]
    got[1].handle.close()
    assert 0 == await closed(child)


@pytest.mark.node_test("send-keep-open")
@pytest.mark.parametrize("suffix", EITHER)
async def test_a_socket_that_is_kept_open(suffix: str) -> None:
    """Both ends write to it."""
    child = taker(suffix)
    with listening() as server:
        client = client_of(server)
        accepted, _ = server.accept()
        with accepted:
            child.send({"later": "child"}, accepted, keep_open=True)
            accepted.sendall(b"parent ")
            child.send("go on")
            assert "said" == await answer(child)

    words = said(client)
    await stop(child)

    assert "parent child" == words


@pytest.mark.node_test("sequential/pass-fd")
async def test_eighty_children_pass_a_socket() -> None:
    """All arrive, and work."""
    source = (
        PASSES
        + "one, other = s.socketpair()\nother.sendall(b'hi')\nhandle('x', one)\nlines.readline()\n"
    )

    for _ in range(8):
        children = [raw(source) for _ in range(10)]
        for child in children:
            message, handle = await child.receive(timeout=PATIENCE, handles=True)
            with handle:
                handle.settimeout(PATIENCE)
                assert ("x", b"hi") == (message, handle.recv(10))
        for child in children:
            assert 0 == await closed(child)


@pytest.mark.node_test("fork-closed-channel-segfault")
async def test_handles_of_a_child_that_is_gone() -> None:
    """They are closed with the message that nobody takes, or are still good."""
    child = raw(
        PASSES
        + "one, other = s.socketpair()\nfor _ in range(5): handle('x', one)\nos.kill(os.getpid(), 9)\n"
    )
    assert "SIGKILL" == await closed(child)

    got = [mail async for mail in child.messages(handles=True)]

    assert ["x"] * 5 == [mail.value for mail in got]
    for mail in got:
        mail.handle.close()
