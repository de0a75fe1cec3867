"""What waits to go out."""

from __future__ import annotations

import pytest

from child_process.ipc import (
    BadFrame,
    Handle,
    HandleAccepted,
    HandleLost,
    QueueFull,
    Sent,
    Unsent,
    Write,
)
from child_process.ipc.outbox import ANSWERS_QUEUED, Outbox

SOCKET = Handle("net.Socket", (3,))
SERVER = Handle("net.Server", (4,))


def test_frames_in_a_row_are_one_write() -> None:
    """And one alone is not copied."""
    outbox = Outbox(100)
    outbox.put(b"a", None)
    outbox.put(b"b", None)
    alone = b"c"

    assert [Write(b"ab")] == outbox.take()
    outbox.put(alone, None)
    assert alone is outbox.take()[0].data
    assert [] == outbox.take()


def test_a_handle_is_a_write_of_its_own_and_holds_the_rest() -> None:
    """Until its answer; then up to the next handle."""
    outbox = Outbox(100)
    for frame, handle in ((b"a", None), (b"S", SOCKET), (b"b", None), (b"V", SERVER)):
        outbox.put(frame, handle)
    outbox.put(b"c", None)

    assert [Write(b"a"), Write(b"S", (3,))] == outbox.take()
    assert 3 == outbox.waiting
    assert [HandleAccepted(SOCKET)] == outbox.answered(accepted=True)
    assert [Write(b"b"), Write(b"V", (4,))] == outbox.take()
    assert [HandleAccepted(SERVER)] == outbox.answered(accepted=True)
    assert [Write(b"c")] == outbox.take()
    assert outbox.answered(accepted=True) is None


def test_answers_do_not_wait() -> None:
    """Both ends may wait for each other's, otherwise for ever."""
    outbox = Outbox(100)
    outbox.put(b"S", SOCKET)
    outbox.put(b"b", None)
    outbox.answer(b"A")

    assert [Write(b"S", (3,)), Write(b"A")] == outbox.take()


def test_a_refused_handle_goes_again_three_times() -> None:
    """The frame as it was; then it is lost, its token told so, and the rest goes on."""
    outbox = Outbox(100)
    outbox.put(b"S", SOCKET, "token")
    outbox.put(b"b", None)

    for _ in range(3):
        assert [Write(b"S", (3,))] == outbox.take()
        assert [] == outbox.answered(accepted=False)
    assert [Write(b"S", (3,))] == outbox.take()
    lost = [HandleLost(SOCKET), Unsent("token")]
    assert lost == outbox.answered(accepted=False)
    assert [Write(b"b")] == outbox.take()
    assert 5 == outbox.queued
    assert [] == outbox.sent(5)
    assert outbox.done


def test_the_token_of_a_handle_waits_for_the_answer() -> None:
    """Only the peer knows whether a descriptor came with its message."""
    outbox = Outbox(100)
    outbox.put(b"S", SOCKET, "token")
    outbox.take()

    assert [] == outbox.sent(1)
    assert [HandleAccepted(SOCKET), Sent("token")] == outbox.answered(accepted=True)


def test_tokens_are_reported_by_their_last_byte() -> None:
    """However the kernel takes the bytes."""
    outbox = Outbox(100)
    outbox.put(b"aaa", None, 1)
    outbox.put(b"b", None)
    outbox.put(b"cc", None, 2)

    assert [[], [], [Sent(1)], [], [], [Sent(2)]] == [outbox.sent(1) for _ in range(6)]


def test_the_queue_is_bounded() -> None:
    """One message always goes; a second has to fit; sending makes room."""
    outbox = Outbox(10)
    outbox.put(b"x" * 50, None)

    with pytest.raises(QueueFull) as caught:
        outbox.put(b"y", SOCKET)
    assert (1, 50, 10) == caught.value.args
    outbox.sent(50)
    outbox.put(b"y", None)
    assert 1 == outbox.queued


def test_answers_are_bounded_too() -> None:
    """A peer that asks and does not read is at fault."""
    outbox = Outbox(10)
    outbox.answer(b"x" * ANSWERS_QUEUED)

    with pytest.raises(BadFrame):
        outbox.answer(b"y" * 11)


def test_dropping_tells_each_what_became_of_it() -> None:
    """No callback is left waiting, and no descriptor without an owner."""
    outbox = Outbox(100)
    outbox.put(b"a", None, 1)
    outbox.put(b"S", SOCKET, 2)
    outbox.put(b"b", None, 3)
    outbox.put(b"V", SERVER, 4)
    outbox.put(b"c", None)

    assert [
        Unsent(1),
        HandleLost(SOCKET),
        Unsent(2),
        Unsent(3),
        HandleLost(SERVER),
        Unsent(4),
    ] == outbox.drop()
    assert outbox.done
    assert [] == outbox.take()
