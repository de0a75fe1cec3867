"""The socket under a channel: bytes, and descriptors that go with them.

Layer: channel.

`_socket`, not `socket`: the module in Python takes 6 ms to import, which a
child that is about to answer its first message has better uses for.
"""

from __future__ import annotations

import array
import os
from _socket import (
    AF_UNIX,
    CMSG_SPACE,
    MSG_CMSG_CLOEXEC,
    SCM_RIGHTS,
    SO_DOMAIN,
    SO_TYPE,
    SOCK_STREAM,
    SOL_SOCKET,
    socket,
)
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["WireSocket", "is_channel"]

READ_SIZE: Final = 64 * 1024
MOST_FDS: Final = 253
"""Descriptors in one message, at most: Linux' SCM_MAX_FD."""

_ANCILLARY: Final = CMSG_SPACE(MOST_FDS * 4)


class WireSocket:
    """A connected Unix stream socket that does not block.

    Args:
        fd: The descriptor; it is this object's from now on.
    """

    __slots__ = ("_socket",)

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)  # noqa: FBT003 - the function's own signature
        self._socket = socket(fileno=fd)
        self._socket.settimeout(0.0)

    def fileno(self) -> int:
        """Return the descriptor; -1 once closed."""
        return self._socket.fileno()

    def read(self) -> tuple[bytes, list[int]] | None:
        """Return bytes, and descriptors that came with them; None is nothing yet.

        The empty bytes are the end. Descriptors are the caller's to close.
        """
        try:
            data, ancillary, _, _ = self._socket.recvmsg(
                READ_SIZE, _ANCILLARY, MSG_CMSG_CLOEXEC
            )
        except BlockingIOError:
            return None
        except OSError:
            return b"", []  # a peer that died with data unread resets
        if not ancillary:
            return data, []
        fds = array.array("i")
        for level, kind, content in ancillary:
            if level == SOL_SOCKET and kind == SCM_RIGHTS:
                whole = len(content) - len(content) % fds.itemsize
                fds.frombytes(content[:whole])
        return data, fds.tolist()

    def waiting(self) -> int:
        """Return how many bytes have arrived and were not read."""
        import fcntl
        import termios

        size = array.array("i", [0])
        fcntl.ioctl(self._socket.fileno(), termios.FIONREAD, size)
        return size[0]

    def write(self, data: bytes | bytearray | memoryview, fds: Sequence[int]) -> int:
        """Write what fits of *data*, *fds* with its first byte; return how much.

        Raises:
            OSError: The peer has gone.
        """
        try:
            if not fds:
                return self._socket.send(data)
            rights = array.array("i", fds)
            return self._socket.sendmsg([data], [(SOL_SOCKET, SCM_RIGHTS, rights)])
        except BlockingIOError:
            return 0

    def write_all(
        self, data: bytes | bytearray | memoryview, fds: Sequence[int]
    ) -> None:
        """Write all of *data*, blocking.

        Raises:
            OSError: The peer has gone.
        """
        self._socket.settimeout(None)
        try:
            view = memoryview(data)
            while view:
                view = view[self.write(view, fds) :]
                fds = ()
        finally:
            self._socket.settimeout(0.0)

    def close(self) -> None:
        """Close it: the peer sees the end."""
        self._socket.close()


def is_channel(fd: int) -> bool:
    """Say whether *fd* can be a channel: an open Unix stream socket.

    A NODE_CHANNEL_FD that leaked into the environment of a stranger names
    anything at all.
    """
    try:
        probe = socket(fileno=os.dup(fd))
    except OSError:
        return False
    try:
        domain = probe.getsockopt(SOL_SOCKET, SO_DOMAIN)
        kind = probe.getsockopt(SOL_SOCKET, SO_TYPE)
    finally:
        probe.close()
    return bool(domain == AF_UNIX and kind == SOCK_STREAM)
