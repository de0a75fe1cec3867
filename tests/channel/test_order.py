"""The order of a channel's events."""

import asyncio
import os
from typing import Any

import pytest

from child_process import ChildProcess, fork, spawn
from tests.channel.children import (
    ECHO,
    Script,
    closed,
    forked,
    names,
    next_event,
    raw,
    record,
)
from tests.support import programs

ORDER = ["spawn", "message", "message", "message", "disconnect", "exit", "close"]
TELLS = "from child_process import process\nfor n in range(3): process.send(n)\n"


async def test_messages_come_before_the_rest(script: Script) -> None:
    """message*, disconnect, exit, close: each once."""
    for _ in range(5):
        child = forked(script(TELLS))
        told = record(child)

        await closed(child)

        assert ORDER == names(told)


@pytest.mark.node
async def test_messages_of_a_node_child_come_before_the_rest(script: Script) -> None:
    """The same, however it ends."""
    source = "for (let n = 0; n < 3; n++) process.send(n);"
    for end in "", "process.disconnect();", "process.exitCode = 3;":
        child = fork(script(source + end, "child.js"))
        told = record(child)

        await closed(child)

        assert ORDER == names(told)


async def test_a_child_that_is_killed_has_the_same_order(script: Script) -> None:
    """What it said is heard before the word that it went."""
    source = TELLS + "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    child = forked(script(source))
    told = record(child)

    assert "SIGKILL" == await closed(child)
    assert ORDER == names(told)


async def test_a_busy_parent_has_the_same_order(script: Script) -> None:
    """Also when everything is there at once, when it looks."""
    child = forked(script(TELLS))
    await next_event(child, "spawn")
    told = record(child)

    ended = os.WEXITED | os.WNOWAIT
    os.waitid(os.P_PID, child.pid or 0, ended)  # noqa: ASYNC222 - the loop is to stand still
    await closed(child)

    assert ORDER[1:] == names(told)


async def test_our_disconnect_is_told_on_a_later_turn(script: Script) -> None:
    """A listener that is added right after the call hears of it, once."""
    child = forked(script(ECHO))
    await next_event(child, "spawn")

    child.disconnect()
    told = record(child)

    assert (False, None, []) == (child.connected, child.channel, told)
    assert 0 == await closed(child)
    assert ["disconnect", "exit", "close"] == names(told)


async def test_a_second_disconnect_is_an_error_event(script: Script) -> None:
    """With Node's code; nothing else happens."""
    child = forked(script(ECHO))
    told = record(child)

    child.disconnect()
    child.disconnect()

    assert 0 == await closed(child)
    assert ["error", "disconnect"] == sorted(
        {*names(told)} & {"error", "disconnect"}, reverse=True
    )
    assert ["ERR_IPC_DISCONNECTED"] == [
        event[1].code for event in told if event[0] == "error"
    ]


async def test_a_disconnect_in_a_listener_loses_no_message() -> None:
    """Those that came with it are heard before "disconnect"."""
    child = raw(r"wire.sendall(b'0\n1\n2\n'); wire.recv(1)")
    told = record(child)
    child.once("message", lambda *_: child.disconnect())

    assert 0 == await closed(child)
    assert ORDER == names(told)


async def test_a_listener_that_raises_harms_no_other(script: Script) -> None:
    """Its exception goes to the loop's handler, as from any callback."""
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    troubles: list[Any] = []
    loop.set_exception_handler(lambda _, context: troubles.append(context["exception"]))
    child = forked(script(TELLS))
    child.on("message", lambda message, handle: 1 / message)
    told = record(child)
    child.on("disconnect", lambda: int("x"))

    assert 0 == await closed(child)
    loop.set_exception_handler(handler)

    assert ORDER == names(told)
    assert [ZeroDivisionError, ValueError] == [type(trouble) for trouble in troubles]


async def test_async_listeners_start_in_order(script: Script) -> None:
    """Each message is a task; they begin in the order of the messages."""
    child = forked(script(TELLS))
    begun: list[int] = []
    ended: list[int] = []
    after = [asyncio.Event() for _ in range(4)]
    after[3].set()

    async def listen(message: int, handle: object) -> None:
        begun.append(message)
        await after[message + 1].wait()
        ended.append(message)
        after[message].set()

    child.on("message", listen)
    assert 0 == await closed(child)
    await after[0].wait()

    assert ([0, 1, 2], [2, 1, 0]) == (begun, ended)


async def test_close_waits_for_the_channel_that_a_grandchild_holds() -> None:
    """As for any other stream: it may still have something to say."""
    child = raw(
        r"""
        if os.fork() == 0:
            wire.recv(1)
            wire.sendall(b'"late"\n')
        """
    )
    told = record(child)
    await next_event(child, "exit")

    child.send(1)
    await closed(child)

    assert ["spawn", "exit", "message", "disconnect", "close"] == names(told)


async def test_the_last_words_of_who_leaves_data_unread() -> None:
    """They arrive, and so does the end, though the socket was reset meanwhile."""
    child = raw(
        r"""
        import select
        select.select([wire], [], [])
        wire.sendall(b'"last"\n')
        """
    )
    told = record(child)
    await next_event(child, "spawn")

    child.send(1)
    wait_blocking(child)
    await closed(child)

    assert ["spawn", "message", "disconnect", "exit", "close"] == names(told)


async def test_a_socket_whose_reader_left_data_unread() -> None:
    """A duplex stream that is read through to its end, which is a reset."""
    script = "read -r line <&3; echo last >&3"
    child = spawn("sh", ["-c", script], stdio=["ignore", "inherit", "inherit", "pipe"])
    stream: Any = child.stdio[3]
    chunks = record(stream, "data", "end")
    await next_event(child, "spawn")

    stream.write(b"line\nunread\n")
    wait_blocking(child)
    await closed(child)

    assert [("data", b"last\n"), ("end",)] == chunks


def wait_blocking(child: ChildProcess) -> None:
    """Wait for the exit of *child* while the loop does nothing."""
    assert child.pid is not None
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)


async def test_a_grandchild_that_never_stops_does_not_hold_the_loop() -> None:
    """At the exit is read what the child had sent, not what comes for ever."""
    child = raw(
        r"""
        if os.fork():
            wire.recv(1)
            os._exit(0)
        while True:
            wire.sendall(b'[1]\n' * 10_000)
        """
    )
    child.on("message", lambda *_: None)
    await next_event(child, "spawn")
    child.send(1)

    async with asyncio.timeout(10):
        await child.wait()
    assert child.channel is not None
    child.channel.abort()

    assert 0 == await closed(child)


async def test_a_half_closed_channel_is_closed() -> None:
    """As in Node: who says no more is not listened to either."""
    child = raw(r"wire.sendall(b'1\n'); wire.shutdown(socket.SHUT_WR); wire.recv(1)")
    told = record(child)

    assert 0 == await closed(child)
    assert ["spawn", "message", "disconnect", "exit", "close"] == names(told)


async def test_the_echo_program_keeps_the_order_of_both_directions() -> None:
    """Messages of all sizes, as they were sent."""
    child = forked(programs.path("ipc_echo.py"))
    sent = [[number, "x" * (number * 7919 % 90_000)] for number in range(60)]
    for message in sent:
        child.send(message)

    got = [await child.receive() for _ in sent]
    child.disconnect()

    assert sent == got
    assert 0 == await closed(child)
