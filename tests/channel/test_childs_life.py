"""How long a forked child lives, and how it ends."""

from pathlib import Path

import pytest

from child_process import ChannelClosed, RemoteError
from tests.channel.children import (
    Script,
    closed,
    finished,
    forked,
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
        pytest.param(
            LISTENS + "process.on('message', print)\nprocess.off('message', print)",
            id="no longer",
        ),
        pytest.param(
            LISTENS + "process.on('message', print)\nprocess.unref()", id="unref"
        ),
        pytest.param(
            LISTENS + "process.on('message', print)\nprocess.disconnect()",
            id="disconnected",
        ),
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
    script: Script, tmp_path: Path
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
    done = tmp_path / "done"
    child = forked(path, [done])
    child.send(1)
    assert "begun" == await child.receive()
    child.disconnect()

    assert 0 == await closed(child)
    assert "done" == done.read_text()


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
        pytest.param(
            "import os, signal; os.kill(os.getpid(), 9)", "SIGKILL", id="kill"
        ),
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
    child = forked(
        script(LISTENS + source), stdio=["ignore", "ignore", "ignore", "ipc"]
    )
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
