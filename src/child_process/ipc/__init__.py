"""Node's language between processes, without I/O.

Layer: protocol. Re-exports only; each name is loaded when it is first used, since
a forked child needs few of them, and soon.

bytes → `framing` → frame → codec → value → `envelope` → `session` → event. Each
step stands alone; `Session` is all of them, for one end of one channel.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from child_process.ipc.envelope import ANY, NODE_KINDS, Handle
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
_HOME = {name: home for home, names in _HOMES.items() for name in names}

if not TYPE_CHECKING:  # a checker would take any name at all for one of ours

    def __getattr__(name: str) -> Any:
        """Load *name* from its home, at its first use."""
        if name not in _HOME:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        module = import_module(f"{__name__}.{_HOME[name]}")
        value = globals()[name] = getattr(module, name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
