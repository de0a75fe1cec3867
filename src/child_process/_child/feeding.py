"""What goes into a child's stdin by itself: `feed`.

Layer: child.
"""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import TYPE_CHECKING

from child_process._values.input import pieces

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from child_process._child.writable import Writable
    from child_process._values.input import Input

__all__ = ["feed"]


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
    iterator = pieces(source)

    def go_on() -> None:
        try:
            for piece in iterator:
                if not stdin.write(piece):
                    return  # "drain" calls again; a closed stream never does
        except Exception as error:  # noqa: BLE001 - whatever the caller's source raises
            failed(error)
        else:
            stdin.end()

    stdin.on("drain", go_on)
    go_on()
    return None


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
