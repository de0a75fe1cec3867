"""What a `Session` says has happened.

Layer: protocol. Frozen values; imports `frozen` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from child_process.ipc.frozen import Frozen

if TYPE_CHECKING:
    from child_process.ipc.envelope import Handle
    from child_process.ipc.errors import BadFrame

__all__ = [
    "Batch",
    "Discard",
    "Disconnected",
    "Event",
    "HandleAccepted",
    "HandleLost",
    "Ignored",
    "InternalMessage",
    "Message",
    "ProtocolError",
    "Sent",
    "SocketCount",
    "SocketsClosed",
    "Unsent",
]


class Message(Frozen):
    """The user's message, and the handle that came with it."""

    value: Any
    handle: Handle | None = None

    def __init__(self, value: Any, handle: Handle | None = None) -> None:
        # By itself, since there are many.
        facts = self.__dict__
        facts["value"] = value
        facts["handle"] = handle


class Batch(Frozen):
    """Messages without handles, in a row: `Session.receive_batches` only."""

    values: list[Any]

    def __init__(self, values: list[Any]) -> None:
        self.__dict__["values"] = values  # by itself: one for each read


class InternalMessage(Frozen):
    """An internal message that is none of the session's: ``NODE_CLUSTER`` ….

    Node's ``"internalMessage"`` event; never to be shown as a message.
    """

    value: Any
    handle: Handle | None = None


class Ignored(Frozen):
    """An internal message that nothing asked for. It was not acted on."""

    value: Any
    reason: str


class Sent(Frozen):
    """The message with *token* is in the kernel's hands; with a handle, the peer's."""

    token: Any


class Unsent(Frozen):
    """The message with *token* does not arrive.

    The channel closed first, or the peer refused its handle for good.
    """

    token: Any


class HandleAccepted(Frozen):
    """The peer has *handle*. Close our copy, unless it is to stay open."""

    handle: Handle


class HandleLost(Frozen):
    """The peer did not get *handle*, and will not. Our copy is still open."""

    handle: Handle


class Discard(Frozen):
    """Descriptors that came and belong to nothing. Close them."""

    fds: tuple[int, ...]


class SocketCount(Frozen):
    """The peer's answer to `Session.ask_count`."""

    key: str
    count: int


class SocketsClosed(Frozen):
    """The peer's answer to `Session.ask_closed`: it has none left."""

    key: str


class ProtocolError(Frozen):
    """The peer broke the protocol. `Disconnected` follows."""

    error: BadFrame


class Disconnected(Frozen):
    """The last event: close the socket. Only a `Discard` may follow.

    Attributes:
        by: Who ended it: we, the peer, or an error of the peer's.
    """

    by: Literal["local", "remote", "error"]


Event: TypeAlias = (
    Message
    | Batch
    | InternalMessage
    | Ignored
    | Sent
    | Unsent
    | HandleAccepted
    | HandleLost
    | Discard
    | SocketCount
    | SocketsClosed
    | ProtocolError
    | Disconnected
)
