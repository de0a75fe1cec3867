"""Messages with something in hand: a socket, a descriptor, or big data.

Layer: channel. Imported once there is one: most channels carry values only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from child_process._channel.buffers import packed, unpacked
from child_process._channel.handles import accept, described, let_go, released
from child_process.ipc.envelope import ANY, Handle
from child_process.ipc.errors import ChannelClosed, InvalidHandle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process.ipc.session import Session

__all__ = ["accept", "let_go", "send_parcel", "unpacked"]


def send_parcel(
    session: Session,
    value: Any,
    handle: Any,
    buffers: Sequence[Any],
    *,
    token: Any,
    to_python: bool,
) -> int:
    """Send *value* with *handle*, or with *buffers*; return what `Session.send` does.

    Args:
        session: Takes it.
        value: The message.
        handle: A socket, or anything with a descriptor if *to_python*; or None.
        buffers: Bytes-like objects instead, *to_python* only.
        token: See `Session.send`.
        to_python: Whether the other end is known to be this library.

    Raises:
        ChannelError: As `Session.send`.
    """
    if buffers:
        parcel = _wrapped(session, value, handle, buffers, to_python=to_python)
        value = parcel[0]
    elif not session.connected:
        raise ChannelClosed
    else:
        parcel = value, described(handle, to_python)
    try:
        return session.send(value, parcel[1], token)
    except BaseException:
        released(parcel[1])
        raise


def _wrapped(
    session: Session,
    value: Any,
    handle: Any,
    buffers: Sequence[Any],
    *,
    to_python: bool,
) -> tuple[Any, Handle]:
    if handle is not None:
        raise InvalidHandle("buffers", "a message has a handle or buffers")
    if not to_python:
        raise InvalidHandle("buffers", "the other end must be this library's")
    if not session.connected:
        raise ChannelClosed
    value, fds = packed(value, buffers)
    return value, Handle(ANY, tuple(fds))
