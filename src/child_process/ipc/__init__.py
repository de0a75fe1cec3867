"""Node's language between processes, without I/O.

Layer: protocol. Re-exports only; each name is loaded when it is first used, since
a forked child needs few of them, and soon.

bytes → `framing` → frame → codec → value → `envelope` → `session` → event. Each
step stands alone; `Session` is all of them, for one end of one channel.
"""

from typing import TYPE_CHECKING

from child_process._lazy import lazy

if TYPE_CHECKING:
    from child_process.ipc.envelope import ANY, NODE_KINDS, Handle
    from child_process.ipc.errors import (
        AlreadyDisconnected,
        BadFrame,
        ChannelClosed,
        ChannelError,
        FrameTooLarge,
        HandleNotReceived,
        InvalidHandle,
        NotSerializable,
        QueueFull,
    )
    from child_process.ipc.events import (
        Batch,
        Discard,
        Disconnected,
        Event,
        HandleAccepted,
        HandleLost,
        Ignored,
        InternalMessage,
        Message,
        ProtocolError,
        Sent,
        SocketCount,
        SocketsClosed,
        Unsent,
    )
    from child_process.ipc.framing import LengthFramer, LineFramer
    from child_process.ipc.js_values import (
        BigInt,
        Boxed,
        Hole,
        HoleType,
        JSArray,
        JSArrayBuffer,
        JSDate,
        JSError,
        JSMap,
        JSRegExp,
        JSSet,
        JSView,
        SparseArray,
        Undefined,
        UndefinedType,
    )
    from child_process.ipc.json_codec import JsonCodec
    from child_process.ipc.session import Session, Write
    from child_process.ipc.v8_codec import V8Codec

__all__ = [
    "ANY",
    "NODE_KINDS",
    "AlreadyDisconnected",
    "BadFrame",
    "Batch",
    "BigInt",
    "Boxed",
    "ChannelClosed",
    "ChannelError",
    "Discard",
    "Disconnected",
    "Event",
    "FrameTooLarge",
    "Handle",
    "HandleAccepted",
    "HandleLost",
    "HandleNotReceived",
    "Hole",
    "HoleType",
    "Ignored",
    "InternalMessage",
    "InvalidHandle",
    "JSArray",
    "JSArrayBuffer",
    "JSDate",
    "JSError",
    "JSMap",
    "JSRegExp",
    "JSSet",
    "JSView",
    "JsonCodec",
    "LengthFramer",
    "LineFramer",
    "Message",
    "NotSerializable",
    "ProtocolError",
    "QueueFull",
    "Sent",
    "Session",
    "SocketCount",
    "SocketsClosed",
    "SparseArray",
    "Undefined",
    "UndefinedType",
    "Unsent",
    "V8Codec",
    "Write",
]

_HOMES = {
    "envelope": ("ANY", "NODE_KINDS", "Handle"),
    "errors": (
        "AlreadyDisconnected",
        "BadFrame",
        "ChannelClosed",
        "ChannelError",
        "FrameTooLarge",
        "HandleNotReceived",
        "InvalidHandle",
        "NotSerializable",
        "QueueFull",
    ),
    "events": (
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
    ),
    "framing": ("LengthFramer", "LineFramer"),
    "js_values": (
        "BigInt",
        "Boxed",
        "Hole",
        "HoleType",
        "JSArray",
        "JSArrayBuffer",
        "JSDate",
        "JSError",
        "JSMap",
        "JSRegExp",
        "JSSet",
        "JSView",
        "SparseArray",
        "Undefined",
        "UndefinedType",
    ),
    "json_codec": ("JsonCodec",),
    "session": ("Session", "Write"),
    "v8_codec": ("V8Codec",),
}

if not TYPE_CHECKING:  # a checker would take any name at all for one of ours
    __getattr__, __dir__ = lazy(__name__, _HOMES)
