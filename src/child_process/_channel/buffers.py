"""Big data beside a message: shared memory instead of bytes in the channel.

Layer: channel. Between two Python ends.

Each buffer is written once into a file in memory, whose descriptor travels with
the message; at the other end it is mapped, not copied. It is sealed: neither
end can change it afterwards, or cut it short under the other's feet.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

from child_process.ipc.errors import BadFrame

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["is_buffer", "packed", "unpacked"]

KEY: Final = "child_process"
KIND: Final = "buffers"
PAGE: Final = 64 * 1024 * 1024
"""Bytes of one write: the kernel takes no more than 2 GiB at once."""


def packed(message: Any, buffers: Sequence[Any]) -> tuple[dict[str, Any], list[int]]:
    """Return *message* wrapped, and a descriptor for each of *buffers*.

    Raises:
        TypeError: One of them is not bytes-like, or not contiguous.
        OSError: The system has no memory, or no descriptor, for them.
    """
    fds: list[int] = []
    views = [memoryview(buffer).cast("B") for buffer in buffers]
    try:
        for view in views:
            fds.append(_filled(view))  # noqa: PERF401 - those made are closed
    except BaseException:
        for fd in fds:
            os.close(fd)
        raise
    sizes = [len(view) for view in views]
    return {KEY: KIND, "body": message, "sizes": sizes}, fds


def unpacked(
    value: Any, fds: tuple[int, ...]
) -> tuple[Any, tuple[memoryview, ...]] | None:
    """Return the message in *value* and its buffers; None if it has none.

    The descriptors are closed; the buffers live as long as somebody holds them.

    Raises:
        BadFrame: They are not what was announced, or not sealed.
        OSError: There is no room to map them.
    """
    if type(value) is not dict or value.get(KEY) != KIND:
        return None
    sizes = value.get("sizes")
    if not isinstance(sizes, list) or len(sizes) != len(fds):
        return None
    try:
        buffers = tuple(_mapped(fd, size) for fd, size in zip(fds, sizes, strict=True))
    finally:
        for fd in fds:
            os.close(fd)
    return value.get("body"), buffers


def is_buffer(fd: int) -> bool:
    """Say whether *fd* is a sealed file in memory; False where there are no seals."""
    import fcntl

    try:
        return fcntl.fcntl(fd, fcntl.F_GET_SEALS) & _seals() == _seals()
    except (OSError, AttributeError):
        return False


def _filled(view: memoryview) -> int:
    fd = _memory_file()
    try:
        while view:
            view = view[os.write(fd, view[:PAGE]) :]
        _seal(fd)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _memory_file() -> int:
    if hasattr(os, "memfd_create"):
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        return os.memfd_create("child-process-buffer", flags)
    import tempfile  # macOS: a file without a name, which stays in memory if it can

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _seal(fd: int) -> None:
    import fcntl

    if hasattr(fcntl, "F_ADD_SEALS"):
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _seals())


def _seals() -> int:
    import fcntl

    return (
        fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
    )


def _mapped(fd: int, size: Any) -> memoryview:
    """Return what *fd*, a sealed file in memory, holds.

    A peer that can cut the file short would have us killed by SIGBUS.
    """
    import fcntl
    import mmap

    length = os.fstat(fd).st_size
    if size != length:
        raise BadFrame("a buffer that is not as long as announced")
    if not hasattr(fcntl, "F_GET_SEALS"):
        return memoryview(os.pread(fd, length, 0))  # macOS: there are no seals
    if not is_buffer(fd):
        raise BadFrame("a buffer that its sender can change")
    if not length:
        return memoryview(b"")
    # Before 3.13 each mapping holds a descriptor.
    flags: dict[str, Any] = {"trackfd": False} if sys.version_info >= (3, 13) else {}
    return memoryview(mmap.mmap(fd, length, access=mmap.ACCESS_READ, **flags))
