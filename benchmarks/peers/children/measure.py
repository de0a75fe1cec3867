"""A forked child that tells how much came, and how much it grew itself.

It answers a number by the number, big data by its size in bytes, and "growth" by
how many bytes its memory grew at the most since the last "begin".
"""

from __future__ import annotations

from typing import Any

from benchmarks.peers import gauges
from child_process import process

before = 0


def on_message(message: Any, buffers: tuple[memoryview, ...] | None) -> None:
    global before  # noqa: PLW0603 - a program, not a module
    if message == "begin":
        before = gauges.resident()
    elif message == "growth":
        message = gauges.peak() - before
    elif buffers:
        message = len(buffers[0])
    elif isinstance(message, bytes):
        message = len(message)
    process.send(message)


process.on("message", on_message)
