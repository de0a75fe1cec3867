"""A `Readable` over a real pipe, and the end that a child would write."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from child_process._child.readable import Readable
from child_process._transport.pipes import ReadPipe


class Child:
    """A stream, the end that a child would write, and what was told."""

    def __init__(self, *, uncorked: bool = True) -> None:
        loop = asyncio.get_running_loop()
        read, self.end = os.pipe()
        os.set_blocking(read, False)
        os.set_blocking(self.end, False)
        self.heard: list[Any] = []
        self.stdout = Readable(
            loop, ReadPipe(loop, read), lambda: self.heard.append("told the child")
        )
        for event in ("end", "error", "close"):
            self.stdout.on(event, lambda *args, event=event: self.heard.append(event))
        self._closed = asyncio.Event()
        self.stdout.on("close", self._closed.set)
        if uncorked:
            self.stdout.uncork()

    def says(self, data: bytes | memoryview) -> int:
        """Write *data*, or what fits of it; return how much did."""
        return os.write(self.end, data)

    def ends(self) -> None:
        """Close the stream on the child's side."""
        fd, self.end = self.end, -1
        if fd >= 0:
            os.close(fd)

    def listens(self) -> None:
        """Note each chunk."""
        self.stdout.on("data", self.heard.append)

    async def closed(self) -> None:
        """Wait until the stream was closed, and told so."""
        await self._closed.wait()


async def turns(count: int = 5) -> None:
    """Let the loop turn *count* times."""
    for _ in range(count):
        await asyncio.sleep(0)
