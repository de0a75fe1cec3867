"""Sockets from children to their Python parent, each Node's and Python's."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from child_process import fork
from tests.channel.children import halt
from tests.channel.interop.clients import (
    SECONDS,
    answer_of,
    bound,
    connected,
    listening,
    said_to,
)
from tests.channel.interop.conftest import Fork
from tests.channel.interop.node_parents import CHILDREN


async def given(child: Any, op: str, **fields: Any) -> tuple[Any, socket.socket]:
    """Return the message and the socket that *child* sends for *op*."""
    child.send({"op": op, **fields})
    message, handle = await child.receive(timeout=SECONDS, handles=True)
    assert isinstance(handle, socket.socket), message
    return message, handle


async def test_a_server_of_the_child_accepts_at_both_ends(taker: Fork) -> None:
    """While the child is stopped, we take its server's connections."""
    async with taker() as child:
        message, server = await given(child, "server")
        address = ("127.0.0.1", message["address"]["port"])
        with server:
            assert address == server.getsockname()
            theirs = await said_to(connected(address))
            await halt(child)
            client = connected(address)
            accepted, _ = server.accept()
            child.kill("SIGCONT")
            with accepted:
                accepted.sendall(b"parent")
            ours = await said_to(client)
        theirs += await said_to(connected(address))
        await answer_of(child, "stop")
        child.disconnect()

    assert ("childchild", "parent") == (theirs, ours)


async def test_a_udp_socket_of_the_child_is_bound_here(taker: Fork) -> None:
    """Its address is ours now, though the child has closed its copy."""
    async with taker() as child:
        message, udp = await given(child, "udp")
        await answer_of(child, "ping", n=0)
        with udp, bound() as client:
            udp.settimeout(SECONDS)
            client.sendto(b"hi", ("127.0.0.1", message["address"]["port"]))
            data = udp.recv(100)
        child.disconnect()

    assert b"hi" == data


async def test_a_connection_of_the_child_goes_on_here(
    taker: Fork, tmp_path: Path
) -> None:
    """A connected Unix socket that the child made is answered by us."""
    with listening(str(tmp_path / "s")) as server:
        async with taker() as child:
            _, ours = await given(child, "connect", path=str(tmp_path / "s"))
            accepted, _ = server.accept()
            accepted.settimeout(SECONDS)
            await answer_of(child, "ping", n=0)
            with ours:
                ours.sendall(b"from the parent")
            said = await said_to(accepted)
            child.disconnect()

    assert "from the parent" == said


async def test_nodes_server_counts_its_sockets_here_and_closes(program: str) -> None:
    """getConnections() counts what we hold, and close() waits for it, no longer."""
    script = CHILDREN / "take_handles.js"
    async with fork(script, exec_path=program) as child:
        address = await answer_of(child, "accepted", n=3)
        clients = [connected((address["address"], address["port"])) for _ in range(3)]
        sockets: list[socket.socket] = []
        while len(sockets) < 3:
            message, handle = await child.receive(timeout=SECONDS, handles=True)
            sockets += [handle] if message == {"op": "given"} else []
        assert {"op": "all"} == await child.receive(timeout=SECONDS)

        counts = [await answer_of(child, "count")]
        sockets[0].close()
        counts.append(await answer_of(child, "count"))
        child.send({"op": "stop"})
        answered = await answer_of(child, "ping", n=1)  # and not "stopped" yet
        for handle in sockets[1:]:
            with handle:
                handle.sendall(b"from python")
        stopped = await child.receive(timeout=SECONDS)
        said = [await said_to(client) for client in clients]
        child.disconnect()

    assert [3, 2] == [count["n"] for count in counts]
    assert {"op": "pong", "n": 1} == answered
    assert {"op": "stopped"} == stopped
    assert ["", "from python", "from python"] == sorted(said)


def detach(holder: list[socket.socket]) -> None:
    """Make the socket in *holder* a plain descriptor, and close that."""
    os.close(holder.pop().detach())


def close_in_thread(holder: list[socket.socket]) -> None:
    """Close the socket in *holder*, as a thread that served it does."""
    thread = Thread(target=holder.pop().close)
    thread.start()
    thread.join()


def close_twice(holder: list[socket.socket]) -> None:
    """Close the socket in *holder* as often as is no error."""
    holder[0].close()
    holder.pop().close()


@pytest.mark.parametrize(
    "let_go",
    [
        pytest.param(detach, id="detached"),
        pytest.param(list.clear, id="dropped"),
        pytest.param(close_in_thread, id="closed in a thread"),
        pytest.param(close_twice, id="closed twice"),
    ],
)
async def test_a_socket_is_given_up_in_many_ways(
    program: str, let_go: Callable[[list[socket.socket]], None]
) -> None:
    """Node's server is not held up by a socket that nobody has any more."""
    script = CHILDREN / "take_handles.js"
    async with fork(script, exec_path=program) as child:
        address = await answer_of(child, "accepted", n=1)
        client = connected((address["address"], address["port"]))
        mail = await child.receive(timeout=SECONDS, handles=True)
        await child.receive(timeout=SECONDS)
        child.send({"op": "stop"})
        await answer_of(child, "ping", n=1)

        holder = [mail[1]]
        del mail
        let_go(holder)
        stopped = await child.receive(timeout=SECONDS)

        client.close()
        child.disconnect()
    assert {"op": "stopped"} == stopped
