"""One end of a channel, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from child_process.ipc import (
    ANY,
    AlreadyDisconnected,
    BadFrame,
    Batch,
    ChannelClosed,
    Discard,
    Disconnected,
    Event,
    FrameTooLarge,
    Handle,
    HandleAccepted,
    HandleLost,
    Ignored,
    InternalMessage,
    InvalidHandle,
    Message,
    NotSerializable,
    ProtocolError,
    QueueFull,
    Sent,
    Session,
    SocketCount,
    SocketsClosed,
    Undefined,
    Unsent,
)
from child_process.ipc.wire import Mode

modes = pytest.mark.parametrize("mode", ["json", "advanced"])
SOCKET = Handle("net.Socket", (3,))
ACK = b'{"cmd":"NODE_HANDLE_ACK"}\n'
NACK = b'{"cmd":"NODE_HANDLE_NACK"}\n'


def flush(session: Session) -> tuple[bytes, list[int], list[Event]]:
    """Return what *session* writes, and the events of its being written."""
    writes = session.data_to_send()
    data = b"".join(bytes(write.data) for write in writes)
    fds = [fd for write in writes for fd in write.fds]
    return data, fds, session.sent(len(data))


def kinds(events: list[Event]) -> list[type]:
    """Return the types of *events*."""
    return [type(event) for event in events]


def bad(events: list[Event]) -> BadFrame:
    """Return the error of *events*, which end the channel and say no more."""
    assert [ProtocolError, Disconnected] == kinds(events)[-2:]
    assert Disconnected("error") == events[-1]
    assert isinstance(events[-2], ProtocolError)
    return events[-2].error


@modes
def test_messages_arrive_in_order(mode: Mode) -> None:
    """One after the other, or as a batch."""
    near, far = Session(mode), Session(mode)
    for n in range(3):
        near.send({"n": n})
    data, _, _ = flush(near)

    assert [Message({"n": n}) for n in range(3)] == far.receive(data)
    assert [Batch([{"n": n} for n in range(3)])] == far.receive_batches(data)


@modes
def test_a_message_is_written_down_when_it_is_sent(mode: Mode) -> None:
    """What happens to it afterwards does not travel."""
    near, far = Session(mode), Session(mode)
    value = [1]
    near.send(value)
    value.append(2)

    assert [Message([1])] == far.receive(flush(near)[0])


def test_tokens_say_when_a_message_is_gone() -> None:
    """Or that it never will be."""
    session = Session()
    session.send(1, token="a")
    session.send(2, token="b")

    assert [Sent("a")] == session.sent(2)
    assert [Unsent("b"), Disconnected("remote")] == session.end_of_stream()


@pytest.mark.parametrize(
    "value",
    [
        Undefined,
        {"cmd": "NODE_HANDLE"},
        {"cmd": "NODE_HANDLE_ACK"},
        {"a": 1j},
        "x" * 100,
    ],
    ids=["undefined", "forged handle", "forged ack", "no form", "too large"],
)
def test_what_cannot_be_sent_leaves_nothing_behind(value: Any) -> None:
    """The session is as it was."""
    session = Session(max_message=50)

    with pytest.raises(NotSerializable):
        session.send(value)

    assert (0, []) == (session.queued, session.data_to_send())
    session.send({"cmd": "NODE_MINE"})  # as in Node, that is the user's affair
    session.send({"cmd": 5})


def test_the_path_in_an_error_is_of_the_users_message() -> None:
    """Not of the envelope around it."""
    with pytest.raises(NotSerializable) as caught:
        Session().send({"a": 1j}, SOCKET)

    assert "message['a']" == caught.value.path


def test_the_queue_is_bounded() -> None:
    """With a clear error; what was taken stays."""
    session = Session(max_queue=10)
    session.send("x" * 100)

    with pytest.raises(QueueFull):
        session.send(1)
    flush(session)
    session.send(1)
    assert 2 == session.queued


@modes
def test_a_handle_arrives_and_is_acknowledged_once(mode: Mode) -> None:
    """Then what waited behind it follows."""
    near, far = Session(mode), Session(mode)
    near.send(1, SOCKET)
    near.send(2)
    data, fds, _ = flush(near)

    assert (([3]), 1) == (fds, near.waiting)
    assert [Message(1, Handle("net.Socket", (9,)))] == far.receive(data, [9])
    assert [HandleAccepted(SOCKET)] == near.receive(flush(far)[0])
    assert [Message(2)] == far.receive(flush(near)[0])
    assert b"" == flush(far)[0]


def test_a_descriptor_belongs_to_the_next_handle_message() -> None:
    """The kernel may hand over ordinary messages in the same read."""
    session = Session()
    wire = b'1\n2\n{"cmd":"NODE_HANDLE","type":"net.Socket","msg":3}\n'

    events = session.receive(wire, [9])

    assert [Message(1), Message(2), Message(3, Handle("net.Socket", (9,)))] == events


def test_a_descriptor_may_come_with_the_beginning_of_its_message() -> None:
    """And the rest later."""
    session = Session()

    assert [] == session.receive(b'{"cmd":"NODE_HANDLE","type":"net', [9])
    assert [Message(3, Handle("net.Server", (9,)))] == session.receive(
        b'.Server","msg":3}\n'
    )


def test_between_python_ends_any_descriptors_go() -> None:
    """Several at once, of any kind."""
    near, far = Session(), Session()
    near.send("x", Handle(ANY, (3, 4, 5)))

    data, fds, _ = flush(near)

    assert [Message("x", Handle(ANY, (3, 4, 5)))] == far.receive(data, fds)


def test_a_handle_that_cannot_be_sent_is_refused() -> None:
    """Before anything is written."""
    session = Session()
    with pytest.raises(InvalidHandle):
        session.send(1, Handle("tty", (3,)))
    assert [] == session.data_to_send()


def test_a_handle_without_its_descriptor_is_refused() -> None:
    """The sender is told, and its message is no message."""
    session = Session()

    events = session.receive(b'{"cmd":"NODE_HANDLE","type":"net.Socket","msg":3}\n')

    assert [Ignored] == kinds(events)
    assert NACK == flush(session)[0]


def test_a_refused_handle_goes_again_as_it_was() -> None:
    """Three times; then it is lost and the channel goes on."""
    session = Session()
    session.send(1, SOCKET)
    session.send(2)
    first, fds, _ = flush(session)

    for _ in range(3):
        assert [] == session.receive(NACK)
        assert (first, fds, []) == flush(session)
    assert [HandleLost(SOCKET)] == session.receive(NACK)
    assert b"2\n" == flush(session)[0]


def test_nodes_second_try_is_acknowledged_once() -> None:
    """It is wrapped twice; two answers would make Node assert."""
    session = Session()
    wire = (
        b'{"cmd":"NODE_HANDLE","type":"net.Native","msg":'
        b'{"cmd":"NODE_HANDLE","type":"net.Socket","msg":3}}\n'
    )

    assert [Message(3, Handle("net.Socket", (9,)))] == session.receive(wire, [9])
    assert ACK == flush(session)[0]


@pytest.mark.parametrize("answer", [ACK, NACK])
def test_an_answer_to_nothing_is_ignored(answer: bytes) -> None:
    """Node would assert, and die."""
    session = Session()

    assert [Ignored] == kinds(session.receive(answer))
    assert session.connected


def test_internal_messages_are_no_messages() -> None:
    """Others' are handed on as such, with a handle if they have one."""
    session = Session()
    wire = (
        b'{"cmd":"NODE_CLUSTER","act":"online"}\n'
        b'{"cmd":"NODE_HANDLE","type":"net.Native","msg":{"cmd":"NODE_CLUSTER"}}\n'
    )

    assert [
        InternalMessage({"cmd": "NODE_CLUSTER", "act": "online"}),
        InternalMessage({"cmd": "NODE_CLUSTER"}, Handle("net.Native", (9,))),
    ] == session.receive(wire, [9])


def test_disconnecting_sends_what_was_sent_first() -> None:
    """Nothing more can be sent; what arrives meanwhile is delivered."""
    session = Session()
    session.send("x" * 1000)

    assert [] == session.disconnect()
    assert (False, False) == (session.connected, session.closed)
    with pytest.raises(ChannelClosed):
        session.send(1)
    with pytest.raises(AlreadyDisconnected):
        session.disconnect()
    assert [Message(5)] == session.receive(b"5\n")
    assert [Disconnected("local")] == flush(session)[2]
    assert session.closed


def test_disconnecting_waits_for_a_handles_answer() -> None:
    """And for what waited behind it."""
    session = Session()
    session.send(1, SOCKET)
    session.send(2)
    session.disconnect()

    assert [] == flush(session)[2]
    assert [HandleAccepted(SOCKET)] == session.receive(ACK)
    assert (b"2\n", [], [Disconnected("local")]) == flush(session)


def test_disconnecting_with_nothing_to_do_is_at_once() -> None:
    """Half a message from the peer holds nothing up: Node would wait for ever."""
    session = Session()
    session.receive(b'{"ha')

    assert [Disconnected("local")] == session.disconnect()


def test_an_answer_may_end_a_disconnecting_channel() -> None:
    """The last thing to wait for."""
    session = Session()
    session.send(1, SOCKET)
    session.disconnect()
    flush(session)

    assert [HandleAccepted(SOCKET), Disconnected("local")] == session.receive(
        ACK + b"1\n"
    )[:2]


def test_aborting_drops_what_waits() -> None:
    """For a peer that does not read."""
    session = Session()
    session.send(1, token="t")
    session.disconnect()

    assert [Unsent("t"), Disconnected("local")] == session.abort()
    assert [] == session.abort()


def test_the_peers_end_is_a_disconnect() -> None:
    """Once; handles that nobody took are given back."""
    session = Session()
    session.send(1, SOCKET)

    assert [HandleLost(SOCKET), Disconnected("remote")] == session.end_of_stream()
    assert [] == session.end_of_stream()
    with pytest.raises(ChannelClosed):
        session.ask_count("k")
    assert [] == session.receive(b"1\n")
    assert [Discard((7,))] == session.receive(b"1\n", [7])
    with pytest.raises(AlreadyDisconnected):
        session.disconnect()


@modes
def test_an_end_within_a_message_is_the_peers_fault(mode: Mode) -> None:
    """It is said, and then it is a disconnect."""
    session = Session(mode)
    session.receive(b"\0")

    assert [ProtocolError, Disconnected] == kinds(session.end_of_stream())


@pytest.mark.parametrize(
    ("mode", "wire"),
    [
        pytest.param("json", b"nonsense\n", id="no json"),
        pytest.param("json", b"\n", id="empty line"),
        pytest.param("json", b"undefined\n", id="undefined"),
        pytest.param("json", b"[" * 100_000 + b"\n", id="deep"),
        pytest.param("json", b"x" * 2_000_000, id="long line"),
        pytest.param("json", b'{"cmd":"NODE_HANDLE"}\n', id="handle without type"),
        pytest.param("json", b'{"cmd":"NODE_SOCKET_COUNT"}\n', id="count without key"),
        pytest.param("advanced", b"\0\0\0\0", id="empty frame"),
        pytest.param("advanced", b"\xff\xff\xff\xff", id="huge length"),
        pytest.param("advanced", b"\0\0\0\x03\xff\x0f\x01", id="unknown tag"),
        pytest.param("advanced", b"\0\x01\x86\xa2\xff\x0f" + b"'" * 100_000, id="deep"),
        pytest.param("advanced", b"\0\0\0\x08\x80\x04\x95cos\n.", id="pickle"),
    ],
)
def test_a_hostile_stream_closes_the_channel(mode: Mode, wire: bytes) -> None:
    """What came before counts; what comes after does not."""
    session = Session(mode, max_message=1_000_000)
    peer = Session(mode)
    peer.send("good")
    before = flush(peer)[0]

    events = session.receive(before + wire)

    assert Message("good") == events[0]
    assert isinstance(bad(events), BadFrame)
    assert [] == session.receive(before)


def test_too_large_is_an_error_of_its_own() -> None:
    """So that a handler can tell."""
    assert isinstance(bad(Session(max_message=9).receive(b"x" * 10)), FrameTooLarge)


def test_descriptors_that_nothing_announces_are_given_back_to_close() -> None:
    """All of them, and the channel ends."""
    events = Session().receive(b"1\n", range(3, 256))

    assert Message(1) == events[0]
    assert [ProtocolError, Discard, Disconnected] == kinds(events[1:])
    assert Discard(tuple(range(3, 256))) == events[2]


def test_no_half_message_hoards_descriptors() -> None:
    """A message has so many at most, however many reads it takes."""
    session = Session()

    assert [] == session.receive(b"{", range(100))
    assert [] == session.receive(b" ", range(100))
    assert [ProtocolError, Discard, Disconnected] == kinds(
        session.receive(b" ", range(100))
    )


def test_a_flood_of_questions_ends_when_no_answer_is_read() -> None:
    """Answers are bounded like everything else."""
    session = Session(max_queue=1000)
    question = b'{"cmd":"NODE_SOCKET_GET_COUNT","key":"k"}\n'

    assert isinstance(bad(session.receive(question * 40_000)), BadFrame)


def test_sockets_are_counted_and_answered_for() -> None:
    """Over the wire, both questions."""
    near, far = Session(), Session()
    near.send(1, Handle("net.Socket", (3,), key="k"))
    far.receive(*flush(near)[:2])
    near.receive(flush(far)[0])

    near.ask_count("k")
    near.ask_closed("k")
    assert [] == far.receive(flush(near)[0])
    assert [SocketCount("k", 1)] == near.receive(flush(far)[0])
    far.socket_closed("k")
    assert [SocketsClosed("k")] == near.receive(flush(far)[0])


def test_a_socket_that_closes_late_disturbs_nobody() -> None:
    """After the channel closed there is nobody to tell."""
    session = Session()
    wire = b'{"cmd":"NODE_HANDLE","type":"net.Socket","msg":1,"key":"k"}\n'
    session.receive(wire, [9])
    session.receive(b'{"cmd":"NODE_SOCKET_NOTIFY_CLOSE","key":"k"}\n')
    session.end_of_stream()

    session.socket_closed("k")

    assert [] == session.data_to_send()
