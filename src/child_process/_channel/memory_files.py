"""Sealed files in memory: filled here, mapped at the other end.

Layer: channel.

A large buffer lies in two files. The system gives a file its pages one after
the other, and that takes longer than the copy itself: two files are filled on
two processors at once. Where they are mapped, they lie side by side again.
"""

from __future__ import annotations

import mmap
import os
import sys
import threading
import weakref
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from child_process.ipc.errors import BadFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["filled", "is_sealed", "mapped", "pieces"]

LARGE: Final = 32 * 1024 * 1024
"""Bytes from which on a second thread is worth its start, of 0.05 ms."""
ONE_WRITE: Final = 64 * 1024 * 1024
"""Bytes of one write: the kernel takes no more than 2 GiB at once."""


def pieces(size: int) -> list[int]:
    """Return how many bytes of a buffer of *size* bytes lie in each of its files.

    Both ends know by the size alone. All but the last are whole pages.
    """
    if size < LARGE or not _has_seals():
        return [size]
    granule = mmap.ALLOCATIONGRANULARITY
    half = size // 2 // granule * granule
    return [half, size - half]


def filled(view: memoryview) -> list[int]:
    """Return descriptors of sealed files that hold *view*, cut into `pieces`.

    Raises:
        OSError: The system has no memory, or no descriptor, for them.
    """
    parts: list[memoryview] = []
    start = 0
    for size in pieces(len(view)):
        parts.append(view[start : start + size])
        start += size
    fds: list[int] = []
    try:
        for _ in parts:
            fds.append(_new_file())  # noqa: PERF401 - those made are closed
        _fill(fds, parts)
    except BaseException:
        for fd in fds:
            os.close(fd)
        raise
    return fds


def is_sealed(fd: int) -> bool:
    """Say whether *fd* is a sealed file in memory; False where there are no seals."""
    import fcntl

    try:
        return fcntl.fcntl(fd, fcntl.F_GET_SEALS) & _seals() == _seals()
    except (OSError, AttributeError):
        return False


def mapped(fds: Sequence[int], sizes: Sequence[Any]) -> memoryview:
    """Return what *fds*, the files of one buffer, hold; the files stay open.

    A peer that can cut a file short would have us killed by SIGBUS.

    Raises:
        BadFrame: They are not *sizes* long, or not sealed.
        OSError: There is no room to map them.
    """
    for fd, size in zip(fds, sizes, strict=True):
        if size != os.fstat(fd).st_size:
            raise BadFrame("a buffer that is not as long as announced")
        if _has_seals() and not is_sealed(fd):
            raise BadFrame("a buffer that its sender can change")
    if not _has_seals():
        return memoryview(os.pread(fds[0], sizes[0], 0))  # macOS
    if not sizes[0]:
        return memoryview(b"")
    if len(fds) > 1:
        return _side_by_side(fds, sizes)
    # Before 3.13 each mapping holds a descriptor.
    flags: dict[str, Any] = {"trackfd": False} if sys.version_info >= (3, 13) else {}
    return memoryview(mmap.mmap(fds[0], sizes[0], access=mmap.ACCESS_READ, **flags))


def _fill(fds: Sequence[int], parts: Sequence[memoryview]) -> None:
    failures: list[BaseException] = []

    def fill_other(fd: int, part: memoryview) -> None:
        try:
            _write(fd, part)
        except BaseException as error:  # noqa: BLE001 - raised below, by who asked
            failures.append(error)

    threads = []
    for fd, part in zip(fds[1:], parts[1:], strict=True):
        thread = threading.Thread(target=fill_other, args=(fd, part))
        try:
            thread.start()
        except RuntimeError:  # the system has no room for a thread
            fill_other(fd, part)
        else:
            threads.append(thread)
    try:
        _write(fds[0], parts[0])
    finally:
        # Whatever happened: nothing may write to a descriptor that is closed.
        for thread in threads:
            thread.join()
    for failure in failures:
        raise failure


def _write(fd: int, view: memoryview) -> None:
    while view:
        view = view[os.write(fd, view[:ONE_WRITE]) :]
    if _has_seals():
        import fcntl

        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _seals())


def _new_file() -> int:
    if hasattr(os, "memfd_create"):
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        return os.memfd_create("child-process-buffer", flags)
    import tempfile  # macOS: a file without a name, which stays in memory if it can

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _side_by_side(fds: Sequence[int], sizes: Sequence[int]) -> memoryview:
    """Map *fds* one behind the other, which `mmap.mmap` cannot."""
    import ctypes  # slow to import, and only large buffers need it

    total = sum(sizes)
    map_at, unmap = _calls()
    anywhere = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    start = map_at(None, total, 0, anywhere, -1, 0)
    address = start
    try:
        for fd, size in zip(fds, sizes, strict=True):
            map_at(address, size, mmap.PROT_READ, mmap.MAP_SHARED | _MAP_FIXED, fd, 0)
            address += size
    except BaseException:
        unmap(start, total)
        raise
    array = (ctypes.c_ubyte * total).from_address(start)
    # A view keeps the array alive, and the array the mapping.
    weakref.finalize(array, unmap, start, total).atexit = False
    return memoryview(array).cast("B").toreadonly()


_MAP_FIXED: Final = 0x10


@cache
def _calls() -> tuple[Callable[..., int], Callable[..., int]]:
    """Return the C library's mmap, which raises OSError, and munmap."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_long,
    ]
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]

    def map_at(*arguments: Any) -> int:
        found = libc.mmap(*arguments)
        if found == ctypes.c_void_p(-1).value:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return int(found)

    return map_at, libc.munmap


def _has_seals() -> bool:
    import fcntl

    return hasattr(fcntl, "F_ADD_SEALS")


def _seals() -> int:
    import fcntl

    return (
        fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
    )
