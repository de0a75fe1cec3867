"""Big data beside a message: shared memory instead of bytes in the channel.

Layer: channel. Between two Python ends.

Each buffer is written once into a file in memory, whose descriptor travels with
the message; at the other end it is mapped, not copied. It is sealed: neither
end can change it afterwards, or cut it short under the other's feet.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from child_process._channel.memory_files import filled, mapped, pieces
from child_process.ipc.errors import BadFrame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["packed", "unpacked"]

KEY: Final = "child_process"
KIND: Final = "buffers"


def packed(message: Any, buffers: Sequence[Any]) -> tuple[dict[str, Any], list[int]]:
    """Return *message* wrapped, and the descriptors that hold *buffers*.

    Raises:
        TypeError: One of them is not bytes-like, or not contiguous.
        OSError: The system has no memory, or no descriptor, for them.
    """
    fds: list[int] = []
    views = [memoryview(buffer).cast("B") for buffer in buffers]
    try:
        for view in views:
            fds += filled(view)
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
    if not isinstance(sizes, list):
        return None
    # What is no size is compared with one later, and refused.
    cut = [pieces(size) if type(size) is int else [size] for size in sizes]
    if not fds:
        return None  # a message of its sender's own that looks like one of ours
    try:
        if sum(map(len, cut)) != len(fds):
            raise BadFrame("buffers that are not as long as announced")
        buffers = tuple(_each(cut, fds))
    finally:
        for fd in fds:
            os.close(fd)
    return value.get("body"), buffers


def _each(cut: list[list[int]], fds: Sequence[int]) -> Iterator[memoryview]:
    start = 0
    for sizes in cut:
        yield mapped(fds[start : start + len(sizes)], sizes)
        start += len(sizes)
