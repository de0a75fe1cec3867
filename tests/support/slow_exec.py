"""A program whose exec takes the system milliseconds, and a process held there."""

from __future__ import annotations

import os
import platform
import struct
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from child_process._launch import proc
from tests.support import waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEGMENTS: Final = 1100
"""Each is mapped in turn, between the old environment and the new one."""
ATTEMPTS: Final = 50
PAGE: Final = 0x1000
START: Final = 0x400000
APART: Final = 0x20000
AGAIN_PAUSE: Final = bytes.fromhex("b8 22 00 00 00 0f 05 eb f7")
"""``again: mov eax, pause; syscall; jmp again``"""

needs_it: Final = pytest.mark.skipif(
    platform.machine() != "x86_64" or platform.system() != "Linux",
    reason="the program is made of instructions for Linux on x86-64",
)


def write(path: Path) -> None:
    """Write the program, which sleeps until it is killed, to *path*."""
    start = 64 + 56 * SEGMENTS
    size = start + len(AGAIN_PAUSE)
    head = struct.pack(
        "<4s4B8xHHIQQQIHHHHHH",
        *(b"\x7fELF", 2, 1, 1, 0),
        *(2, 62, 1, START + start, 64, 0, 0),
        *(64, 56, SEGMENTS, 0, 0, 0),
    )
    segments = [_segment(0, size, flags=5)]
    segments += [_segment(index, PAGE, flags=4) for index in range(1, SEGMENTS)]
    path.write_bytes(head + b"".join(segments) + AGAIN_PAUSE)
    path.chmod(0o755)


def _segment(index: int, size: int, *, flags: int) -> bytes:
    at = START + APART * index
    return struct.pack("<IIQQQQQQ", 1, flags, 0, at, at, size, size, PAGE)


@contextmanager
def process(path: Path, environ: dict[str, str]) -> Iterator[int]:
    """Give the number of a process that is in the middle of its exec right now."""
    write(path)
    for _ in range(ATTEMPTS):
        started = subprocess.Popen(
            ["/bin/sh", "-c", 'read _; exec "$0"', path],
            stdin=subprocess.PIPE,
            env=environ,
            bufsize=0,
        )
        with started, _elsewhere(started.pid):
            try:
                if _is_caught(started, path):
                    yield started.pid
                    return
            finally:
                started.kill()
    pytest.fail(f"no exec was caught in the middle, {ATTEMPTS} times")


@contextmanager
def _elsewhere(pid: int) -> Iterator[None]:
    """Keep *pid* off our processor, where it would run its exec while we wait."""
    before = os.sched_getaffinity(0)
    first, *others = sorted(before)
    os.sched_setaffinity(0, {first})
    os.sched_setaffinity(pid, others or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _is_caught(started: subprocess.Popen[bytes], path: Path) -> bool:
    assert started.stdin is not None
    assert waiting.becomes_true(lambda: b"read _" in _words(started.pid))
    started.stdin.write(b"\n")
    while bytes(path) + b"\0" != _words(started.pid):
        if proc.is_changing(started.pid):
            return True
    return False


def _words(pid: int) -> bytes:
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()
