"""What `secret_file` names, opened for one start: `open_secret_files`.

Layer: launch.
"""

from __future__ import annotations

import errno
import fcntl
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from child_process._masked import Masked
from child_process.errors import SpawnError

if TYPE_CHECKING:
    from child_process._values.plan import LaunchPlan

__all__ = ["open_secret_files"]

MEMORY_NAME = "child-process-secret"


def open_secret_files(plan: LaunchPlan) -> tuple[LaunchPlan, list[int]]:
    """Return *plan* with a descriptor for each secret file, and those to close.

    They stand behind the descriptors that the caller declared; the arguments
    name them by their numbers in the child.

    Raises:
        SpawnError: The system refused one. Nothing is left open.
    """
    stdio, opened, argv = list(plan.stdio), [], []
    try:
        for word in plan.argv:
            text: str = word
            while isinstance(text, Masked) and text.files:
                token, data = next(iter(text.files.items()))
                opened.append(_in_memory(data))
                text = _numbered(text, token, len(stdio))
                stdio.append(opened[-1])
            argv.append(text)
    except OSError as error:
        for fd in opened:
            os.close(fd)
        detail = f"a descriptor for a secret file cannot be had: {error.strerror}"
        number = error.errno or errno.EIO
        raise SpawnError(number, plan.file, plan.args, "stdio", detail) from None
    if not opened:
        return plan, opened
    return replace(plan, argv=tuple(argv), stdio=tuple(stdio)), opened


def _numbered(word: Masked, token: str, number: int) -> str:
    """Return *word* with *number* for *token*; masked if more in it is secret."""
    text = word.replace(token, str(number))
    files = {name: data for name, data in word.files.items() if name != token}
    if not files and not word.exposed:
        return text
    return Masked(text, word.shown, word.hidden, files, exposed=word.exposed)


def _in_memory(data: bytes) -> int:
    """Return a descriptor from which *data* can be read, once or more."""
    if not hasattr(os, "memfd_create"):
        return _in_pipe(data)
    fd = os.memfd_create(MEMORY_NAME, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(fd, rest) :]
        os.lseek(fd, 0, os.SEEK_SET)
        # Whoever the child hands it to can read it, and nothing else.
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals | fcntl.F_SEAL_SEAL)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _in_pipe(data: bytes) -> int:
    """Return the end of a pipe that holds *data*: for systems without memfd."""
    read, write = os.pipe()
    try:
        os.set_blocking(write, False)
        whole = os.write(write, data) == len(data)
    finally:
        os.close(write)
    if not whole:
        os.close(read)
        raise OSError(errno.EFBIG, "it is larger than a pipe holds here")
    return read
