"""Whose sockets are open where."""

from __future__ import annotations

from typing import Any

import pytest

from child_process.ipc import BadFrame, Ignored, SocketCount, SocketsClosed
from child_process.ipc.socket_counts import SocketCounts

GET = {"cmd": "NODE_SOCKET_GET_COUNT", "key": "k"}
NOTIFY = {"cmd": "NODE_SOCKET_NOTIFY_CLOSE", "key": "k"}
COUNT = {"cmd": "NODE_SOCKET_COUNT", "key": "k", "count": 2}
ALL_CLOSED = {"cmd": "NODE_SOCKET_ALL_CLOSED", "key": "k"}


def test_who_holds_sockets_counts_them() -> None:
    """The answer is how many are open now."""
    counts = SocketCounts()
    counts.arrived("k")
    counts.arrived("k")
    counts.arrived("other")

    assert COUNT == counts.heard(GET)
    assert counts.closed("k") is None
    assert COUNT | {"count": 1} == counts.heard(GET)


def test_who_asked_is_told_when_the_last_closes() -> None:
    """Once; and at once if there is none."""
    counts = SocketCounts()
    counts.arrived("k")

    assert counts.heard(NOTIFY) is None
    assert ALL_CLOSED == counts.closed("k")
    assert ALL_CLOSED == counts.heard(NOTIFY)
    counts.arrived("k")
    assert counts.closed("k") is None


def test_an_answer_needs_a_question() -> None:
    """One for one; others are ignored."""
    counts = SocketCounts()

    assert GET == counts.asking("NODE_SOCKET_GET_COUNT", "k")
    assert NOTIFY == counts.asking("NODE_SOCKET_NOTIFY_CLOSE", "k")
    assert SocketCount("k", 2) == counts.heard(COUNT)
    assert SocketsClosed("k") == counts.heard(ALL_CLOSED)
    assert isinstance(counts.heard(COUNT), Ignored)
    assert isinstance(counts.heard(ALL_CLOSED), Ignored)


def test_two_questions_get_two_answers() -> None:
    """Each counts."""
    counts = SocketCounts()
    counts.asking("NODE_SOCKET_GET_COUNT", "k")
    counts.asking("NODE_SOCKET_GET_COUNT", "k")

    answers = [counts.heard(COUNT) for _ in range(3)]

    assert [SocketCount, SocketCount, Ignored] == [type(answer) for answer in answers]


@pytest.mark.parametrize(
    "value",
    [
        {"cmd": "NODE_SOCKET_GET_COUNT"},
        {"cmd": "NODE_SOCKET_GET_COUNT", "key": 1},
        {"cmd": "NODE_SOCKET_COUNT", "key": "k"},
        {"cmd": "NODE_SOCKET_COUNT", "key": "k", "count": -1},
        {"cmd": "NODE_SOCKET_COUNT", "key": "k", "count": "2"},
    ],
)
def test_a_forged_message_is_a_bad_frame(value: dict[str, Any]) -> None:
    """Without a key, or a count that is none."""
    with pytest.raises(BadFrame):
        SocketCounts().heard(value)


def test_questions_leave_nothing_behind() -> None:
    """A peer cannot fill our memory with keys."""
    counts = SocketCounts()
    for number in range(1000):
        for message in (GET, NOTIFY, COUNT, ALL_CLOSED):
            counts.heard(message | {"key": str(number)})

    assert not counts._open
    assert not counts._to_tell
    assert not counts._counts_asked
