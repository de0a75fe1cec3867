"""The streams of a child, from its stdio: `Streams`.

Layer: child.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from child_process._child.duplex import Duplex
from child_process._child.readable import Readable
from child_process._child.writable import Writable
from child_process._transport.pipes import ReadPipe, WritePipe
from child_process._values.stdio import Slot

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, MutableMapping

    from child_process._values.stdio import Stdio

    Stream = Readable | Writable

__all__ = ["Streams"]


class Streams:
    """Our ends of a child's pipes.

    Args:
        loop: The loop that reads and writes them.
        stdio: What each descriptor of the child is.
        fds: Our ends, by the child's number; they are taken out. One that is
            missing was never made: its stream is closed from the beginning.
        on_closed: Called with the number of a stream that closed and was read.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        stdio: Stdio,
        fds: MutableMapping[int, int],
        on_closed: Callable[[int], None],
    ) -> None:
        self.all: list[Stream | None] = []
        self.read: dict[int, Readable] = {}
        self.lent = [slot for slot in stdio if isinstance(slot, Readable)]
        for index, slot in enumerate(stdio):
            stream: Stream | None = None
            if slot is Slot.PIPE:
                fd = fds.pop(index, -1)
                if index == 0:
                    stream = Writable(loop, WritePipe(loop, fd))
                else:
                    told = partial(on_closed, index)
                    stream = self.read[index] = (
                        Readable(loop, ReadPipe(loop, fd), told)
                        if index <= 2  # noqa: PLR2004 - stdout and stderr
                        else Duplex(loop, fd, told)
                    )
            self.all.append(stream)
        for readable in self.lent:
            readable.lend()

    @property
    def stdin(self) -> Writable | None:
        """The stream of descriptor 0, if it is a pipe."""
        stream = self.all[0]
        return stream if isinstance(stream, Writable) else None

    @property
    def bytes_read(self) -> int:
        """How many bytes of all streams have been read."""
        return sum(stream.bytes_read for stream in self.read.values())

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for a chunk of one."""
        return any(stream.awaited for stream in self.read.values())

    def uncork(self) -> None:
        """Begin to read: the program runs."""
        for stream in self.read.values():
            stream.uncork()

    def process_ended(self) -> None:
        """Read what is left of unread streams; hand back those lent to it."""
        for stream in self.read.values():
            stream.settle()
        for readable in self.lent:
            readable.give_back()
        self.lent = []

    def destroy(self, error: BaseException | None = None) -> None:
        """Close everything; what was not read is lost.

        Args:
            error: What readers get raised.
        """
        for stream in self.read.values():
            stream.destroy(error)
        if self.stdin is not None:
            self.stdin.destroy()
