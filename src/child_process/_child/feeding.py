"""What goes into a child's stdin by itself: `feed`.

Layer: child.
"""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import TYPE_CHECKING, Final

from child_process._values.input import pieces

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from child_process._child.writable import Writable
    from child_process._values.input import Input

__all__ = ["feed"]

PIECES_A_TURN: Final = 64
"""Pieces in a row before the loop gets its turn: 4 MiB of a file at most."""


def feed(
    loop: asyncio.AbstractEventLoop,
    stdin: Writable,
    source: Input,
    failed: Callable[[BaseException], None],
) -> asyncio.Task[None] | None:
    """Write *source* to *stdin*, as fast as the child reads, then end it.

    Returns the task that does it, where *source* is an async iterable: cancel
    it once the child has ended.

    Args:
        loop: The loop of *stdin*.
        stdin: The child's.
        source: `input=`, other than a path.
        failed: Called with what *source* raised: the child lacks the rest.
    """
    if isinstance(source, AsyncIterable):
        return loop.create_task(_feed_async(stdin, source, failed))
    feeder = _Feeder(loop, stdin, pieces(source), failed)
    stdin.on("drain", feeder.go_on)
    # It knows the child: taken out, so that no cycle is left.
    stdin.once("close", lambda: stdin.off("drain", feeder.go_on))
    feeder.go_on()
    return None


class _Feeder:
    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        stdin: Writable,
        source: Iterator[bytes],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._loop = loop
        self._stdin = stdin
        self._source = source
        self._failed = failed

    def go_on(self) -> None:
        try:
            for count, piece in enumerate(self._source, 1):
                if not self._stdin.write(piece):
                    return  # "drain" calls again; a closed stream never does
                if count == PIECES_A_TURN:
                    self._loop.call_soon(self.go_on)
                    return
        except Exception as error:  # noqa: BLE001 - whatever the caller's source raises
            self._failed(error)
        else:
            self._stdin.end()


async def _feed_async(
    stdin: Writable,
    source: AsyncIterable[str | bytes],
    failed: Callable[[BaseException], None],
) -> None:
    try:
        async for piece in source:
            if not stdin.write(piece):
                await stdin.drain()
        stdin.end()
    except BrokenPipeError:
        return  # the child wants no more
    except Exception as error:  # noqa: BLE001 - whatever the caller's source raises
        failed(error)
