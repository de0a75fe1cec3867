import asyncio
from contextlib import suppress
from typing import Any

import pytest

from child_process._child.stream import READS_A_TURN
from child_process._transport.pipes import READ_SIZE
from tests.support.streams import turns

EURO = "€".encode()


async def test_chunks_are_pulled_until_the_end(new: Any) -> None:
    """As they come; then the iteration ends, and "end" and "close" are told."""
    child = new()

    child.says(b"a")
    first = await anext(child.stdout)
    child.says(b"b")
    second = await anext(child.stdout)
    child.ends()
    rest = [chunk async for chunk in child.stdout]

    assert (b"a", b"b", []) == (first, second, rest)
    assert ["told the child", "end", "close"] == child.heard
    assert child.stdout.closed
    assert child.stdout.ended
    assert 2 == child.stdout.bytes_read


async def test_nothing_is_read_before_somebody_asks(new: Any) -> None:
    """A slow reader makes the child wait: there is no queue."""
    child = new()

    child.says(bytes(1000))
    await turns()

    assert 0 == child.stdout.bytes_read


async def test_a_pull_waits_for_data(new: Any) -> None:
    """The loop goes on meanwhile."""
    child = new()
    pulling = asyncio.ensure_future(child.stdout.read(1))
    await turns()
    waited = (pulling.done(), child.stdout.awaited)

    child.says(b"a")

    assert (False, True) == waited
    assert b"a" == await pulling


async def test_a_pull_before_the_start_waits_for_it(new: Any) -> None:
    """Nothing is given out before "spawn" was told."""
    child = new(uncorked=False)
    child.says(b"a")
    pulling = asyncio.ensure_future(child.stdout.read(1))
    await turns()
    waited = not pulling.done()

    child.stdout.uncork()

    assert waited
    assert b"a" == await pulling


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param([2, 2], [b"ab", b"cd"], id="exact"),
        pytest.param([3, 3], [b"abc", b"d"], id="fewer at the end"),
        pytest.param([0, -1], [b"", b"abcd"], id="none, then all"),
        pytest.param([9, 9], [b"abcd", b""], id="more than there is"),
    ],
)
async def test_so_many_bytes_are_read(
    new: Any, sizes: list[int], expected: list[bytes]
) -> None:
    """What was read too far is given out next."""
    child = new()
    child.says(b"abcd")
    child.ends()

    assert expected == [await child.stdout.read(size) for size in sizes]


async def test_text_and_lines_are_read(new: Any) -> None:
    """Both decode; a line ends at LF only."""
    one, other = new(), new()
    for child in (one, other):
        child.says(b"a\r\nb\xff")
        child.ends()

    text = await one.stdout.text()
    lines = [line async for line in other.stdout.lines()]

    assert "a\r\nb\ufffd" == text
    assert ["a", "b\ufffd"] == lines


async def test_chunks_are_text_once_an_encoding_is_set(new: Any) -> None:
    """A character that is split over chunks comes whole."""
    child = new()
    child.stdout.set_encoding("utf-8")

    child.says(b"a" + EURO[:1])
    first = await anext(child.stdout)
    child.says(EURO[1:] + EURO[:2])
    second = await anext(child.stdout)
    child.ends()
    rest = [text async for text in child.stdout]

    assert ("a", "€", ["\ufffd"]) == (first, second, rest)


async def test_an_encoding_is_taken_back(new: Any) -> None:
    """None makes chunks bytes again."""
    child = new()
    child.stdout.set_encoding("utf-8").set_encoding(None)
    child.says(b"a")

    assert b"a" == await anext(child.stdout)


async def test_a_stream_has_one_reader(new: Any) -> None:
    """Two that pull at once, or one that pulls what another listens to, are an error."""
    child, other = new(), new()
    pulling = asyncio.ensure_future(child.stdout.read())
    await turns()
    other.listens()

    with pytest.raises(RuntimeError, match="another task"):
        await child.stdout.read()
    with pytest.raises(RuntimeError, match='"data" listener'):
        await other.stdout.read()
    child.ends()
    await pulling


async def test_a_child_that_is_always_ahead_does_not_stop_the_loop(new: Any) -> None:
    """After so many reads in a row the loop gets its turn."""
    child = new()
    turned = asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)

    reads = 0
    while not turned.is_set():
        child.says(b"x")
        await child.stdout.read(1)
        reads += 1

    assert READS_A_TURN <= reads <= READS_A_TURN + 1


async def test_leaving_off_in_the_middle_is_noticed(new: Any) -> None:
    """Whoever owns the child can stop it then."""
    child = new()
    child.says(b"abc")
    before = child.stdout.abandoned

    await child.stdout.read(1)
    middle = child.stdout.abandoned
    child.ends()
    await child.stdout.read()

    assert (False, True, False) == (before, middle, child.stdout.abandoned)


async def test_lines_of_any_length_come_whole(new: Any) -> None:
    """A line longer than the pipe is put together."""
    child = new()
    reading = asyncio.ensure_future(anext(child.stdout.lines()))

    left = memoryview(b"x" * 10 * READ_SIZE + b"\n")
    while left:
        with suppress(BlockingIOError):
            left = left[child.says(left) :]
        await turns(2)

    assert 10 * READ_SIZE == len(await reading)
