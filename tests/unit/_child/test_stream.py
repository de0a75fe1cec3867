import asyncio
import os
from typing import Any

import pytest

from child_process._child.stream import HIGH_WATER
from child_process._transport.pipes import READ_SIZE
from tests.support.streams import turns

EURO = "€".encode()


# Listened to


async def test_a_listener_gets_chunks_as_they_come(new: Any) -> None:
    """Then "end", then "close"."""
    child = new()
    child.listens()

    child.says(b"a")
    await turns()
    child.says(b"b")
    child.ends()
    await child.closed()

    assert [b"a", b"b", "end", "close", "told the child"] == child.heard


async def test_a_listener_may_come_before_the_start(new: Any) -> None:
    """It gets everything, once the program runs."""
    child = new(uncorked=False)
    child.listens()
    child.says(b"a")
    await turns()
    before = [*child.heard]

    child.stdout.uncork()
    child.ends()
    await child.closed()

    assert [] == before
    assert [b"a", "end", "close", "told the child"] == child.heard


async def test_a_listener_gets_text_once_an_encoding_is_set(new: Any) -> None:
    """Half a character at the end is U+FFFD."""
    child = new()
    child.stdout.set_encoding("utf-8")
    child.listens()

    child.says(EURO[:2])
    await turns()
    child.says(EURO[2:] + EURO[:1])
    child.ends()
    await child.closed()

    assert ["€", "\ufffd", "end", "close", "told the child"] == child.heard


async def test_a_pause_makes_the_child_wait(new: Any) -> None:
    """Nothing is read meanwhile; `resume` goes on, and nothing is lost."""
    child = new()
    child.listens()
    child.stdout.pause()

    child.says(b"a")
    await turns()
    while_paused = ([*child.heard], child.stdout.bytes_read)
    child.stdout.resume()
    child.ends()
    await child.closed()

    assert ([], 0) == while_paused
    assert [b"a", "end", "close", "told the child"] == child.heard


async def test_a_listener_may_pause_in_the_middle(new: Any) -> None:
    """The chunk after it stays in the pipe."""
    child = new()
    child.stdout.on("data", lambda chunk: child.stdout.pause())
    child.listens()

    child.says(bytes(READ_SIZE))
    await turns()
    heard = len(child.heard)
    child.says(b"x")
    await turns()

    assert 1 == heard == len(child.heard)
    assert READ_SIZE == child.stdout.bytes_read


async def test_without_a_listener_resume_throws_away(new: Any) -> None:
    """As in Node: "end" is reached all the same."""
    child = new()
    child.stdout.resume()

    child.says(b"a")
    child.ends()
    await child.closed()

    assert ["end", "close", "told the child"] == child.heard
    assert 1 == child.stdout.bytes_read


async def test_reading_a_stream_whose_process_ended(new: Any) -> None:
    """What nobody reads is kept, so much and no more; a later reader gets it."""
    child = new()
    written = child.says(b"x" * 65536)

    child.stdout.settle()
    await turns()
    child.ends()
    await turns()
    kept = (child.stdout.bytes_read, child.stdout.closed, [*child.heard])
    data = await child.stdout.read()

    assert (written, True, ["told the child"]) == kept
    assert b"x" * written == data
    assert ["told the child", "end", "close"] == child.heard


async def test_not_everything_is_kept(new: Any) -> None:
    """Beyond the high-water mark the rest stays in the pipe."""
    child = new()
    child.stdout.settle()
    written = 0
    for _ in range(10):
        try:
            written += child.says(bytes(READ_SIZE))
        except BlockingIOError:
            break
        await turns()

    assert HIGH_WATER < child.stdout.bytes_read < written
    assert not child.stdout.closed


async def test_a_late_listener_gets_what_was_kept(new: Any) -> None:
    """On the next turn of the loop, "end" after it."""
    child = new()
    child.says(b"a")
    child.ends()
    child.stdout.settle()
    await turns()

    child.listens()
    at_once = [*child.heard]
    await child.closed()

    assert ["told the child"] == at_once
    assert ["told the child", b"a", "end", "close"] == child.heard


async def test_a_sink_gets_everything_as_bytes(new: Any) -> None:
    """Besides a "data" listener, which gets text; what was kept comes first."""
    child = new()
    kept: list[bytes] = []
    child.says(b"a")
    child.stdout.settle()
    await turns()

    child.stdout.listen(kept.append)
    child.stdout.set_encoding("utf-8")
    child.listens()
    child.says(b"b")
    child.ends()
    await child.closed()

    assert [b"a", b"b"] == kept
    assert ["b", "end", "close", "told the child"] == child.heard


async def test_a_paused_sink_makes_the_child_wait(new: Any) -> None:
    """`resume` goes on."""
    child = new()
    kept: list[bytes] = []
    child.stdout.listen(kept.append)
    child.stdout.pause()
    child.says(b"a")
    await turns()
    while_paused = [*kept]

    child.stdout.resume()
    await turns()

    assert [] == while_paused
    assert [b"a"] == kept


# Ended by us


async def test_destroying_loses_what_was_not_read(new: Any) -> None:
    """There is no "end", since it was not reached."""
    child = new()
    child.says(b"a")

    child.stdout.destroy()
    child.stdout.destroy()

    assert ["close", "told the child"] == child.heard
    assert -1 == child.stdout.fileno()
    assert b"" == await child.stdout.read()


async def test_an_error_is_raised_and_told(new: Any) -> None:
    """Who waits gets it raised, and so does who comes later."""
    child = new()
    pulling = asyncio.ensure_future(child.stdout.read())
    await turns()

    child.stdout.destroy(OSError("gone"))

    for reading in (pulling, child.stdout.text()):
        with pytest.raises(OSError, match="gone"):
            await reading
    assert ["error", "close", "told the child"] == child.heard


async def test_a_descriptor_that_cannot_be_read_is_an_error(new: Any) -> None:
    """A terminal that is gone says EIO: it is told, and the stream closed."""
    child = new()
    ours, theirs = os.openpty()
    os.dup2(ours, child.stdout.fileno())
    os.close(ours)
    os.close(theirs)

    child.listens()
    await child.closed()

    assert ["error", "close", "told the child"] == child.heard


# Lent to another child


async def test_a_lent_stream_is_not_read(new: Any) -> None:
    """Its descriptor is another child's stdin."""
    child = new()
    child.stdout.lend()
    child.listens()
    child.says(b"a")
    await turns()

    assert 0 == child.stdout.bytes_read


async def test_a_stream_that_was_given_back_is_closed(new: Any) -> None:
    """Unless somebody wants to read on: then the writer gets its SIGPIPE."""
    unread, listened = new(), new()
    for child in (unread, listened):
        child.stdout.lend()
    listened.listens()
    listened.says(b"a")

    for child in (unread, listened):
        child.stdout.give_back()
    await turns()

    assert unread.stdout.closed
    assert not listened.stdout.closed
    assert [b"a"] == listened.heard
