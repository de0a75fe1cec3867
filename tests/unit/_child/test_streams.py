import asyncio
import os
from typing import Any

from child_process import Duplex, Readable, Writable
from child_process._child.streams import Streams
from child_process._launch.wiring import wire
from child_process._values.stdio import Slot, Stdio
from tests.support import samples


def made(stdio: Stdio) -> tuple[Streams, Any, list[int]]:
    """Return the streams for *stdio*, their wiring, and the list of those closed."""
    wiring = wire(stdio)
    closed: list[int] = []
    loop = asyncio.get_running_loop()
    return Streams(loop, stdio, wiring.ours, closed.append), wiring, closed


async def test_each_pipe_has_its_kind_of_stream() -> None:
    """0 is written, 1 and 2 are read, above it goes both ways."""
    streams, wiring, closed = made((*samples.PIPES, Slot.IGNORE, Slot.PIPE))

    kinds = [type(stream) for stream in streams.all]
    left = dict(wiring.ours)
    streams.destroy()
    wiring.close()

    assert [Writable, Readable, Readable, type(None), Duplex] == kinds
    assert {} == left
    assert [1, 2, 4] == closed
    assert streams.all[0] is streams.stdin


async def test_without_pipes_there_are_no_streams() -> None:
    """Where it is not a pipe there is None."""
    streams, wiring, _ = made(samples.QUIET)
    wiring.close()

    assert [None, None, None] == streams.all
    assert streams.stdin is None
    assert 0 == streams.bytes_read
    assert not streams.awaited


async def test_pipes_that_were_never_made_can_be_destroyed() -> None:
    """A failed start has streams too; who waits for one gets its error."""
    closed: list[int] = []
    streams = Streams(
        asyncio.get_running_loop(), (*samples.PIPES, Slot.PIPE), {}, closed.append
    )
    pulling = asyncio.ensure_future(streams.read[1].read())
    await asyncio.sleep(0)
    awaited = streams.awaited

    streams.destroy(OSError("not started"))

    assert awaited
    assert [1, 2, 3] == closed
    assert "not started" == str(
        (await asyncio.gather(pulling, return_exceptions=True))[0]
    )


async def test_bytes_of_all_streams_are_counted() -> None:
    """Silence is when none of them gives anything."""
    streams, wiring, _ = made(samples.PIPES)
    streams.uncork()
    os.write(wiring.theirs[1], b"ab")
    os.write(wiring.theirs[2], b"c")

    await asyncio.gather(streams.read[1].read(2), streams.read[2].read(1))
    total = streams.bytes_read
    streams.destroy()
    wiring.close()

    assert 3 == total


async def test_a_stream_given_to_another_child_is_lent() -> None:
    """It is not read meanwhile, and closed when the other one has ended."""
    first, wiring, closed = made(samples.PIPES)
    stdout = first.read[1]
    first.uncork()

    second = Streams(
        asyncio.get_running_loop(), (stdout, *samples.QUIET[1:]), {}, lambda index: None
    )
    stdout.resume()
    os.write(wiring.theirs[1], b"for the other")
    for _ in range(3):
        await asyncio.sleep(0)
    read = stdout.bytes_read
    second.process_ended()
    second.process_ended()
    given_back = stdout.closed
    first.destroy()
    wiring.close()

    assert 0 == read
    assert given_back
    assert [1, 2] == closed
