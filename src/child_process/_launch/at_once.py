"""A write that waits for nobody: `write_at_once`.

Layer: launch.

`os.write` gives the interpreter's lock away, and waits to have it back among busy
threads: milliseconds for what takes one thousandth of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from child_process._launch.choosing import has_native

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["write_at_once"]


def _write_by_ctypes() -> Callable[[int, bytes], int]:
    import ctypes  # slow to import

    libc = ctypes.PyDLL(None, use_errno=True)

    def write(fd: int, data: bytes) -> int:
        return 0 if libc.write(fd, data, len(data)) >= 0 else ctypes.get_errno()

    return write


write_at_once: Callable[[int, bytes], int]
"""Write *data* to a descriptor that does not block; return 0, or an errno.

For what a pipe takes as one piece: it is written whole, or not at all.
"""
if has_native():
    from child_process._launch._spawn import write_at_once
else:
    write_at_once = _write_by_ctypes()
