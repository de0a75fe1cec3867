"""What `send` refuses, and what it does not mind."""

from typing import Any

import pytest

from child_process import NotSerializable
from tests.channel.children import (
    ECHO,
    Script,
    closed,
    forked,
    raw,
)
from tests.support import programs

READS_ALL = "while wire.recv(65536): pass"


# ------------------------------------------------------------- what it refuses


async def test_a_message_over_max_message_is_refused() -> None:
    """Here, before the other end has to close the channel for it."""
    child = raw(READS_ALL, max_message=1000)

    child.send("x" * 997)
    with pytest.raises(NotSerializable, match="over max_message, 1000"):
        child.send("x" * 1000)
    child.disconnect()

    assert 0 == await closed(child)


@pytest.mark.parametrize("mode", ["json", "advanced"])
@pytest.mark.parametrize(
    ("value", "path"),
    [
        pytest.param({"a": [1, object()]}, "message['a'][1]", id="object"),
        pytest.param(lambda: None, "message", id="function"),
        pytest.param({"cmd": "NODE_HANDLE_ACK"}, "message", id="forged"),
    ],
)
async def test_what_does_not_travel_is_refused(
    mode: Any, value: Any, path: str
) -> None:
    """With the place; nothing is sent, and the callback is not called."""
    child = forked(programs.path("ipc_echo.py"), serialization=mode)
    calls: list[Any] = []

    with pytest.raises(NotSerializable) as caught:
        child.send(value, callback=calls.append)
    child.send("after")

    assert (path, "after") == (caught.value.path, await child.receive())
    child.disconnect()
    assert (0, []) == (await closed(child), calls)


@pytest.mark.parametrize(
    "handle", [5.5, "x", pytest.param(object(), id="object"), -1], ids=repr
)
async def test_a_handle_that_is_none_is_refused(handle: Any) -> None:
    """With Node's code."""
    child = raw("wire.recv(1)")

    with pytest.raises(TypeError) as caught:
        child.send("x", handle)

    assert "ERR_INVALID_HANDLE_TYPE" == caught.value.code  # type: ignore[attr-defined]  # Node's code, on a TypeError, too
    child.disconnect()
    assert 0 == await closed(child)


async def test_buffers_go_to_this_library_only() -> None:
    """A peer that may be Node would not know what came."""
    child = raw("wire.recv(1)")

    with pytest.raises(TypeError, match="this library"):
        child.send("x", buffers=[b"data"])

    child.disconnect()
    assert 0 == await closed(child)


async def test_a_value_may_change_once_it_is_sent(script: Script) -> None:
    """It was written down by then."""
    child = forked(script(ECHO))
    value = [1]

    for number in range(3):
        value[0] = number
        child.send(value)

    assert [[0], [1], [2]] == [await child.receive() for _ in range(3)]
    child.disconnect()
    assert 0 == await closed(child)


async def test_sending_before_the_child_runs(script: Script) -> None:
    """It waits for it."""
    child = forked(script(ECHO))
    for number in range(3):
        child.send(number)
    big = "x" * 1_000_000
    child.send(big)

    assert [0, 1, 2, big] == [await child.receive() for _ in range(4)]
    child.disconnect()
    assert 0 == await closed(child)


# -------------------------------------------------------------- the childs side


async def test_a_childs_callbacks_and_answers(script: Script) -> None:
    """As ours: each callback once, in order, on a later turn."""
    source = """
    import os, sys
    from child_process import process
    calls = []
    def go(message, handle):
        answers = [process.send("x", callback=calls.append)]
        at_once = len(calls)
        big = "x" * 3_000_000
        process.send(big, callback=calls.append)
        process.send([answers, at_once], callback=done)
    def done(error):
        process.send([calls, error])
        process.disconnect()
    process.once("message", go)
    process.on("disconnect", lambda: sys.exit(9))
    """
    child = forked(script(source))
    child.send(1)

    messages = [await child.receive() for _ in range(4)]

    assert ["x", 3_000_000] == [messages[0], len(messages[1])]
    assert [[[True], 0], [[None, None], None]] == messages[2:]
    assert 9 == await closed(child)


async def test_a_child_whose_parent_is_gone_learns_it(script: Script) -> None:
    """By the callback, by the answer, and by nothing that kills it."""
    source = """
    import sys
    from child_process import process
    def gone():
        calls = []
        answers = [process.send(1), process.send(2, callback=lambda e: print(e.code))]
        print(answers, process.connected)
    process.on("message", print)
    process.on("disconnect", gone)
    process.on("error", lambda error: print("error", error.code))
    """
    child = forked(script(source), stdio=["ignore", "pipe", "inherit", "ipc"])
    assert child.stdout is not None
    child.disconnect()

    lines = (await child.stdout.text()).splitlines()

    code = "ERR_IPC_CHANNEL_CLOSED"
    assert ["[False, False] False", f"error {code}", code] == lines
    assert 0 == await closed(child)
