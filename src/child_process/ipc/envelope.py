"""Node's own messages among the user's.

Layer: protocol. No socket, no clock, no event loop; imports `errors` only.

A message is internal if it is an object whose ``cmd`` is a string, longer than
five characters, that begins with ``NODE_``. Node never shows those as
``"message"``, and neither do we.

=========================  ==================================================
cmd                        says
=========================  ==================================================
NODE_HANDLE                a descriptor comes with it: type, msg, (key),
                           (dgramType), in this order
NODE_HANDLE_ACK            it arrived
NODE_HANDLE_NACK           the message came, the descriptor did not
NODE_SOCKET_NOTIFY_CLOSE   tell me when the last socket with this key closed
NODE_SOCKET_ALL_CLOSED     it did
NODE_SOCKET_GET_COUNT      how many sockets with this key are open?
NODE_SOCKET_COUNT          so many: key, count
=========================  ==================================================

Between two Python ends there is one more type of handle, `ANY`: any
descriptors, ``fds`` of them.

Source: Node.js 20, ``lib/internal/child_process.js``.
"""

from __future__ import annotations

from typing import Any, Final

from child_process.ipc.errors import InvalidHandle, bad
from child_process.ipc.frozen import Frozen

__all__ = ["ANY", "NODE_KINDS", "Envelope", "Handle", "is_internal", "open_envelope"]

PREFIX: Final = "NODE_"

HANDLE: Final = "NODE_HANDLE"
ACK: Final = "NODE_HANDLE_ACK"
NACK: Final = "NODE_HANDLE_NACK"
NOTIFY_CLOSE: Final = "NODE_SOCKET_NOTIFY_CLOSE"
ALL_CLOSED: Final = "NODE_SOCKET_ALL_CLOSED"
GET_COUNT: Final = "NODE_SOCKET_GET_COUNT"
COUNT: Final = "NODE_SOCKET_COUNT"

# What `session` says and answers itself: a user who sends it breaks the peer.
RESERVED: Final = frozenset(
    (HANDLE, ACK, NACK, NOTIFY_CLOSE, ALL_CLOSED, GET_COUNT, COUNT)
)

NODE_KINDS: Final = (
    "net.Socket",
    "net.Server",
    "net.Native",
    "net.BoundSocket",
    "dgram.Socket",
    "dgram.Native",
)
"""The types of handles that Node knows; each is one descriptor."""

ANY: Final = "child_process.fds"
"""The type of any descriptors at all, between two Python ends."""

MAX_FDS: Final = 253  # SCM_MAX_FD of Linux: in one message, at most
MAX_KEY: Final = 4096


class Handle(Frozen):
    """Descriptors that go with a message, and what they are to the other end.

    Attributes:
        kind: One of `NODE_KINDS`, or `ANY`. Of one that arrived: what the peer
            says. Look at the descriptor before believing it.
        fds: The descriptors. Sending does not close them.
        key: Of a socket that a server accepted: the server's, by which its
            process counts them.
        dgram_type: ``udp4`` or ``udp6``, of a ``dgram.Socket``.
    """

    kind: str
    fds: tuple[int, ...]
    key: str | None = None
    dgram_type: str | None = None


class Envelope(Frozen):
    """A NODE_HANDLE message, opened.

    Attributes:
        message: The user's.
        kind: The handle's type.
        count: How many descriptors belong to it.
        key: See `Handle`.
        dgram_type: See `Handle`.
    """

    message: Any
    kind: str
    count: int = 1
    key: str | None = None
    dgram_type: str | None = None

    def handle(self, fds: tuple[int, ...]) -> Handle:
        """Return the handle, now that its descriptors are here."""
        return Handle(self.kind, fds, self.key, self.dgram_type)


def is_internal(value: Any) -> bool:
    """Whether *value* is Node's, not the user's."""
    if type(value) is not dict:
        return False
    command = value.get("cmd")
    return (
        isinstance(command, str)
        and len(command) > len(PREFIX)
        and command.startswith(PREFIX)
    )


def reply(command: str, **fields: Any) -> dict[str, Any]:
    """Return an internal message."""
    return {"cmd": command, **fields}


def check_handle(handle: Handle) -> None:
    """Check that *handle* can be sent.

    Raises:
        InvalidHandle: It cannot, and why.
    """
    if handle.kind == ANY:
        if not 1 <= len(handle.fds) <= MAX_FDS:
            raise InvalidHandle(handle.kind, f"1 to {MAX_FDS} descriptors go at once")
    elif handle.kind not in NODE_KINDS:
        raise InvalidHandle(handle.kind, f"expected one of {', '.join(NODE_KINDS)}")
    elif len(handle.fds) != 1:
        raise InvalidHandle(handle.kind, "it is one descriptor")
    if (handle.kind == "dgram.Socket") != (handle.dgram_type in ("udp4", "udp6")):
        raise InvalidHandle(handle.kind, "a dgram.Socket, and only it, is udp4 or udp6")


def close_envelope(message: Any, handle: Handle) -> dict[str, Any]:
    """Return *message* wrapped for the way, with *handle*'s facts."""
    wrapped = reply(HANDLE, type=handle.kind, msg=message)
    if handle.key is not None:
        wrapped["key"] = handle.key
    if handle.dgram_type is not None:
        wrapped["dgramType"] = handle.dgram_type
    if handle.kind == ANY:
        wrapped["fds"] = len(handle.fds)
    return wrapped


def open_envelope(value: dict[str, Any]) -> Envelope:
    """Return what is in *value*, whose ``cmd`` is NODE_HANDLE.

    Node wraps a message that it sends again twice: the outer type is then
    net.Native and the message another NODE_HANDLE, which is the one to believe.

    Raises:
        BadFrame: It has no type, or fields of the wrong kind.
    """
    inner = value.get("msg")
    if (
        value.get("type") == "net.Native"
        and isinstance(inner, dict)
        and inner.get("cmd") == HANDLE
    ):
        value, inner = inner, inner.get("msg")
    kind, key, dgram = value.get("type"), value.get("key"), value.get("dgramType")
    count = value.get("fds", 1) if kind == ANY else 1
    if not isinstance(kind, str):
        bad("a NODE_HANDLE without a type")
    if not isinstance(count, int) or not 1 <= count <= MAX_FDS:
        bad("a NODE_HANDLE with a wrong number of descriptors")
    return Envelope(inner, kind, count, text_or_none(key), text_or_none(dgram))


def text_or_none(value: Any) -> str | None:
    """Return *value*, a key or a type of an internal message, or None.

    Raises:
        BadFrame: It is something else, or longer than any key.
    """
    if value is None or (isinstance(value, str) and len(value) <= MAX_KEY):
        return value
    return bad("an internal message with fields of a wrong kind")
