"""Messages with something in hand: a socket, a descriptor, or big data.

Layer: channel. Imported once there is one: most channels carry values only.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from child_process._channel.buffers import packed, unpacked
from child_process._channel.handles import (
    Descriptor,
    accept,
    described,
    let_go,
    released,
)
from child_process._channel.memory_files import is_sealed
from child_process.ipc.envelope import ANY, Handle
from child_process.ipc.errors import ChannelClosed, InvalidHandle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from child_process.ipc.session import Session

__all__ = ["accept", "delivered", "let_go", "send_parcel", "unpacked"]


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


def delivered(handle: Handle, soon: Callable[..., Any]) -> None:
    """Close our copies of *handle*, which the peer has.

    Buffers on the turn after the next: an answer may have come with the word of
    it, and to free what was shared takes a while (13 ms for 100 MB).
    """
    for fd in handle.fds:
        if handle.kind == ANY and is_sealed(fd):
            soon(soon, Descriptor(fd).close)
        else:
            os.close(fd)


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
