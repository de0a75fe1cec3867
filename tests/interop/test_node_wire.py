"""The wire against a real Node: our bytes are its bytes, both ways."""

from __future__ import annotations

import json
import shutil
import socket
from typing import Any

import pytest
from hypothesis import strategies as st

from child_process.ipc import (
    Handle,
    HandleAccepted,
    JSError,
    JsonCodec,
    Message,
    SocketsClosed,
    V8Codec,
)
from child_process.ipc.wire import Mode
from tests.interop.javascript import (
    ask_oracle,
    collect,
    json_values,
    plain_json_values,
    source,
    texts,
    values,
)
from tests.interop.node_child import NodeChild, node_child

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(shutil.which("node") is None, reason="needs node"),
]

V8 = V8Codec()
COUNT = 1010  # Hypothesis may stop a little short

# Without fractions: those, Node spells its own way.
texts_and_integers = st.recursive(
    st.one_of(
        st.sampled_from([None, True, False]),
        st.integers(-(2**53) + 1, 2**53 - 1),
        texts,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(texts.filter(lambda t: not t.isdigit()), inner, max_size=6),
    ),
    max_leaves=15,
)


def as_json(value: Any) -> str:
    """Return *value* as text that a JSON parser of any kind reads."""
    return json.dumps(value, allow_nan=False)


def check(generated: list[Any], cases: list[dict[str, str]]) -> None:
    """Check that Node's bytes for *cases* are ours, and mean the same.

    A few may differ in one thing that V8 decides by what its process did
    before: a property that once held a fraction, in any object with the same
    names, is a double for good, and 2 is then written as 2.0. Those few have
    to say the same.
    """
    exact = 0
    for value, case, answer in zip(generated, cases, ask_oracle(cases), strict=True):
        theirs = bytes.fromhex(answer["theirs"])
        assert (True, None) == (answer["equal"], answer["error"]), case
        assert value == V8.decode(theirs), case
        exact += case["ours"] == answer["theirs"]
    assert len(generated) >= 1000
    assert exact >= 0.97 * len(generated)


@pytest.mark.timeout(90)
def test_our_bytes_are_nodes_bytes_for_what_javascript_has() -> None:
    """Each of 1,000 values is the same payload in Node, and reads back equal."""
    generated = collect(values, COUNT)

    check(
        generated,
        [{"source": source(v), "ours": V8.encode(v).hex()} for v in generated],
    )


@pytest.mark.timeout(90)
def test_our_bytes_are_nodes_bytes_for_what_json_has() -> None:
    """Each of 1,000 values parsed from JSON is the same payload in Node."""
    generated = collect(json_values, COUNT)

    check(
        generated, [{"json": as_json(v), "ours": V8.encode(v).hex()} for v in generated]
    )


def echoed(child: NodeChild, sent: list[Any]) -> list[Any]:
    """Return what *child*, an echo, makes of *sent*."""
    for value in sent:
        child.session.send(value)
    child.run_until(lambda: len(child.events) >= len(sent))
    return [event.value for event in child.events if isinstance(event, Message)]


@pytest.mark.timeout(90)
@pytest.mark.parametrize("mode", ["json", "advanced"])
def test_a_forked_node_sends_back_what_it_got(mode: Mode) -> None:
    """1,000 messages to a Node child and back are equal, and in order."""
    # In a list, since Node sends no BigInt and no undefined by itself.
    strategy = plain_json_values if mode == "json" else values
    sent = [[value] for value in collect(strategy, COUNT)]

    with node_child("echo.js", mode) as child:
        got = echoed(child, sent)

    assert sent == got


@pytest.mark.timeout(90)
def test_our_text_is_nodes_text() -> None:
    """In mode json, what Node prints for a value is what we print, to the byte."""
    generated = collect(texts_and_integers, COUNT)
    for accelerate in (False, True):
        codec = JsonCodec(accelerate=accelerate)
        ours = [codec.encode(value) for value in generated]

        with node_child("echo.js", "json") as child:
            lines: list[bytes] = []
            feed = child.session._wire.feed

            def listen(data: bytes, feed: Any = feed, lines: Any = lines) -> Any:
                lines.append(data)
                return feed(data)

            child.session._wire.feed = listen  # type: ignore[method-assign]  # to listen in
            echoed(child, generated)

        assert ours == b"".join(lines).split(b"\n")[:-1]


def test_an_error_arrives_with_its_cause() -> None:
    """Name, message, stack and cause of an Error survive there and back."""
    error = JSError("m", name="TypeError", stack="s", cause=[1, JSError("n", stack="")])

    with node_child("echo.js", "advanced") as child:
        got = echoed(child, [[error]])

    assert [[error]] == got


@pytest.mark.parametrize("mode", ["json", "advanced"])
def test_a_socket_goes_to_node_and_messages_behind_it_wait(mode: Mode) -> None:
    """Node gets a socket, accepts it once, and everything stays in order."""
    near, far = socket.socketpair()
    with near, far, node_child("echo.js", mode) as child:
        near.settimeout(20)
        handle = Handle("net.Socket", (far.fileno(),))
        child.session.send({"n": 1}, handle)
        child.session.send({"n": 2})
        child.run_until(lambda: len(child.events) >= 3)
        far.close()
        greeting = near.recv(100)
        near.close()

    assert b"from node" == greeting
    assert HandleAccepted(handle) == child.events[0]
    assert [
        Message({"kind": "socket", "message": {"n": 1}}),
        Message({"n": 2}),
    ] == child.events[1:]


@pytest.mark.parametrize("mode", ["json", "advanced"])
def test_servers_and_udp_sockets_go_to_node(mode: Mode) -> None:
    """A listening server and a UDP socket become what they are."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        node_child("echo.js", mode) as child,
    ):
        udp.bind(("127.0.0.1", 0))
        child.session.send(1, Handle("net.Server", (server.fileno(),)))
        udp_handle = Handle("dgram.Socket", (udp.fileno(),), dgram_type="udp4")
        child.session.send(2, udp_handle)
        child.run_until(lambda: len(child.events) >= 4)

    messages = [event for event in child.events if isinstance(event, Message)]
    assert [
        Message({"kind": "server", "message": 1}),
        Message({"kind": "Socket", "message": 2}),
    ] == messages


@pytest.mark.parametrize("mode", ["json", "advanced"])
def test_a_socket_comes_from_node_and_its_server_can_close(mode: Mode) -> None:
    """A socket that Node accepted arrives with its key; Node's close() ends."""
    with node_child("echo.js", mode) as child:
        child.session.send({"op": "listen"})
        child.run_until(lambda: len(child.events) >= 1)
        address = ("127.0.0.1", child.message(0).value["port"])
        with socket.create_connection(address, timeout=20) as client:
            child.run_until(lambda: len(child.events) >= 2)
            handle = child.message(1).handle
            assert handle is not None
            with socket.socket(fileno=handle.fds[0]) as ours:
                ours.sendall(b"from python")
            greeting = client.recv(100)
        child.session.send({"op": "close"})
        child.session.socket_closed(handle.key or "")
        child.run_until(lambda: len(child.events) >= 3)

    assert b"from python" == greeting
    assert ("net.Socket", "4:127.0.0.1:0") == (handle.kind, handle.key)
    assert {"op": "closed"} == child.message(2).value


def test_node_says_when_it_holds_no_socket_of_ours() -> None:
    """Node answers NOTIFY_CLOSE for a socket that it got with a key."""
    near, far = socket.socketpair()
    near.settimeout(20)
    with near, far, node_child("echo.js", "json") as child:
        key = "4:127.0.0.1:0"
        child.session.send(1, Handle("net.Socket", (far.fileno(),), key=key))
        child.run_until(lambda: len(child.events) >= 2)
        far.close()
        assert near.recv(100)
        near.close()
        child.session.ask_closed(key)
        child.run_until(lambda: len(child.events) >= 3)

    assert SocketsClosed(key) == child.events[-1]
