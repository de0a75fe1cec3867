"""Sockets from a Python parent to its children, each Node's and Python's."""

from __future__ import annotations

import os
import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from child_process.ipc import NotSerializable, Undefined
from tests.channel.children import halt
from tests.channel.interop.clients import (
    SECONDS,
    answer_of,
    asked,
    bound,
    connected,
    connection,
    listening,
    said_to,
)
from tests.channel.interop.conftest import Fork
from tests.support.waiting import until


async def test_twelve_sockets_go_to_three_children(taker: Fork) -> None:
    """Each client is served by the child that its connection was sent to.

    The children have as many descriptors afterwards as before.
    """
    clients: list[socket.socket] = []
    async with AsyncExitStack() as stack:
        children = [await stack.enter_async_context(taker()) for _ in range(3)]
        before = [await answer_of(child, "fds") for child in children]

        with listening() as server:
            for n in range(12):
                client, accepted = connection(server)
                clients.append(client)
                children[n % 3].send({"op": "greet", "n": n}, accepted)
                assert -1 == accepted.fileno()
        said = [await said_to(client) for client in clients]
        for child in children:
            await answer_of(child, "ping", n=0)
        after = [await answer_of(child, "fds") for child in children]
        for child in children:
            child.disconnect()

    assert [f"hello {n}" for n in range(12)] == said
    assert before == after


@pytest.mark.parametrize("family", ["tcp", "unix"])
async def test_a_listening_server_accepts_at_both_ends(
    taker: Fork, family: str, tmp_path: Path
) -> None:
    """While one end is busy, the other takes the server's connections."""
    address = str(tmp_path / "s") if family == "unix" else ("127.0.0.1", 0)
    with listening(address) as server:
        async with taker() as child:
            child.send({"op": "serve"}, server)
            assert {"op": "serving"} == await child.receive(timeout=SECONDS)

            theirs = await said_to(connected(server.getsockname()))
            await halt(child)
            client, accepted = connection(server)
            child.kill("SIGCONT")
            with accepted:
                accepted.sendall(b"parent")
            ours = await said_to(client)
            theirs += await said_to(connected(server.getsockname()))

            assert {"op": "stopped"} == await answer_of(child, "stop")
            child.disconnect()

    assert ("childchild", "parent") == (theirs, ours)


async def test_a_udp_socket_answers_at_the_other_end(taker: Fork) -> None:
    """Datagrams to a bound socket that was sent are answered by the child."""
    with bound() as udp, bound() as client:
        async with taker() as child:
            child.send({"op": "datagrams"}, udp)
            assert {"op": "serving"} == await child.receive(timeout=SECONDS)

            answer = await asked(client, udp.getsockname(), b"hi")

            await answer_of(child, "stop")
            child.disconnect()
        assert udp.fileno() >= 0

    assert "child got hi" == answer


async def test_a_connected_unix_socket_goes(taker: Fork) -> None:
    """One end of a socket pair is the child's, and closed here."""
    near, far = socket.socketpair()
    near.settimeout(SECONDS)
    async with taker() as child:
        child.send({"op": "greet", "n": 1}, far)

        said = await said_to(near)

        child.disconnect()
    assert ("hello 1", -1) == (said, far.fileno())


async def test_a_kept_socket_is_usable_at_both_ends(taker: Fork) -> None:
    """With keep_open=True the sender goes on with it."""
    near, far = socket.socketpair()
    near.settimeout(SECONDS)
    async with taker() as child:
        with far:
            child.send({"op": "hold"}, far, keep_open=True)
            far.sendall(b"kept, ")
        child.send({"op": "release"})

        said = await said_to(near)

        child.disconnect()
    assert "kept, released" == said


async def test_messages_behind_a_handle_wait_and_keep_their_order(
    taker: Fork,
) -> None:
    """Messages and handles arrive in the order in which they were sent.

    send() answers False for those that wait, and all callbacks come, in order.
    """
    order: list[int] = []
    clients: list[socket.socket] = []
    accepted: list[bool] = []
    async with taker() as child:
        await answer_of(child, "ping", n=0)
        for n in range(300):

            def told(error: Exception | None, n: int = n) -> None:
                order.append(n if error is None else -1)

            message: dict[str, Any] = {"op": "ping", "n": n}
            if n % 100 == 0:
                near, far = socket.socketpair()
                near.settimeout(SECONDS)
                clients.append(near)
                child.send({"op": "greet", "n": n}, far)
            accepted.append(child.send(message, callback=told))
        answers = [await child.receive(timeout=SECONDS) for _ in range(300)]
        said = [await said_to(client) for client in clients]
        child.disconnect()

    assert [{"op": "pong", "n": n} for n in range(300)] == answers
    assert [*range(300)] == order
    assert ["hello 0", "hello 100", "hello 200"] == said
    assert not any(accepted)


async def test_a_message_that_does_not_travel_leaves_its_handle_alone(
    taker: Fork,
) -> None:
    """NotSerializable: the socket stays open, is ours, and can be sent again."""
    near, far = socket.socketpair()
    near.settimeout(SECONDS)
    async with taker() as child:
        before = len(os.listdir("/proc/self/fd"))
        for message in ({"op": object()}, Undefined):
            with pytest.raises(NotSerializable):
                child.send(message, far)
        after = len(os.listdir("/proc/self/fd"))
        child.send({"op": "greet", "n": 2}, far)

        said = await said_to(near)

        child.disconnect()
    assert (before, "hello 2") == (after, said)


async def test_a_child_that_dies_with_a_handle_unanswered_fails_its_callback(
    taker: Fork,
) -> None:
    """The callback of a handle, and of what waits behind it, gets an error."""
    errors: list[Exception | None] = []
    near, far = socket.socketpair()
    async with taker() as child:
        await answer_of(child, "ping", n=0)
        await halt(child)
        child.send({"op": "hold"}, far, callback=errors.append)
        child.send({"op": "ping", "n": 1}, callback=errors.append)
        child.kill("SIGKILL")
        await until(lambda: not child.connected)
    near.settimeout(SECONDS)

    # No copy of the socket is left anywhere.
    assert "" == await said_to(near)
    assert ["ERR_IPC_CHANNEL_CLOSED"] * 2 == [
        getattr(error, "code", None) for error in errors
    ]
