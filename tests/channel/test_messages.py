"""How messages are taken: listeners, `receive`, `messages`."""

import asyncio

import pytest

from child_process import ChannelClosed, fork
from tests.channel.children import (
    ECHO,
    PATIENCE,
    Script,
    closed,
    finished,
    forked,
    heard,
    next_event,
    raw,
    record,
)
from tests.support import programs
from tests.support.waiting import until

TELLS = "from child_process import process\nfor n in range({}): process.send(n)\n"


async def test_a_late_listener_hears_what_came_before(script: Script) -> None:
    """In order, before what comes later; also when the child is long gone."""
    child = forked(script(TELLS.format(5)))
    assert 0 == await closed(child)

    told = record(child, "message")
    assert [] == told
    await until(lambda: len(told) == 5)

    assert [0, 1, 2, 3, 4] == [message for _, message, _ in told]


async def test_once_takes_one_of_those_that_wait(script: Script) -> None:
    """The others go on waiting."""
    child = forked(script(TELLS.format(3)))
    assert 0 == await closed(child)

    message, handle = await next_event(child, "message")

    assert (0, None) == (message, handle)
    assert [1, 2] == await heard(child)


async def test_every_listener_hears_every_message(script: Script) -> None:
    """As of any event."""
    child = forked(script(TELLS.format(2)))
    first, second = record(child, "message"), record(child, "message")

    assert 0 == await closed(child)
    assert [("message", 0, None), ("message", 1, None)] == first == second


async def test_receive_takes_the_next(script: Script) -> None:
    """One after the other; at the end it raises."""
    child = forked(script(TELLS.format(2)))

    got = [await child.receive(), await child.receive()]

    assert [0, 1] == got
    with pytest.raises(ChannelClosed):
        await child.receive()
    assert 0 == await closed(child)


async def test_receive_that_matches_leaves_the_others(script: Script) -> None:
    """In their order, for whoever wants them."""
    child = forked(script(TELLS.format(5)))

    got = await child.receive(lambda message: message == 3)

    assert 3 == got
    assert ([0, 1, 2, 4], 0) == await finished(child)


async def test_receive_gives_up_after_its_timeout(script: Script) -> None:
    """A message that comes later is not lost on it."""
    child = forked(script(ECHO))

    with pytest.raises(TimeoutError, match=r"no such message came within 0.05 seconds"):
        await child.receive(timeout=0.05)
    child.send(1)

    assert 1 == await child.receive(timeout=PATIENCE)
    child.disconnect()
    assert 0 == await closed(child)


async def test_receive_with_handles_gives_pairs(script: Script) -> None:
    """The handle is None where none came."""
    child = forked(script(TELLS.format(1)))

    message, handle = await child.receive(handles=True)

    assert (0, None, 0) == (message, handle, await closed(child))


async def test_several_wait_in_the_order_in_which_they_came(script: Script) -> None:
    """Each takes one; listeners get what is left."""
    child = forked(script(ECHO))
    told = record(child, "message")
    waiting = [asyncio.ensure_future(child.receive()) for _ in range(3)]
    await asyncio.sleep(0)
    for number in range(4):
        child.send(number)

    got = await asyncio.gather(*waiting)
    await until(lambda: told)
    child.disconnect()

    assert ([0, 1, 2], [("message", 3, None)]) == (got, told)
    assert 0 == await closed(child)


async def test_a_match_that_raises_raises_where_it_was_written(script: Script) -> None:
    """The message goes to the next, and messages flow on both ways."""
    child = forked(script(ECHO))

    waiting = asyncio.ensure_future(child.receive(lambda message: message["type"]))
    await asyncio.sleep(0)
    child.send({"other": 1})
    with pytest.raises(KeyError):
        await waiting
    child.send("more")

    assert [{"other": 1}, "more"] == [await child.receive(), await child.receive()]
    child.disconnect()
    assert 0 == await closed(child)


async def test_a_message_of_a_cancelled_receive_is_the_next_ones() -> None:
    """It came, and was given, in the moment of the cancellation."""
    child = raw(r"wire.sendall(b'1\n2\n'); wire.recv(1); wire.sendall(b'3\n')")
    receiving = asyncio.ensure_future(child.receive())
    told: list[int] = []

    def listen(message: int, handle: object) -> None:
        told.append(message)
        receiving.cancel()  # it has the first, and does not know yet

    child.on("message", listen)
    await asyncio.wait([receiving])
    await until(lambda: len(told) == 2)
    child.send("go on")

    assert 0 == await closed(child)
    assert receiving.cancelled()
    assert [2, 1, 3] == told


async def test_messages_end_with_the_channel(script: Script) -> None:
    """``async for`` gives all of them and stops."""
    child = forked(script(TELLS.format(4)))

    got = [message async for message in child.messages()]

    assert [0, 1, 2, 3] == got
    assert 0 == await closed(child)


async def test_breaking_off_messages_loses_none(script: Script) -> None:
    """What was not taken is there for the next."""
    child = forked(script(TELLS.format(4)))

    async for message in child.messages():
        if message == 1:
            break

    assert ([2, 3], 0) == await finished(child)


@pytest.mark.node
async def test_messages_of_a_node_child(script: Script) -> None:
    """They are taken in the same ways."""
    child = fork(programs.path("ipc_echo.js"))
    for number in range(4):
        child.send({"n": number})

    third = await child.receive(lambda message: message["n"] == 2)
    others = [await child.receive() for _ in range(3)]
    child.disconnect()

    assert ({"n": 2}, [{"n": 0}, {"n": 1}, {"n": 3}]) == (third, others)
    assert 0 == await closed(child)


async def test_one_that_waits_does_not_weigh_for_what_passes() -> None:
    """More than a mailbox holds goes by it, message by message."""
    child = raw(
        r"""
        wire.sendall(b'"stays"\n')
        for number in range(300):
            wire.sendall(b'"' + b'x' * 100_000 + b'"\n')
        wire.sendall(b'"end"\n')
        """
    )

    while await child.receive(lambda message: message != "stays") != "end":
        pass

    assert (["stays"], 0) == await finished(child)


async def test_messages_that_nobody_takes_make_the_child_wait(script: Script) -> None:
    """Not more than a mailbox full is read; then everything flows again."""
    source = """
    import os
    from child_process import process
    for number in range(40):
        process.send("x" * 1_000_000)
    print("sent", flush=True)
    """
    child = forked(script(source), stdio=["ignore", "pipe", "inherit", "ipc"])
    assert child.channel is not None
    channel = child.channel
    await until(lambda: channel.mailbox.full)

    waits = child.exit_code is None and len(channel.mailbox._queue)
    sizes = [len(message) for message in await heard(child)]

    assert 0 < waits < 20
    assert [1_000_000] * 40 == sizes
    assert 0 == await closed(child)


async def test_waiting_on_a_child_that_ends_raises(script: Script) -> None:
    """Everybody who waits learns that nothing will come."""
    child = forked(script(""))
    waiting = [
        asyncio.ensure_future(child.receive()),
        asyncio.ensure_future(child.receive(lambda message: True, timeout=PATIENCE)),
    ]

    await asyncio.wait(waiting)

    assert ["ChannelClosed"] * 2 == [type(one.exception()).__name__ for one in waiting]
    assert 0 == await closed(child)


async def test_who_waits_is_not_stuck_behind_what_nobody_takes(script: Script) -> None:
    """A mailbox full of other messages does not keep it from its own."""
    source = """
    from child_process import process
    @process.on_request
    def answer(message):
        for number in range(2000):
            process.send(["note", number])
        return "answer"
    """
    child = forked(script(source))

    answers = [await child.request(number, timeout=PATIENCE) for number in range(2)]
    last = await child.receive(lambda note: note[1] == 1999, timeout=PATIENCE)
    child.disconnect()

    assert (["answer"] * 2, ["note", 1999]) == (answers, last)
    assert ([["note", number] for number in range(1999)]) == (await heard(child))[:1999]
    assert 0 == await closed(child)
