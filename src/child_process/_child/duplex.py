"""A descriptor of the child above 2, which goes both ways: `Duplex`.

Layer: child.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from child_process._child.readable import Readable
from child_process._child.writable import Writable
from child_process._transport.pipes import socket_pipes

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from child_process._child.writable import Data

__all__ = ["Duplex"]


class Duplex(Readable):
    """A socket between us and the child: a `Readable` that can be written too.

    Events: those of `Readable`, and ``drain`` and ``finish`` of `Writable`.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, fd: int, on_closed: Callable[[], None]
    ) -> None:
        reader, writer = socket_pipes(loop, fd)
        super().__init__(loop, reader, on_closed)
        self._writer = Writable(loop, writer)
        for event in ("drain", "finish", "error"):
            self._writer.on(event, partial(self.deliver, event))

    def write(self, data: Data) -> bool:
        """Write *data*; see `Writable.write`."""
        return self._writer.write(data)

    def end(self, data: Data | None = None) -> None:
        """Write *data* and no more; reading goes on. See `Writable.end`."""
        self._writer.end(data)

    async def drain(self) -> None:
        """Wait until all is written; see `Writable.drain`."""
        await self._writer.drain()

    def settle(self) -> None:
        """Read on to the end; what was not written yet is thrown away."""
        super().settle()
        self._writer.destroy()

    def destroy(self, error: BaseException | None = None) -> None:
        """Close both ways; what was not read or written is lost."""
        self._writer.destroy()
        super().destroy(error)
