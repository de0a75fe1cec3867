"""The channel's errors: pickling, codes, words."""

from __future__ import annotations

import pickle

import pytest

from child_process.errors import ProcessError
from child_process.ipc import errors
from child_process.ipc.errors import (
    AlreadyDisconnected,
    BadFrame,
    ChannelClosed,
    ChannelError,
    FrameTooLarge,
    InvalidHandle,
    NotSerializable,
    QueueFull,
)

EACH = [
    pytest.param(ChannelError(), "ERR_IPC_CHANNEL", "", id="root"),
    pytest.param(
        ChannelClosed(), "ERR_IPC_CHANNEL_CLOSED", "Channel closed", id="closed"
    ),
    pytest.param(
        AlreadyDisconnected(),
        "ERR_IPC_DISCONNECTED",
        "IPC channel is already disconnected",
        id="disconnected",
    ),
    pytest.param(
        NotSerializable("complex", "message['x'][3]", "no form"),
        "ERR_IPC_NOT_SERIALIZABLE",
        "message['x'][3] is of type complex: no form",
        id="value",
    ),
    pytest.param(
        InvalidHandle("tty", "no"),
        "ERR_INVALID_HANDLE_TYPE",
        "This handle type cannot be sent: tty: no",
        id="handle",
    ),
    pytest.param(
        QueueFull(5, 6, 10),
        "ERR_IPC_QUEUE_FULL",
        "6 bytes wait for the peer to read; 5 more go over max_queue, 10 bytes: "
        "drain first, or send less",
        id="queue",
    ),
    pytest.param(
        BadFrame("not JSON"),
        "ERR_IPC_BAD_FRAME",
        "The peer broke the protocol: not JSON",
        id="frame",
    ),
    pytest.param(
        FrameTooLarge(20, 10),
        "ERR_IPC_FRAME_TOO_LARGE",
        "The peer broke the protocol: 20 bytes, over max_message, 10 bytes",
        id="large",
    ),
]


@pytest.mark.parametrize(("error", "code", "words"), EACH)
def test_an_error_pickles_whole(error: ProcessError, code: str, words: str) -> None:
    """Type, facts, code and words survive the way to another process."""
    copy = pickle.loads(pickle.dumps(error))

    assert (type(error), error.args) == (type(copy), copy.args)
    assert vars(error) == vars(copy)
    assert (code, words) == (copy.code, str(copy))


def test_a_long_path_is_cut_in_the_middle() -> None:
    """The words of a deep message's error stay readable."""
    error = NotSerializable("complex", "message" + "['a']" * 1000, "no")

    assert 600 > len(str(error))
    assert "…" in str(error)


def test_bad_raises() -> None:
    """`bad` is `raise BadFrame` for expressions."""
    with pytest.raises(BadFrame, match="reason"):
        errors.bad("reason")
