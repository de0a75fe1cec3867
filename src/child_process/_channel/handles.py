"""Sockets that travel with messages: to descriptors and back.

Layer: channel.

What a descriptor is, is asked of the kernel, never of the peer: a Node peer
that is handed a file instead of a socket dies of it, and one that lies must not
make us treat a file as a socket.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

from child_process.ipc.envelope import ANY, Handle
from child_process.ipc.errors import InvalidHandle

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

__all__ = ["Descriptor", "accept", "described", "let_go", "released"]


class Descriptor:
    """A descriptor that arrived, whatever it is; closed with this object.

    Args:
        fd: It is this object's from now on.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def fileno(self) -> int:
        """Return its number; -1 once closed or detached."""
        return self._fd

    def detach(self) -> int:
        """Return its number, for whoever closes it from now on."""
        fd, self._fd = self._fd, -1
        return fd

    def close(self) -> None:
        """Close it; again is no error."""
        if self._fd >= 0:
            os.close(self.detach())

    def __del__(self) -> None:
        self.close()


def described(handle: Any, to_python: bool) -> Handle:  # noqa: FBT001 - one call
    """Return what *handle*, a socket or something that has one, is on the wire.

    The descriptor is duplicated; `released` closes the duplicate.

    Args:
        handle: The socket, or, *to_python*, anything with a descriptor.
        to_python: Whether the other end is known to be this library.

    Raises:
        InvalidHandle: It is no socket, is closed, or is of a kind that would
            make a Node peer abort.
    """
    import socket

    fd = _fileno(handle)
    if not stat.S_ISSOCK(os.fstat(fd).st_mode):
        if to_python:
            return Handle(ANY, (os.dup(fd),))
        name = type(handle).__qualname__
        raise InvalidHandle(name, "only sockets go to a peer that may be Node")
    copy = socket.socket(fileno=os.dup(fd))
    try:
        kind, dgram_type = _kind(copy, type(handle).__qualname__)
    except InvalidHandle:
        if to_python:
            return Handle(ANY, (copy.detach(),))
        copy.close()
        raise
    return Handle(kind, (copy.detach(),), dgram_type=dgram_type)


def let_go(handle: Any) -> None:
    """Close *handle*, which was sent, if it is a connected socket.

    As in Node: two processes reading one connection get half of it each.
    Servers stay open at both ends, and so does what is not a socket.
    """
    import socket

    if not isinstance(handle, socket.socket) or handle.type != socket.SOCK_STREAM:
        return
    if not handle.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        handle.close()


def released(handle: Handle) -> None:
    """Close the duplicates that `described` made: the peer has its own."""
    for fd in handle.fds:
        os.close(fd)


def accept(handle: Handle, closed: Callable[[str], None]) -> socket.socket | Descriptor:
    """Return the socket that arrived; a `Descriptor` for anything else.

    It blocks or not as it did at the other end: Node's do not.

    Args:
        handle: As it arrived.
        closed: Called with the key, if there is one, when the socket is closed,
            detached or dropped, in whatever thread: the process whose server
            accepted it waits for that.
    """
    import socket

    fd, *more = handle.fds
    for extra in more:
        os.close(extra)
    os.set_inheritable(fd, False)  # noqa: FBT003 - the function's own signature
    if not stat.S_ISSOCK(os.fstat(fd).st_mode):
        return Descriptor(fd)
    try:
        if handle.key is None:
            arrived = socket.socket(fileno=fd)
        else:
            arrived = _counted(fd, handle.key, closed)
    except OSError:
        os.close(fd)  # a path to a socket, for one (O_PATH)
        raise
    if not os.get_blocking(fd):
        # The truth: it may be shared with a process that needs it like that.
        arrived.settimeout(0.0)
    return arrived


def _counted(fd: int, key: str, closed: Callable[[str], None]) -> socket.socket:
    import socket

    untold = [key]

    def tell() -> None:
        if untold:
            closed(untold.pop())

    class CountedSocket(socket.socket):
        """A socket whose closing is told to the process that accepted it."""

        __slots__ = ()

        def _real_close(self, *args: Any) -> None:
            super()._real_close(*args)  # type: ignore[misc]  # private, but where all ways to close meet
            tell()

        def detach(self) -> int:
            fd = super().detach()
            tell()
            return fd

        def __del__(self) -> None:
            self.close()

    return CountedSocket(fileno=fd)


def _fileno(handle: Any) -> int:
    try:
        fd = handle if isinstance(handle, int) else handle.fileno()
        os.fstat(fd)
    except (AttributeError, OSError, ValueError, TypeError):
        name = type(handle).__qualname__
        raise InvalidHandle(name, "it has no open descriptor") from None
    return int(fd)


def _kind(copy: socket.socket, name: str) -> tuple[str, str | None]:
    import socket

    stream = copy.type == socket.SOCK_STREAM
    if stream and copy.family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        listening = copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        return ("net.Server" if listening else "net.Socket"), None
    if copy.type == socket.SOCK_DGRAM and copy.family == socket.AF_INET:
        return "dgram.Socket", "udp4"
    if copy.type == socket.SOCK_DGRAM and copy.family == socket.AF_INET6:
        return "dgram.Socket", "udp6"
    raise InvalidHandle(name, "TCP, UDP and Unix stream sockets travel, no others")
