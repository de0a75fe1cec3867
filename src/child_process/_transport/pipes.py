"""One descriptor on the event loop: `ReadPipe`, `WritePipe`, `socket_pipes`.

Layer: transport.

`loop.add_reader` and `loop.add_writer` only, which asyncio and uvloop have
alike. Each object owns its descriptor, which does not block; the two halves of
a socket own one together.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

__all__ = ["ReadPipe", "WritePipe", "socket_pipes"]

READ_SIZE: Final = 64 * 1024
"""Bytes a read. More is slower: from 128 KiB on malloc maps fresh pages."""
PIPE_SIZE: Final = 256 * 1024
"""Bytes the kernel may hold for a child that fills its pipe."""


class ReadPipe:
    """The reading end of a pipe or a socket.

    Args:
        loop: The loop that watches it.
        fd: The descriptor; -1 for a pipe that was never made.
    """

    __slots__ = ("_full", "_loop", "_watched", "fd")

    def __init__(self, loop: asyncio.AbstractEventLoop, fd: int) -> None:
        self.fd: int = fd
        self._loop = loop
        self._watched = False
        self._full = False

    def read(self) -> bytes | None:
        """Return what is there, at most `READ_SIZE`; None is nothing yet.

        The empty bytes are the end.

        Raises:
            OSError: Reading failed.
        """
        try:
            chunk = os.read(self.fd, READ_SIZE)
        except BlockingIOError:
            return None
        except ConnectionResetError:
            return b""  # a socket's way to say that the peer left unread data
        if len(chunk) == READ_SIZE and not self._full:
            self._grow()
        return chunk

    def watch(self, ready: Callable[[], None]) -> None:
        """Call *ready* whenever there is something to read, or the end."""
        if not self._watched and self.fd >= 0:
            self._watched = True
            self._loop.add_reader(self.fd, ready)

    def unwatch(self) -> None:
        """Stop calling."""
        if self._watched:
            self._watched = False
            self._loop.remove_reader(self.fd)

    def close(self) -> None:
        """Close the descriptor; again is no error."""
        if self.fd >= 0:
            self.unwatch()
            fd, self.fd = self.fd, -1
            self._release(fd)

    def _release(self, fd: int) -> None:
        os.close(fd)

    def _grow(self) -> None:
        """Give a pipe that was full more room, so that its writer waits less."""
        self._full = True
        try:
            fcntl.fcntl(self.fd, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        except (OSError, AttributeError):
            return  # a socket, another system, or the user's share is used up

    def __del__(self) -> None:
        # Only where the loop was closed, or dropped, with this open.
        if self.fd >= 0:
            self._release(self.fd)


class WritePipe:
    """The writing end of a pipe.

    Args:
        loop: The loop that watches it.
        fd: The descriptor; -1 for a pipe that was never made.
    """

    __slots__ = ("_loop", "_watched", "fd")

    def __init__(self, loop: asyncio.AbstractEventLoop, fd: int) -> None:
        self.fd: int = fd
        self._loop = loop
        self._watched = False

    def write(self, data: bytes | memoryview) -> int:
        """Write what fits of *data*; return how many bytes did.

        Raises:
            OSError: The reader left (`BrokenPipeError`), or writing failed.
        """
        try:
            return os.write(self.fd, data)
        except BlockingIOError:
            return 0

    def watch(self, ready: Callable[[], None]) -> None:
        """Call *ready* whenever there is room."""
        if not self._watched and self.fd >= 0:
            self._watched = True
            self._loop.add_writer(self.fd, ready)

    def unwatch(self) -> None:
        """Stop calling."""
        if self._watched:
            self._watched = False
            self._loop.remove_writer(self.fd)

    def close(self) -> None:
        """Close the descriptor, which is the reader's end of file."""
        if self.fd >= 0:
            self.unwatch()
            fd, self.fd = self.fd, -1
            self._close(fd)

    def _close(self, fd: int) -> None:
        self._release(fd)

    def _release(self, fd: int) -> None:
        os.close(fd)

    def __del__(self) -> None:
        if self.fd >= 0:
            self._release(self.fd)


def socket_pipes(
    loop: asyncio.AbstractEventLoop, fd: int
) -> tuple[ReadPipe, WritePipe]:
    """Return the two halves of the socket *fd*, -1 for one that was never made.

    Without a duplicate: that is one more thing which can be refused, and late.
    """
    whole = _Socket(fd)
    return _SocketReadPipe(loop, whole), _SocketWritePipe(loop, whole)


class _Socket:
    """A descriptor with two users: closed once both have let it go."""

    __slots__ = ("_users", "fd")

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._users = 2

    def let_go(self) -> None:
        self._users -= 1
        if not self._users:
            os.close(self.fd)


class _SocketReadPipe(ReadPipe):
    __slots__ = ("_whole",)

    def __init__(self, loop: asyncio.AbstractEventLoop, whole: _Socket) -> None:
        super().__init__(loop, whole.fd)
        self._whole = whole

    def _release(self, fd: int) -> None:  # noqa: ARG002 - it is the whole's
        self._whole.let_go()


class _SocketWritePipe(WritePipe):
    __slots__ = ("_whole",)

    def __init__(self, loop: asyncio.AbstractEventLoop, whole: _Socket) -> None:
        super().__init__(loop, whole.fd)
        self._whole = whole

    def _close(self, fd: int) -> None:
        """Tell the peer that this was all; what it writes can still be read."""
        import socket  # asyncio has it loaded

        half = socket.socket(fileno=fd)
        try:
            half.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the peer has gone: it sees the end anyway
        finally:
            half.detach()
            self._release(fd)

    def _release(self, fd: int) -> None:  # noqa: ARG002 - it is the whole's
        self._whole.let_go()
