"""What can go wrong with a channel: the caller's faults and the peer's apart.

Layer: protocol. No socket, no clock, no event loop; imports the
root of the package's errors only.

===================  ==========================================================
whose fault          errors
===================  ==========================================================
the caller's         `ChannelClosed`, `AlreadyDisconnected`, `NotSerializable`,
                     `InvalidHandle`, `QueueFull`
the peer's           `BadFrame`, `FrameTooLarge`, `HandleNotReceived`
===================  ==========================================================
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, NoReturn

from child_process._root import ProcessError

__all__ = [
    "AlreadyDisconnected",
    "BadFrame",
    "ChannelClosed",
    "ChannelError",
    "FrameTooLarge",
    "HandleNotReceived",
    "InvalidHandle",
    "NotSerializable",
    "QueueFull",
]

PATH_SHOWN: Final = 500


class ChannelError(ProcessError):
    """Root of what goes wrong between the two ends of a channel."""

    code: ClassVar[str] = "ERR_IPC_CHANNEL"


# What the caller asked for


class ChannelClosed(ChannelError):
    """The channel takes no more: it was disconnected, by either end."""

    code: ClassVar[str] = "ERR_IPC_CHANNEL_CLOSED"

    def __str__(self) -> str:
        return "Channel closed"


class AlreadyDisconnected(ChannelError):
    """`disconnect` was called on a channel that is not connected."""

    code: ClassVar[str] = "ERR_IPC_DISCONNECTED"

    def __str__(self) -> str:
        return "IPC channel is already disconnected"


class NotSerializable(ChannelError, TypeError):
    """A message holds a value that does not travel. Nothing was sent.

    Attributes:
        kind: The value's type, by name; not the value, which may not pickle.
        path: Where it sits in the message: ``message['users'][3]``.
        reason: Why it does not travel, or what would.
    """

    code: ClassVar[str] = "ERR_IPC_NOT_SERIALIZABLE"

    def __init__(self, kind: str, path: str, reason: str) -> None:
        super().__init__(kind, path, reason)
        self.kind = kind
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        path = self.path
        if len(path) > PATH_SHOWN:
            half = PATH_SHOWN // 2
            path = f"{path[:half]} … {path[-half:]}"
        return f"{path} is of type {self.kind}: {self.reason}"


class InvalidHandle(ChannelError, TypeError):
    """A handle cannot go with a message. Nothing was sent.

    Attributes:
        kind: The handle's type on the wire, ``net.Socket`` for one.
        reason: What is wrong with it.
    """

    code: ClassVar[str] = "ERR_INVALID_HANDLE_TYPE"

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason

    def __str__(self) -> str:
        return f"This handle type cannot be sent: {self.kind}: {self.reason}"


class QueueFull(ChannelError):
    """The peer does not read as fast as we send. This message was not taken.

    Attributes:
        size: Of the message, in bytes.
        queued: Bytes that wait already.
        limit: The ``max_queue`` in force, in bytes.
    """

    code: ClassVar[str] = "ERR_IPC_QUEUE_FULL"

    def __init__(self, size: int, queued: int, limit: int) -> None:
        super().__init__(size, queued, limit)
        self.size = size
        self.queued = queued
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"{self.queued} bytes wait for the peer to read; {self.size} more go "
            f"over max_queue, {self.limit} bytes: drain first, or send less"
        )


# What the peer did


class BadFrame(ChannelError):
    """The peer sent what is not a message. The channel cannot go on.

    Attributes:
        reason: What is wrong with it; never a piece of it.
    """

    code: ClassVar[str] = "ERR_IPC_BAD_FRAME"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"The peer broke the protocol: {self.reason}"


class FrameTooLarge(BadFrame):
    """The peer announced, or began, a message over the limit.

    Attributes:
        size: Bytes announced, or bytes that came without an end.
        limit: The ``max_message`` in force, in bytes.
    """

    code: ClassVar[str] = "ERR_IPC_FRAME_TOO_LARGE"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"{size} bytes, over max_message, {limit} bytes")
        self.args: tuple[Any, ...] = (size, limit)
        self.size = size
        self.limit = limit


class HandleNotReceived(ChannelError):
    """The peer says, time and again, that a handle did not come with its message.

    The message is lost with it; the channel goes on.
    """

    code: ClassVar[str] = "ERR_IPC_HANDLE_NOT_RECEIVED"

    def __str__(self) -> str:
        return "The other process did not receive the handle, nor its message"


def bad(reason: str) -> NoReturn:
    """Raise `BadFrame`, in the middle of an expression or not."""
    raise BadFrame(reason)
