"""Lines of several streams as they come: `Line`, `merged_lines`.

Layer: child.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from child_process._protocol.decoding import LineSplitter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from child_process._child.readable import Readable

    Name = Literal["stdout", "stderr"]

__all__ = ["Line", "merged_lines"]

WAITING_LINES: Final = 1000
"""Lines that wait to be taken before both streams are paused."""

_NAMES: Final[dict[int, Name]] = {1: "stdout", 2: "stderr"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a child's output.

    Attributes:
        stream: Where it was written, "stdout" or "stderr".
        text: The line, without its end.
        time: Seconds from the child's start to the line's arrival.
    """

    stream: Literal["stdout", "stderr"]
    text: str
    time: float


async def merged_lines(
    loop: asyncio.AbstractEventLoop,
    streams: Mapping[int, Readable],
    encoding: str,
    start: float,
) -> AsyncIterator[Line]:
    """Iterate over the lines of stdout and stderr among *streams*."""
    merged = _Merged(loop, encoding, start)
    for index, name in _NAMES.items():
        if index in streams:
            merged.add(name, streams[index])
    try:
        while await merged.more():
            while merged.waiting:
                yield merged.waiting.popleft()
    finally:
        merged.leave()


class _Merged:
    """The lines that wait, and the streams they come from."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, encoding: str, start: float
    ) -> None:
        self.waiting: deque[Line] = deque()
        self._loop = loop
        self._encoding = encoding
        self._start = start
        self._news = asyncio.Event()
        self._streams: list[Readable] = []
        self._open = 0

    def add(self, name: Name, stream: Readable) -> None:
        splitter = LineSplitter()
        self._streams.append(stream)
        self._open += 1
        stream.begin_pull()
        stream.listen(partial(self._chunk, name, splitter))
        if stream.closed:
            self._end(name, splitter)
        else:
            stream.once("close", partial(self._end, name, splitter))

    async def more(self) -> bool:
        """Wait for lines; False says that all streams have ended.

        Raises:
            SpawnError: The child could not be started.
            OSError: Reading failed.
        """
        while self._open and not self.waiting:
            for stream in self._streams:
                if stream.is_paused:
                    stream.resume()
            self._news.clear()
            await self._news.wait()
        for stream in self._streams:
            stream.read_or_raise()
        return bool(self.waiting)

    def leave(self) -> None:
        """Take nothing more: what comes stays in the pipe."""
        for stream in self._streams:
            stream.listen(None)

    def _chunk(self, name: Name, splitter: LineSplitter, chunk: bytes) -> None:
        self._queue(name, splitter.feed(chunk))
        if len(self.waiting) > WAITING_LINES:
            for stream in self._streams:
                stream.pause()

    def _end(self, name: Name, splitter: LineSplitter) -> None:
        self._open -= 1
        self._queue(name, splitter.end())

    def _queue(self, name: Name, lines: list[bytes]) -> None:
        time = self._loop.time() - self._start
        self.waiting.extend(
            Line(name, line.decode(self._encoding, "replace"), time) for line in lines
        )
        self._news.set()
