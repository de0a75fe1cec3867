"""What `send` answers, tells and refuses."""

import asyncio
from functools import partial
from typing import Any

import pytest

from child_process import QueueFull, fork
from tests.channel.children import (
    ECHO,
    PATIENCE,
    Script,
    closed,
    forked,
    next_event,
    raw,
    record,
)
from tests.support import programs
from tests.support.waiting import until

DEAF = "import time; time.sleep(60)"
"""A child that never reads its channel."""
READS_ALL = "while wire.recv(65536): pass"


def _note(calls: list[tuple[int, Any]], number: int, error: Any) -> None:
    calls.append((number, error))


async def called(calls: list[Any], count: int = 1) -> None:
    """Wait until a callback was called so often."""
    await until(lambda: len(calls) >= count)


# ------------------------------------------------------------ what it answers


async def test_it_is_true_while_the_peer_keeps_up(script: Script) -> None:
    """And false from so many bytes on as Node's: the message goes all the same."""
    child = raw(READS_ALL)
    await next_event(child, "spawn")
    small = child.send("x")

    answers = [child.send("x" * 100_000) for _ in range(8)]
    assert child.channel is not None
    await child.channel.drain()
    after = child.send("x")
    child.disconnect()

    assert (True, True) == (small, after)
    assert (True, False) == (answers[0], answers[-1])
    assert sorted(answers, reverse=True) == answers
    assert 0 == await closed(child)


@pytest.mark.node
async def test_a_child_that_reads_gets_all_of_it() -> None:
    """A hundred megabytes, with nothing but `drain` between."""
    child = fork(programs.path("ipc_count.js"))
    for _ in range(100):
        if not child.send("x" * 200_000):
            assert child.channel is not None
            await child.channel.drain()
    child.send("end")

    assert 100 * 200_000 == await child.receive(timeout=PATIENCE)
    assert 0 == await closed(child)


# ------------------------------------------------------------------ callbacks


async def test_the_callback_comes_on_a_later_turn(script: Script) -> None:
    """Once, with None, when the system has the message."""
    child = forked(script(ECHO))
    calls: list[Any] = []

    child.send("x", callback=calls.append)
    at_once = [*calls]
    await called(calls)
    assert "x" == await child.receive()
    child.disconnect()

    assert ([], [None]) == (at_once, calls)
    assert 0 == await closed(child)
    assert [None] == calls


async def test_callbacks_come_in_order(script: Script) -> None:
    """Also of messages that had to wait for room."""
    child = raw(READS_ALL)
    calls: list[tuple[int, Any]] = []
    for number in range(20):
        child.send("x" * 50_000, callback=partial(_note, calls, number))

    await called(calls, 20)
    child.disconnect()

    assert [(number, None) for number in range(20)] == calls
    assert 0 == await closed(child)


async def test_a_callback_can_send(script: Script) -> None:
    """And so on, without an end to the nesting."""
    child = forked(script(ECHO))
    left = 3000

    def again(error: Any) -> None:
        nonlocal left
        left -= 1
        if left:
            child.send(left, callback=again)

    child.send("first", callback=again)
    async for message in child.messages():
        if message == 1:
            break
    child.disconnect()

    assert 0 == await closed(child)


async def test_a_callback_that_raises_harms_nobody(script: Script) -> None:
    """Its exception goes to the loop's handler."""
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    troubles: list[Any] = []
    loop.set_exception_handler(lambda _, context: troubles.append(context["exception"]))
    child = forked(script(ECHO))

    child.send(1, callback=lambda error: 1 / 0)
    child.send(2)
    got = [await child.receive(), await child.receive()]
    child.disconnect()

    assert 0 == await closed(child)
    loop.set_exception_handler(handler)
    assert ([1, 2], ["ZeroDivisionError"]) == (
        got,
        [type(trouble).__name__ for trouble in troubles],
    )


async def test_a_dying_peer_answers_every_callback(script: Script) -> None:
    """Those of messages that waited, too, each once and before long."""
    child = raw(DEAF)
    await next_event(child, "spawn")
    calls: list[Any] = []
    for _ in range(50):
        child.send("x" * 50_000, callback=calls.append)
    await called(calls)

    child.kill("SIGKILL")
    await closed(child)
    await called(calls, 50)

    codes = {getattr(error, "code", None) for error in calls}
    assert {None, "ERR_IPC_CHANNEL_CLOSED"} == codes
    assert 50 == len(calls)


async def test_a_message_to_a_peer_just_gone_is_an_error(script: Script) -> None:
    """Between its end and our knowledge of it: never an exception."""
    child = raw("")
    await next_event(child, "spawn")
    told = record(child, "disconnect")
    calls: list[Any] = []
    import os

    os.waitid(os.P_PID, child.pid or 0, os.WEXITED | os.WNOWAIT)  # noqa: ASYNC222 - the loop is to stand still

    child.send("x", callback=calls.append)
    in_the_call = [*told], [*calls]
    await closed(child)
    await called(calls)

    assert ([], []) == in_the_call
    assert [("disconnect",)] == told
    assert ["ERR_IPC_CHANNEL_CLOSED"] == [error.code for error in calls]


async def test_after_a_disconnect_it_fails(script: Script) -> None:
    """False, and the error goes to the callback, else to "error"."""
    child = forked(script(ECHO))
    told = record(child, "error")
    calls: list[Any] = []
    child.disconnect()

    answers = [child.send(1), child.send(2, callback=calls.append)]
    at_once = [*told, *calls]
    assert 0 == await closed(child)
    after = child.send(3, callback=calls.append)
    await called(calls, 2)

    assert ([False, False], [], False) == (answers, at_once, after)
    assert ["ERR_IPC_CHANNEL_CLOSED"] == [error.code for _, error in told]
    assert ["ERR_IPC_CHANNEL_CLOSED"] * 2 == [error.code for error in calls]


# -------------------------------------------------------------------- drain


async def test_drain_waits_until_everything_is_taken() -> None:
    """By the system; at once where nothing waits."""
    child = raw(READS_ALL)
    assert child.channel is not None
    channel = child.channel
    await channel.drain()
    child.send("x" * 2_000_000)

    before = channel.queued
    await channel.drain()

    assert before > 0 == channel.queued
    child.disconnect()
    assert 0 == await closed(child)


async def test_drain_ends_with_the_channel() -> None:
    """A peer that dies takes nothing any more."""
    child = raw(DEAF)
    assert child.channel is not None
    child.send("x" * 2_000_000)
    draining = asyncio.ensure_future(child.channel.drain())
    await next_event(child, "spawn")

    child.kill("SIGKILL")

    async with asyncio.timeout(PATIENCE):
        await draining
    assert "SIGKILL" == await closed(child)


# ------------------------------------------------------ a peer that never reads


async def test_what_waits_is_bounded() -> None:
    """`QueueFull` says how much waits, and nothing is taken; a disconnect frees."""
    child = raw(DEAF, max_queue=1_000_000)
    await next_event(child, "spawn")
    calls: list[Any] = []

    with pytest.raises(QueueFull) as caught:  # noqa: PT012 - after how many is not known
        for _ in range(10**5):
            child.send("x" * 10_000, callback=calls.append)
    assert child.channel is not None
    channel = child.channel
    full = channel.queued

    assert caught.value.queued == full
    assert 990_000 < full <= 1_000_000 == caught.value.limit
    channel.abort()
    assert 0 == channel.queued
    await called(calls)
    child.kill("SIGKILL")
    assert "SIGKILL" == await closed(child)


async def test_one_message_always_goes() -> None:
    """Where none waits, it may be bigger than the queue."""
    child = raw(READS_ALL, max_queue=1000)

    child.send("x" * 500_000)
    assert child.channel is not None
    await child.channel.drain()
    child.disconnect()

    assert 0 == await closed(child)


async def test_others_are_not_held_up() -> None:
    """By one child that does not read."""
    deaf = raw(DEAF)
    for _ in range(20):
        deaf.send("x" * 100_000)
    echo = forked(programs.path("ipc_echo.py"))
    echo.send(1)

    assert 1 == await echo.receive(timeout=PATIENCE)
    echo.disconnect()
    deaf.kill("SIGKILL")

    assert (0, "SIGKILL") == (await closed(echo), await closed(deaf))


async def test_a_disconnect_waits_for_a_slow_reader() -> None:
    """It is not the end until it has read."""
    child = raw(
        "wire.recv(1); got = 1\nwhile data := wire.recv(65536): got += len(data)\nprint(got)",
        stdio=["ignore", "pipe", "inherit", "ipc"],
    )
    assert child.stdout is not None

    child.send("x" * 3_000_000)
    child.disconnect()

    assert "3000003\n" == await child.stdout.text()
    assert 0 == await closed(child)
