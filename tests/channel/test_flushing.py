"""What was sent arrives, however the sender ends."""

from typing import Any

import pytest

from child_process import fork
from tests.channel.children import (
    Script,
    closed,
    finished,
    forked,
    heard,
    names,
    record,
)

MODES = ["json", "advanced"]
FIVE_MB = 5_000_000
ENDS = [
    pytest.param("", id="its end"),
    pytest.param("sys.exit(0)", id="sys.exit"),
    pytest.param("process.disconnect()", id="disconnect"),
    pytest.param("process.disconnect(); sys.exit(0)", id="disconnect and exit"),
    pytest.param("os._exit(0)", id="os._exit"),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("end", ENDS)
async def test_five_megabytes_of_a_child_that_ends(
    script: Script, mode: Any, end: str
) -> None:
    """Node delivers the first 219,264 bytes of them."""
    source = f"""
    import os, sys
    from child_process import process
    process.send("x" * {FIVE_MB})
    {end}
    """
    child = forked(script(source), serialization=mode)

    messages, status = await finished(child)

    assert [FIVE_MB] == [len(message) for message in messages]
    assert 0 == status


@pytest.mark.parametrize("end", ENDS)
async def test_five_megabytes_from_a_listener(script: Script, end: str) -> None:
    """The same, where messages are being dealt with."""
    source = f"""
    import os, sys
    from child_process import process
    def answer(message, handle):
        process.send("x" * {FIVE_MB})
        process.send("end")
        {end}
    process.once("message", answer)
    """
    child = forked(script(source))
    child.send(1)

    messages, status = await finished(child)

    assert [FIVE_MB, 3] == [len(message) for message in messages]
    assert 0 == status


@pytest.mark.parametrize("end", ENDS)
async def test_five_megabytes_from_an_async_listener(script: Script, end: str) -> None:
    """And where asyncio runs."""
    source = f"""
    import asyncio, os, sys
    from child_process import process
    async def answer(message, handle):
        process.send("x" * {FIVE_MB})
        process.send("end")
        {end}
    process.once("message", answer)
    """
    child = forked(script(source))
    child.send(1)

    messages, status = await finished(child)

    assert [FIVE_MB, 3] == [len(message) for message in messages]
    assert 0 == status


@pytest.mark.parametrize("mode", MODES)
async def test_a_thousand_messages_and_an_exit(script: Script, mode: Any) -> None:
    """All arrive, in order, before "disconnect" and "exit"."""
    source = """
    import os
    from child_process import process
    for number in range(1000):
        process.send({"number": number})
    os._exit(7)
    """
    child = forked(script(source), serialization=mode)
    told = record(child)

    assert 7 == await closed(child)
    assert [("message", {"number": number}, None) for number in range(1000)] == [
        event for event in told if event[0] == "message"
    ]
    assert ["disconnect", "exit", "close"] == names(told)[-3:]


async def test_answers_to_many_messages_and_an_exit(script: Script) -> None:
    """Those to messages that came together, too."""
    source = """
    import os
    from child_process import process
    def answer(message, handle):
        process.send(message)
        if message == 299:
            os._exit(7)
    process.on("message", answer)
    """
    child = forked(script(source))
    told = record(child, "message")
    for number in range(300):
        child.send(number)

    assert 7 == await closed(child)
    assert [*range(300)] == [message for _, message, _ in told]


async def test_a_thousand_messages_to_nobody_yet(script: Script) -> None:
    """They wait for a listener that comes after the exit."""
    source = """
    from child_process import process
    for number in range(900):
        process.send(number)
    """
    child = forked(script(source))
    assert 0 == await closed(child)

    assert [*range(900)] == await heard(child)


@pytest.mark.parametrize("mode", MODES)
async def test_five_megabytes_and_a_disconnect_of_ours(
    script: Script, mode: Any
) -> None:
    """It is delivered first; the child sees the end after it."""
    source = """
    import sys
    from child_process import process
    process.on("message", lambda m, h: print(len(m)))
    process.on("disconnect", lambda: print("disconnect"))
    """
    path = script(source)
    child = forked(path, serialization=mode, stdio=["ignore", "pipe", "inherit", "ipc"])
    assert child.stdout is not None

    child.send("x" * FIVE_MB)
    child.disconnect()

    assert (False, None) == (child.connected, child.channel)
    assert f"{FIVE_MB}\ndisconnect\n" == await child.stdout.text()
    assert 0 == await closed(child)


@pytest.mark.node
@pytest.mark.parametrize("mode", MODES)
async def test_five_megabytes_to_a_node_child(script: Script, mode: Any) -> None:
    """And a disconnect right after."""
    source = """
    process.on('message', (message) => console.log(message.length));
    process.on('disconnect', () => console.log('disconnect'));
    """
    path = script(source, "child.js")
    child = fork(path, serialization=mode, stdio=["ignore", "pipe", "inherit", "ipc"])
    assert child.stdout is not None

    child.send("x" * FIVE_MB)
    child.disconnect()

    assert f"{FIVE_MB}\ndisconnect\n" == await child.stdout.text()
    assert 0 == await closed(child)


@pytest.mark.node
async def test_five_megabytes_of_a_node_child(script: Script) -> None:
    """One that ends by itself sends all of it."""
    source = f"process.send('x'.repeat({FIVE_MB}), () => process.disconnect())"
    child = fork(script(source, "child.js"))

    messages, status = await finished(child)

    assert ([FIVE_MB], 0) == ([len(message) for message in messages], status)
