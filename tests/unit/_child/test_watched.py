import asyncio
import errno
import os
from typing import Any

import pytest

from child_process import AbortController, ChildProcess, spawn
from child_process.errors import Aborted, ExitStatusLost, SpawnError
from tests.support import leaks


def events_of(child: ChildProcess) -> list[tuple[Any, ...]]:
    """Return a list that fills with the child's events."""
    heard: list[tuple[Any, ...]] = []
    for event in ("spawn", "error", "exit", "close"):
        child.on(event, lambda *args, event=event: heard.append((event, *args)))
    return heard


def take(pid: int) -> None:
    """Do what code does that waits for children that are not its own."""
    os.waitpid(pid, 0)


async def test_events_come_in_nodes_order() -> None:
    """`spawn`, `exit`, `close`, each once."""
    child = spawn("sh", ["-c", "echo hi; exit 3"])
    heard = events_of(child)

    await child.wait_closed()
    await asyncio.sleep(0)

    assert [("spawn",), ("exit", 3, None), ("close", 3, None)] == heard
    assert (3, None) == (child.exit_code, child.signal_code)


async def test_a_failed_start_is_an_error_and_a_close() -> None:
    """There is neither `spawn` nor `exit`."""
    child = spawn("no-such-program")
    heard = events_of(child)

    with pytest.raises(SpawnError) as caught:
        await child.wait_closed()
    await asyncio.sleep(0)

    assert [("error", caught.value), ("close", -errno.ENOENT, None)] == heard
    assert (-errno.ENOENT, None) == (child.exit_code, child.pid)


async def test_an_error_that_nobody_takes_goes_to_the_loop() -> None:
    """The loop's exception handler is told, with the child."""
    contexts: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: contexts.append(context))
    closed = asyncio.Event()

    child = spawn("no-such-program").on("close", lambda *args: closed.set())
    await closed.wait()

    (context,) = contexts
    assert isinstance(context["exception"], SpawnError)
    assert child is context["child"]


async def test_a_listener_that_raises_does_not_stop_the_events() -> None:
    """The loop's handler is told, and `close` comes all the same."""
    contexts: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: contexts.append(context))
    child = spawn("true")
    child.on("spawn", lambda: 1 / 0).on("exit", lambda *args: 1 / 0)

    status = await child.wait_closed()

    assert status.ok
    assert ["ZeroDivisionError"] * 2 == [
        type(context["exception"]).__name__ for context in contexts
    ]


async def test_a_time_limit_stops_the_child() -> None:
    """The reason says so."""
    child = spawn("sleep", ["60"], timeout=0.02)

    status = await child.wait()

    assert "SIGTERM" == status.signal
    assert "timeout" == child.reason


async def test_an_abort_is_an_error_and_stops_the_child() -> None:
    """The signal holds no listener of a child that has ended."""
    controller = AbortController()
    child = spawn("sleep", ["60"], signal=controller.signal)
    heard = events_of(child)
    child.once("spawn", lambda: controller.abort("enough"))

    status = await child.wait_closed()
    await asyncio.sleep(0)

    assert "SIGTERM" == status.signal
    assert ["spawn", "error", "exit", "close"] == [event for event, *_ in heard]
    error = heard[1][1]
    assert isinstance(error, Aborted)
    assert "enough" == error.cause
    assert 0 == controller.signal.listener_count


async def test_an_abort_after_the_end_does_nothing() -> None:
    """There is no error, and nothing to stop."""
    controller = AbortController()
    child = spawn("true", signal=controller.signal)
    heard = events_of(child)
    await child.wait_closed()

    controller.abort()
    await asyncio.sleep(0)

    assert ["spawn", "exit", "close"] == [event for event, *_ in heard]
    assert child.reason is None


async def test_an_aborted_signal_starts_nothing() -> None:
    """The error is told as a failed start's is."""
    controller = AbortController()
    controller.abort()
    child = spawn("touch", ["/should-not-be-there"], signal=controller.signal)

    with pytest.raises(Aborted):
        await child.wait()

    assert child.pid is None


async def test_input_is_fed_while_it_runs() -> None:
    """The child reads it, then the end of file."""
    async with spawn("cat", input=[b"a", "b"]) as child:
        assert child.stdout is not None
        said = await child.stdout.read()

    assert b"ab" == said


async def test_an_input_that_raises_stops_the_child() -> None:
    """It lacks the rest; the loop's handler is told why."""
    contexts: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: contexts.append(context))

    child = spawn("cat", input=[b"a", 1])  # type: ignore[list-item]  # wrong on purpose
    await child.wait_closed()

    assert "input" == child.reason
    (context,) = contexts
    assert isinstance(context["exception"], TypeError)


async def test_a_status_that_was_taken_is_an_error_and_an_end() -> None:
    """Code that waits for children that are not its own takes the status."""
    child = spawn("true", stdio="ignore")
    heard = events_of(child)
    assert child.pid is not None
    take(child.pid)

    with pytest.raises(ExitStatusLost):
        await child.wait_closed()
    await asyncio.sleep(0)

    assert ["spawn", "error", "exit", "close"] == [event for event, *_ in heard]
    assert "pid" not in repr(child)


async def test_the_whole_tree_ends_where_it_was_asked_for() -> None:
    """``tree="all"``: what it leaves behind on purpose ends too."""
    line = "sleep 60 >/dev/null 2>&1 & echo $!"
    child = spawn("sh", ["-c", line], tree="all")
    assert child.stdout is not None

    pid = int(await child.stdout.text())
    await child.stop()

    assert "(no command line)" == leaks.command_of(pid)


async def test_a_child_is_shown_with_its_state() -> None:
    """For people: what it is and how it is."""
    child = spawn("sleep", ["60"], stdio="ignore")
    failed = spawn("no-such-program").on("error", lambda error: None)
    shown = [repr(child)]

    async with child:
        shown.append(repr(child))
        child.kill("SIGKILL")
    shown.append(repr(child))
    with pytest.raises(SpawnError):
        await failed.wait()
    shown.append(repr(failed))

    assert [
        "<ChildProcess sleep starting>",
        f"<ChildProcess sleep pid {child.pid}>",
        "<ChildProcess sleep ended with SIGKILL>",
        "<ChildProcess no-such-program not started>",
    ] == shown
