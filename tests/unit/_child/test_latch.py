import asyncio

import pytest

from child_process._child.latch import Latch


async def test_everybody_is_let_through_when_it_opens() -> None:
    """Those who wait, and those who come later."""
    latch = Latch(asyncio.get_running_loop())
    waiting = [asyncio.ensure_future(latch.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    before = (bool(latch), latch.awaited, [task.done() for task in waiting])

    latch.open()
    latch.open()
    answers = await asyncio.gather(*waiting)

    assert (False, True, [False] * 3) == before
    assert [True] * 3 == answers
    assert await latch.wait()
    assert (True, False) == (bool(latch), latch.awaited)


async def test_one_who_gives_up_does_not_take_the_others_along() -> None:
    """A cancelled wait is nobody else's affair."""
    latch = Latch(asyncio.get_running_loop())
    one, other = (asyncio.ensure_future(latch.wait()) for _ in range(2))
    await asyncio.sleep(0)

    one.cancel()
    await asyncio.wait([one])
    latch.open()

    assert one.cancelled()
    assert await other


async def test_waiting_has_a_bound() -> None:
    """False says that it is still closed."""
    latch = Latch(asyncio.get_running_loop())

    in_vain = await latch.wait(0.01)
    asyncio.get_running_loop().call_soon(latch.open)
    in_time = await latch.wait(60)

    assert not in_vain
    assert in_time


async def test_opening_and_giving_up_at_the_same_time_is_no_error() -> None:
    """Both come in one turn of the loop."""
    latch = Latch(asyncio.get_running_loop())
    task = asyncio.ensure_future(latch.wait(0))
    await asyncio.sleep(0)

    await asyncio.sleep(0)
    latch.open()

    assert await task


async def test_a_wait_that_cannot_be_cut_short() -> None:
    """A cancellation, twice even, is raised once it has opened."""
    latch = Latch(asyncio.get_running_loop())
    task = asyncio.ensure_future(latch.wait_whatever_happens())
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.sleep(0)
    still = not task.done()

    latch.open()

    assert still
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_open_latch_holds_nobody() -> None:
    """There is nothing to wait for."""
    latch = Latch(asyncio.get_running_loop())
    latch.open()

    await latch.wait_whatever_happens()

    assert latch
