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
    MSG_DONTWAIT,
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

    from child_process._channel.loop import Loop

__all__ = ["READ_SIZE", "WireSocket", "is_channel", "least_of_more"]

READ_SIZE: Final = 64 * 1024
MOST_FDS: Final = 253
"""Descriptors in one message, at most: Linux' SCM_MAX_FD."""

_ANCILLARY: Final = CMSG_SPACE(MOST_FDS * 4)


class WireSocket:
    """A connected Unix stream socket that does not block.

    Args:
        fd: The descriptor; it is this object's from now on.
    """

    __slots__ = ("_flags", "_socket")

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)  # noqa: FBT003 - the function's own signature
        self._socket = socket(fileno=fd)
        # It is the calls that do not block, not the socket: see `read`.
        self._socket.settimeout(None)
        self._flags = MSG_DONTWAIT

    def __del__(self) -> None:
        self.close()  # whoever drops a channel means to close it

    def fileno(self) -> int:
        """Return the descriptor; -1 once closed."""
        return self._socket.fileno()

    def read(self, *, wait: bool = False) -> tuple[bytes, list[int]] | None:
        """Return bytes, and descriptors that came with them; None is nothing yet.

        The empty bytes are the end. Descriptors are the caller's to close.

        Args:
            wait: Waits for the bytes, until `interrupt`.
        """
        flags = MSG_CMSG_CLOEXEC if wait else MSG_CMSG_CLOEXEC | self._flags
        try:
            data, ancillary, _, _ = self._socket.recvmsg(READ_SIZE, _ANCILLARY, flags)
        except BlockingIOError:
            if wait:
                os.set_blocking(self._socket.fileno(), True)
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

    def interrupt(self) -> None:
        """Have the `read` that waits return, or the next one: for signal handlers.

        The interpreter repeats a call that a signal interrupted.
        """
        os.set_blocking(self._socket.fileno(), False)

    def waiting(self) -> int:
        """Return how many bytes have arrived and were not read."""
        import fcntl
        import termios

        size = array.array("i", [0])
        fcntl.ioctl(self._socket.fileno(), termios.FIONREAD, size)
        return size[0]

    def write(
        self,
        data: bytes | bytearray | memoryview,
        fds: Sequence[int],
        taken: list[int],
    ) -> None:
        """Write what fits of *data*, with *fds*; put how much it was into *taken*.

        The descriptors go with the first byte. Writing and noting are one step of
        the interpreter: a signal's handler, which may send, or raise, comes before
        or after.

        Raises:
            OSError: The peer has gone.
        """
        try:
            if not fds:
                taken.extend(map(self._socket.send, (data,), (self._flags,)))
                return
            rights = ([(SOL_SOCKET, SCM_RIGHTS, array.array("i", fds))],)
            send = self._socket.sendmsg
            taken.extend(map(send, ([data],), rights, (self._flags,)))
        except BlockingIOError:
            return

    def write_some(self, data: bytes | bytearray) -> int:
        """Write what fits of *data*; return how much.

        Raises:
            OSError: The peer has gone.
        """
        try:
            return self._socket.send(data, self._flags)
        except BlockingIOError:
            return 0

    def block(self) -> None:
        """Let each `read` and `write` wait from now on."""
        self._socket.settimeout(None)
        self._flags = 0

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
    except (OSError, OverflowError):
        return False
    try:
        domain = probe.getsockopt(SOL_SOCKET, SO_DOMAIN)
        kind = probe.getsockopt(SOL_SOCKET, SO_TYPE)
    finally:
        probe.close()
    return bool(domain == AF_UNIX and kind == SOCK_STREAM)


def least_of_more(loop: Loop) -> int:
    """Return how many bytes a read must have given for another to be of use.

    After less than what fits, a loop will tell when there is more. Not libuv,
    and so not uvloop: at a socket's first error, which a peer leaves that goes
    with data unread, it calls once more and then stops watching. There, read
    until nothing is left, or watch anew.
    """
    return 1 if type(loop).__module__.partition(".")[0] == "uvloop" else READ_SIZE
