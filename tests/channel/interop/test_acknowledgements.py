"""How a handle is answered: by a peer that does as it likes."""

from __future__ import annotations

import json
import os
import socket
import textwrap
from typing import Any

import pytest

from child_process import ChildProcess
from tests.channel.children import raw
from tests.channel.interop.clients import SECONDS, said_to
from tests.support.waiting import until

PEER = """
import json
wire.settimeout(20)
def arrived(least=1):
    lines, fds = [], []
    while len(lines) < least:
        data, more, _, _ = socket.recv_fds(wire, 65536, 10)
        lines += [json.loads(line) for line in data.splitlines()]
        fds += more
    return lines, fds
def say(*messages):
    wire.sendall(b"".join(json.dumps(m).encode() + b"\\n" for m in messages))
ACK, NACK = {"cmd": "NODE_HANDLE_ACK"}, {"cmd": "NODE_HANDLE_NACK"}
"""


def peer(source: str) -> ChildProcess:
    """Start a bare Python that speaks Node's JSON by itself."""
    return raw(PEER + textwrap.dedent(source))


def near_and_far() -> tuple[socket.socket, socket.socket]:
    """Return a socket that waits within a bound, and its other end."""
    near, far = socket.socketpair()
    near.settimeout(SECONDS)
    return near, far


async def test_a_refused_handle_goes_again_as_it_was() -> None:
    """Up to three times; the descriptor comes with each, and then all goes on."""
    source = """
    seen = []
    for answer in (NACK, NACK, NACK, ACK):
        lines, fds = arrived()
        seen.append([lines, len(fds)])
        if answer is ACK:
            os.write(fds[0], b"got it")
        for fd in fds:
            os.close(fd)
        say(answer)
    lines, fds = arrived()
    say({"seen": seen, "then": lines})
    """
    errors: list[Exception | None] = []
    near, far = near_and_far()
    async with peer(source) as child:
        child.send({"n": 1}, far, callback=errors.append)
        child.send({"n": 2})

        answer = await child.receive(timeout=SECONDS)

    envelope = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": {"n": 1}}
    assert {"seen": [[[envelope], 1]] * 4, "then": [{"n": 2}]} == answer
    assert "got it" == await said_to(near)
    assert [None] == errors


@pytest.mark.parametrize("told", ["by callback", "by event"])
async def test_a_handle_refused_for_good_is_an_error(told: str) -> None:
    """It fails its callback, or is an "error"; what waits behind it goes on."""
    source = """
    for _ in range(4):
        for fd in arrived()[1]:
            os.close(fd)
        say(NACK)
    say(arrived()[0])
    wire.recv(1)
    """
    errors: list[Any] = []
    near, far = near_and_far()
    async with peer(source) as child:
        child.on("error", errors.append)
        callback = errors.append if told == "by callback" else None
        child.send({"n": 1}, far, callback=callback)
        child.send({"n": 2})

        answer = await child.receive(timeout=SECONDS)

        await until(lambda: errors)
    assert [{"n": 2}] == answer
    assert ["ERR_IPC_HANDLE_NOT_RECEIVED"] == [error.code for error in errors]
    assert "" == await said_to(near)


async def test_answers_that_nothing_waits_for_are_ignored() -> None:
    """A second ACK, and one to nothing: Node's assertion is an answer's end."""
    source = """
    say(ACK, NACK, {"hello": 1})
    lines, fds = arrived()
    os.close(fds[0])
    say(ACK, ACK, ACK)
    say(arrived()[0])
    """
    near, far = near_and_far()
    async with peer(source) as child:
        hello = await child.receive(timeout=SECONDS)
        child.send({"n": 1}, far)
        child.send({"n": 2})

        answer = await child.receive(timeout=SECONDS)

    assert ({"hello": 1}, [{"n": 2}]) == (hello, answer)
    assert "" == await said_to(near)


async def test_everything_waits_for_the_answer_but_answers() -> None:
    """Behind a handle nothing is sent, while the peer's own handle is taken."""
    source = """
    mine, theirs = socket.socketpair()
    lines, fds = arrived()
    envelope = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": {"n": "peer"}}
    socket.send_fds(wire, [json.dumps(envelope).encode() + b"\\n"], [theirs.fileno()])
    acknowledgement = arrived()
    say(ACK)
    say({"first": lines, "then": acknowledgement[0], "last": arrived(2)[0]})
    """
    near, far = near_and_far()
    async with peer(source) as child:
        child.send({"n": 1}, far)
        waits = [child.send({"n": n}) for n in (2, 3)]

        message, handle = await child.receive(timeout=SECONDS, handles=True)
        handle.close()
        answer = await child.receive(timeout=SECONDS)

    near.close()
    assert [False, False] == waits
    assert {"n": "peer"} == message
    assert [1, [{"cmd": "NODE_HANDLE_ACK"}], [{"n": 2}, {"n": 3}]] == [
        len(answer["first"]),
        answer["then"],
        answer["last"],
    ]


async def test_a_handle_without_its_descriptor_is_refused() -> None:
    """NACK, and the message is not delivered: it was sent without what it needs."""
    source = """
    envelope = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": {"n": 1}}
    say(envelope)
    say({"answer": arrived()[0]})
    """
    async with peer(source) as child:
        answer = await child.receive(timeout=SECONDS)

    assert {"answer": [{"cmd": "NODE_HANDLE_NACK"}]} == answer


async def test_nodes_second_try_is_answered_once() -> None:
    """Node wraps what it sends again twice; a Node peer would answer twice."""
    source = """
    inner = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": {"n": 1}}
    outer = {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": inner}
    mine, theirs = socket.socketpair()
    socket.send_fds(wire, [json.dumps(outer).encode() + b"\\n"], [theirs.fileno()])
    say({"answer": arrived(2)[0]})
    """
    async with peer(source) as child:
        message, handle = await child.receive(timeout=SECONDS, handles=True)
        handle.close()
        child.send("next")
        answer = await child.receive(timeout=SECONDS)

    assert {"n": 1} == message
    assert {"answer": [{"cmd": "NODE_HANDLE_ACK"}, "next"]} == answer


async def test_callbacks_of_all_that_waits_come_when_the_peer_dies() -> None:
    """Each gets an error, in order; Node calls none of them."""
    before = len(os.listdir("/proc/self/fd"))
    told: list[tuple[int, str | None]] = []
    ends = [near_and_far() for _ in range(5)]
    async with peer("arrived()\nos._exit(0)") as child:
        for number, (_, far) in enumerate(ends):

            def tell(error: Exception | None, number: int = number) -> None:
                told.append((number, getattr(error, "code", None)))

            child.send({"n": number}, far, callback=tell)
        await until(lambda: len(told) == len(ends))

    assert [(number, "ERR_IPC_CHANNEL_CLOSED") for number in range(5)] == told
    assert [""] * 5 == [await said_to(near) for near, _ in ends]
    assert before == len(os.listdir("/proc/self/fd"))


async def test_disconnect_waits_for_the_answer() -> None:
    """What was sent behind a handle still goes, and then the channel closes."""
    source = """
    lines, fds = arrived()
    say(ACK)
    rest = b""
    while chunk := wire.recv(1000):
        rest += chunk
    os.write(fds[0], rest)
    """
    near, far = near_and_far()
    async with peer(source) as child:
        child.send({"n": 1}, far)
        child.send({"n": 2})
        child.disconnect()

        assert not child.connected
        said = await said_to(near)

    assert {"n": 2} == json.loads(said)
