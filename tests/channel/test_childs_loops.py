"""A forked child's own loops and processes, and one that nobody forked."""

import subprocess
import sys

from tests.channel.children import (
    ECHO,
    Script,
    closed,
    finished,
    forked,
    heard,
    record,
)

LISTENS = "from child_process import process\n"


# -------------------------------------------------- loops of the script's own


async def test_messages_in_a_loop_of_the_scripts_own(script: Script) -> None:
    """``async for``, `receive` and `request` work in asyncio.run()."""
    source = """
    import asyncio
    from child_process import process
    async def main():
        first = await process.receive()
        later = await process.receive(lambda m: m == 3, timeout=10)
        answer = await process.request("question", timeout=10)
        process.send("answered")
        rest = [message async for message in process.messages()]
        print([first, later, answer, rest], flush=True)
    asyncio.run(main())
    """
    child = forked(script(source), stdio=["ignore", "pipe", "inherit", "ipc"])
    assert child.stdout is not None
    child.on_request(lambda message: message + "!")
    for number in range(1, 5):
        child.send(number)
    assert "answered" == await child.receive()
    child.send("last")
    child.disconnect()

    assert "[1, 3, 'question!', [2, 4, 'last']]\n" == await child.stdout.text()
    assert 0 == await closed(child)


async def test_listening_after_a_loop_of_the_scripts_own(script: Script) -> None:
    """What came meanwhile is there, and more is heard."""
    for word in "", "async ":
        source = f"""
import asyncio
from child_process import process
async def main():
    process.send(["in", await process.receive()])
asyncio.run(main())
{word}def answer(message, handle):
    process.send(["after", message])
process.on("message", answer)
"""
        child = forked(script(source))
        for number in range(3):
            child.send(number)

        answers = [await child.receive() for _ in range(3)]
        child.disconnect()

        assert [["in", 0], ["after", 1], ["after", 2]] == answers
        assert 0 == await closed(child)


async def test_sending_much_from_a_loop_of_the_scripts_own(script: Script) -> None:
    """It is written while the loop turns, and `drain` waits for it."""
    source = """
    import asyncio
    from child_process import process
    async def main():
        process.send("x" * 5_000_000)
        await process.channel.drain()
        process.send(process.channel.queued)
        await asyncio.sleep(60)
    try:
        asyncio.run(asyncio.wait_for(main(), 0.5))
    except TimeoutError:
        pass
    """
    child = forked(script(source))

    messages, status = await finished(child)

    assert ([5_000_000, 0], 0) == ([len(messages[0]), messages[1]], status)


# --------------------------------------------------------- without a channel


def run_alone(source: str) -> tuple[str, int]:
    """Return what a Python prints that nobody forked, and its code."""
    ended = subprocess.run(
        [sys.executable, "-c", LISTENS + source],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return ended.stdout, ended.returncode


def test_without_a_channel_it_is_not_connected() -> None:
    """Sending is an error that says so; a disconnect does nothing."""
    source = """
try:
    process.send(1)
except Exception as error:
    print(type(error).__name__, error)
process.disconnect()
process.on("message", print)
process.run()
print(process.connected, process.channel)
"""

    assert ("ChannelClosed Channel closed\nFalse None\n", 0) == run_alone(source)


def test_without_a_channel_nobody_waits_for_ever() -> None:
    """Waiting for messages fails at once."""
    source = """
import asyncio
async def main():
    try:
        await process.receive()
    except Exception as error:
        print(type(error).__name__)
asyncio.run(main())
"""

    assert ("ChannelClosed\n", 0) == run_alone(source)


# ------------------------------------------------------------ its own forks


async def test_a_process_that_it_forks_off_is_not_us(script: Script) -> None:
    """It has no channel: what waits is sent once, and closing is seen."""
    source = """
    import os, time
    from child_process import process
    process.send("x" * 3_000_000)
    if os.fork() == 0:
        connected = process.connected
        if connected:
            process.send("from the wrong one")
        time.sleep(0.2)
    else:
        process.send(os.getpid())
    """
    child = forked(script(source))

    messages, status = await finished(child)

    assert 0 == status
    assert [3_000_000, child.pid] == [len(messages[0]), messages[1]]


async def test_multiprocessing_works_in_a_child(script: Script) -> None:
    """Both ways to start processes, with the script importable again."""
    source = """
    import multiprocessing
    from child_process import process

    def double(number):
        return 2 * number

    if __name__ == "__main__":
        for method in ("fork", "spawn"):
            with multiprocessing.get_context(method).Pool(1) as pool:
                process.send(pool.map(double, [1, 2]))
    """
    child = forked(script(source), exec_argv=["-W", "ignore"])

    assert ([[2, 4], [2, 4]], 0) == await finished(child)


async def test_an_echo_child_answers_what_it_is_asked(script: Script) -> None:
    """The plain case, with many messages."""
    child = forked(script(ECHO))
    told = record(child, "message")
    for number in range(500):
        child.send(number)
    child.send("end")

    from tests.support.waiting import until

    await until(lambda: told and told[-1][1] == "end")
    child.disconnect()

    assert [*range(500), "end"] == [message for _, message, _ in told]
    assert 0 == await closed(child)
    assert [] == await heard(child)
