"""When what is sent is written, and what waits."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from child_process._channel import writer as module
from child_process._channel.wire_socket import WireSocket
from child_process._channel.writer import BURST, EAGER, HIGH_WATER, Writer
from child_process.ipc.session import Session


class Turns:
    """A loop whose turns the test makes."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], Any]] = []
        self.writer: Callable[[], Any] | None = None

    def call_soon(self, callback: Callable[[], Any]) -> None:
        """Note what is to be called on the next turn."""
        self.soon.append(callback)

    def add_writer(self, fd: int, callback: Callable[[], Any]) -> None:
        """Note what is to be called once there is room."""
        self.writer = callback

    def remove_writer(self, fd: int) -> None:
        """Forget it."""
        self.writer = None

    def is_closed(self) -> bool:
        """Return False."""
        return False

    def turn(self) -> None:
        """Call what is due."""
        due, self.soon = self.soon, []
        for callback in due:
            callback()


class End:
    """One end of a channel, as far as writing goes, and the peer's socket."""

    def __init__(self, *, bursts: bool) -> None:
        ours, self.peer = socket.socketpair()
        self.peer.settimeout(0.0)
        self.loop = Turns()
        self.session = Session("json")
        self.socket = WireSocket(ours.detach())
        self.gone = 0
        self.writer = Writer(
            self.session, self.socket, self.act, self.count, bursts=bursts
        )

    def act(self, events: list[Any]) -> None:
        """Nothing is to be done here."""

    def count(self) -> None:
        """Note that writing has failed."""
        self.gone += 1

    def send(self, value: Any) -> bool:
        """Do as `Channel.post`."""
        frame = self.session.framed(value)
        if (
            self.writer.eager
            and self.session.outbox.done
            and self.writer.written(frame)
        ):
            return True
        return self.writer.sent(self.session.outbox.put(frame, None))

    def arrived(self) -> bytes:
        """Return what the peer has not read yet."""
        data = b""
        while True:
            try:
                data += self.peer.recv(1 << 20)
            except BlockingIOError:
                return data


@pytest.fixture
def end() -> Iterator[Callable[..., End]]:
    """Make ends, on their loops by default."""
    made: list[End] = []

    def make(*, bursts: bool, attached: bool = True) -> End:
        made.append(one := End(bursts=bursts))
        if attached:
            one.writer.attach(one.loop)
        return one

    yield make
    for one in made:
        one.socket.close()
        one.peer.close()


def test_the_first_of_a_turn_goes_at_once_and_the_rest_with_its_end(end: Any) -> None:
    """On asyncio: one message is not late, and a thousand are one write."""
    parent = end(bursts=True)

    parent.send(1)
    assert b"1\n" == parent.arrived()
    parent.send(2)
    parent.send(3)
    assert b"" == parent.arrived()
    parent.loop.turn()
    assert b"2\n3\n" == parent.arrived()
    parent.send(4)
    assert b"4\n" == parent.arrived()


def test_a_burst_does_not_grow_without_end(end: Any) -> None:
    """What is large enough does not wait for the end of the turn."""
    parent = end(bursts=True)
    parent.send(1)

    parent.send("x" * BURST)

    assert BURST < len(parent.arrived())


def test_before_there_is_a_child_all_waits(end: Any) -> None:
    """A start that fails leaves nothing half said."""
    parent = end(bursts=True, attached=False)

    parent.send(1)
    assert (2, b"") == (parent.session.queued, parent.arrived())
    parent.writer.attach(parent.loop)
    assert (0, b"1\n") == (parent.session.queued, parent.arrived())


def test_a_child_writes_each_at_once(end: Any) -> None:
    """It may compute for an hour after it, or end without a word."""
    child = end(bursts=False)

    for number in range(20):
        child.send(number)
        assert b"%d\n" % number == child.arrived()


def test_answers_that_follow_each_other_fast_go_together(
    end: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first few; a slow one takes with it what waits."""
    clock = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    child = end(bursts=False)
    child.writer.cork()

    for number in range(EAGER):
        child.send(number)
        assert b"%d\n" % number == child.arrived()
    child.send("fast")
    assert b"" == child.arrived()
    clock[0] += 1
    child.send("slow")
    assert b'"fast"\n"slow"\n' == child.arrived()
    child.send("last")
    assert b"" == child.arrived()
    child.writer.uncork()
    assert b'"last"\n' == child.arrived()


def test_what_finds_no_room_waits_in_one_piece(end: Any) -> None:
    """A peer that does not read costs no write for each message of later."""
    child = end(bursts=False)
    sent = 0
    while child.send("x" * 1000):
        sent += 1
    for number in range(1000):
        child.send(number)

    assert len(child.writer._writes) == 1
    data = child.arrived()
    while child.loop.writer is not None:
        child.loop.writer()
        data += child.arrived()
    lines = data.splitlines()
    assert (sent + 1 + 1000, b"999") == (len(lines), lines[-1])


def test_more_is_not_welcome_beyond_high_water(end: Any) -> None:
    """False is the word for it, until there is room."""
    child = end(bursts=False)
    while child.send("x" * 1000):
        pass

    assert HIGH_WATER <= child.session.queued
    child.arrived()
    child.writer.flush()
    assert child.send(1)


def test_a_peer_that_is_gone_is_told_of_once_it_matters(end: Any) -> None:
    """By the next write, small as it may be."""
    child = end(bursts=False)
    child.peer.close()

    child.send(1)

    assert 1 == child.gone


def test_flushing_at_the_end_waits_for_room(end: Any) -> None:
    """Everything goes, answers that waited for company among it."""
    child = end(bursts=False)
    child.writer.cork()
    for number in range(EAGER + 10):
        child.send(number)
    child.arrived()

    child.writer.flush_blocking()

    assert 0 == child.session.queued
