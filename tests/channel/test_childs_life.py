"""How long a forked child lives, and how it ends."""

import subprocess
import sys

import pytest

from child_process import ChannelClosed, RemoteError
from tests.channel.children import (
    ECHO,
    Script,
    closed,
    finished,
    forked,
    heard,
    names,
    record,
)

LISTENS = "from child_process import process\n"


# ------------------------------------------------------------ as it should


@pytest.mark.parametrize(
    "listening",
    [
        pytest.param("process.on('message', print)", id="message"),
        pytest.param("process.on('disconnect', lambda: None)", id="disconnect"),
        pytest.param("process.on_request(print)", id="request"),
        pytest.param("process.ref()", id="ref"),
        pytest.param("async def f(*a): ...\nprocess.on('message', f)", id="async"),
    ],
)
async def test_it_lives_while_it_listens_and_the_channel_is_open(
    script: Script, listening: str
) -> None:
    """When we disconnect, it ends by itself, with code 0."""
    source = LISTENS + listening + "\nprocess.send('ready')\n"
    child = forked(script(source))
    assert "ready" == await child.receive()

    still = child.exit_code, child.signal_code
    child.disconnect()

    assert ((None, None), 0) == (still, await closed(child))


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("", id="an empty script"),
        pytest.param("import child_process", id="imported"),
        pytest.param(LISTENS + "process", id="looked at"),
        pytest.param(LISTENS + "process.on('error', print)", id="other events"),
        pytest.param(LISTENS + "process.on('message', print)\nprocess.off('message', print)", id="no longer"),
        pytest.param(LISTENS + "process.on('message', print)\nprocess.unref()", id="unref"),
        pytest.param(LISTENS + "process.on('message', print)\nprocess.disconnect()", id="disconnected"),
    ],
)
async def test_it_ends_when_nothing_holds_it(script: Script, source: str) -> None:
    """As a Node child does whose channel nobody listens to."""
    child = forked(script(source))

    assert ([], 0) == await finished(child)


async def test_once_is_for_one_message(script: Script) -> None:
    """After it nobody listens any more."""
    source = "process.once('message', lambda m, h: process.send(m))"
    child = forked(script(LISTENS + source))
    child.send(1)

    assert ([1], 0) == await finished(child)


async def test_once_is_for_one_message_with_an_async_listener(script: Script) -> None:
    """What it awaits, it gets; then the child ends."""
    path = script(
        """
        import asyncio
        from child_process import process
        async def answer(message, handle):
            await asyncio.sleep(0.01)
            process.send(message)
        process.once("message", answer)
        """
    )
    child = forked(path)
    child.send(1)

    assert ([1], 0) == await finished(child)


async def test_what_it_was_doing_when_the_channel_closed_is_done(
    script: Script,
) -> None:
    """An async listener runs to its end, disconnected or not."""
    path = script(
        """
        import asyncio, pathlib, sys
        from child_process import process
        async def work(message, handle):
            process.send("begun")
            while process.connected:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.01)
            pathlib.Path(sys.argv[1]).write_text("done")
        process.on("message", work)
        """
    )
    child = forked(path, [path + ".done"])
    child.send(1)
    assert "begun" == await child.receive()
    child.disconnect()

    assert 0 == await closed(child)
    with open(path + ".done") as file:
        assert "done" == file.read()


async def test_it_hears_that_we_disconnect(script: Script) -> None:
    """The event comes after all messages, once."""
    path = script(
        """
        import sys
        from child_process import process
        told = []
        process.on("message", lambda m, h: told.append(m))
        process.on("disconnect", lambda: print(told, process.connected, process.channel))
        """
    )
    child = forked(path, stdio=["ignore", "pipe", "inherit", "ipc"])
    assert child.stdout is not None
    for number in range(3):
        child.send(number)
    child.disconnect()

    assert "[0, 1, 2] False None\n" == await child.stdout.text()
    assert 0 == await closed(child)


async def test_a_handler_can_change_to_async_on_the_way(script: Script) -> None:
    """And back: messages stay in order, none is lost."""
    path = script(
        """
        import sys
        from child_process import process

        def first(message, handle):
            process.send(["first", message, "asyncio" in sys.modules])
            if message == 1:
                process.off("message", first).on("message", second)

        async def second(message, handle):
            process.send(["second", message])
            if message == 3:
                process.off("message", second).on("message", third)

        def third(message, handle):
            process.send(["third", message])

        process.on("message", first)
        """
    )
    child = forked(path)
    for number in range(6):
        child.send(number)

    answers = [await child.receive() for _ in range(6)]
    child.disconnect()

    assert [0, 1, 2, 3, 4, 5] == [answer[1] for answer in answers]
    assert [["first", 0, False], ["first", 1, False]] == answers[:2]
    assert ["second", 2] == answers[2]
    assert 0 == await closed(child)


# ------------------------------------------------------------------- ends


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        pytest.param("import sys; sys.exit(3)", 3, id="sys.exit"),
        pytest.param("raise SystemExit('words')", 1, id="words"),
        pytest.param("import os; os._exit(4)", 4, id="os._exit"),
        pytest.param("1 / 0", 1, id="exception"),
        pytest.param("import os, signal; os.kill(os.getpid(), 9)", "SIGKILL", id="kill"),
    ],
)
@pytest.mark.parametrize("where", ["script", "listener", "async", "request", "asyncio"])
async def test_the_status_is_the_scripts(
    script: Script, ending: str, status: object, where: str
) -> None:
    """However it ends, and wherever."""
    body = ending.replace("; ", "\n    ")
    definition = f"def f(*args):\n    {body}\n"
    source = {
        "script": ending,
        "listener": definition + "process.on('message', f)",
        "async": "async " + definition + "process.on('message', f)",
        "request": definition + "process.on_request(f)",
        "asyncio": "async " + definition + "import asyncio\nasyncio.run(f())",
    }[where]
    child = forked(script(LISTENS + source), stdio=["ignore", "ignore", "ignore", "ipc"])
    told = record(child, "message", "error", "disconnect", "exit", "close")
    if where != "request":
        child.send(1)
    elif ending == "1 / 0":  # it is the answer
        with pytest.raises(RemoteError, match="ZeroDivisionError"):
            await child.request(1)
        status = 0
        child.disconnect()
    else:
        with pytest.raises(ChannelClosed):
            await child.request(1)

    assert status == await closed(child)
    assert ["disconnect", "exit", "close"] == names(told)


async def test_a_raising_listener_shows_its_traceback(script: Script) -> None:
    """As any uncaught exception, sync or async."""
    for word in "", "async ":
        source = f"{word}def f(m, h):\n    1 / 0\nprocess.on('message', f)"
        child = forked(script(LISTENS + source), silent=True)
        assert child.stderr is not None
        child.send(1)

        words = await child.stderr.text()

        assert "ZeroDivisionError: division by zero" in words.splitlines()[-1]
        assert 1 == await closed(child)


async def test_sigterm_ends_it(script: Script) -> None:
    """While it waits for messages, on either loop."""
    for word in "", "async ":
        source = f"{word}def f(*a): ...\nprocess.on('message', f)\nprocess.send(1)"
        child = forked(script(LISTENS + source))
        await child.receive()

        child.kill()

        assert "SIGTERM" == await closed(child)


async def test_a_handler_of_sigterm_can_say_goodbye(script: Script) -> None:
    """What it sends arrives, and so does its code."""
    source = """
    import signal, sys
    from child_process import process
    def leave(number, frame):
        process.send("bye" * 100_000)
        sys.exit(5)
    signal.signal(signal.SIGTERM, leave)
    process.on("message", print)
    process.send("ready")
    """
    child = forked(script(source))
    assert "ready" == await child.receive()
    child.kill()

    assert (["bye" * 100_000], 5) == await finished(child)


# ---------------------------------------------------------- what it imports


async def test_a_child_that_only_answers_imports_little(script: Script) -> None:
    """Neither asyncio, nor what helps with big traffic, nor the parent's half."""
    source = """
    import sys
    from child_process import process
    process.on("message", lambda m, h: process.send(sorted(sys.modules)))
    process.on_request(lambda m: sorted(sys.modules))
    """
    child = forked(script(source))
    child.send(1)

    modules = [await child.receive(), await child.request(1)]
    child.disconnect()

    unneeded = {"asyncio", "socket", "inspect", "msgspec", "orjson", "subprocess"}
    unneeded |= {"child_process._child.child_process", "child_process._launch.launcher"}
    assert [set(), set()] == [unneeded & {*some} for some in modules]
    assert 0 == await closed(child)


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
        more = process.send("x" * 5_000_000)
        await process.channel.drain()
        process.send([more, process.channel.queued])
        await asyncio.sleep(60)
    try:
        asyncio.run(asyncio.wait_for(main(), 0.5))
    except TimeoutError:
        pass
    """
    child = forked(script(source))

    messages, status = await finished(child)

    assert ([5_000_000, [False, 0]], 0) == ([len(messages[0]), messages[1]], status)


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
