"""Calling off by `signal=AbortController().signal`."""

from typing import Any

import pytest

from child_process import (
    AbortController,
    Aborted,
    BufferedProcess,
    OptionError,
    exec,
    exec_file,
    spawn,
)
from tests.conformance.children import next_event, record
from tests.support.waiting import until

CAUSES = [
    pytest.param(None, id="none"),
    pytest.param("a string", id="string"),
    pytest.param(RuntimeError("boom"), id="exception"),
    pytest.param({"any": "thing"}, id="any object"),
]


def _exec(controller: AbortController) -> Any:
    return exec("sleep 60", signal=controller.signal)


def _exec_file(controller: AbortController) -> Any:
    return exec_file("sleep", ["60"], signal=controller.signal)


either = pytest.mark.parametrize(
    "verb",
    [pytest.param(_exec, id="exec"), pytest.param(_exec_file, id="exec_file")],
)


@pytest.mark.node_test(
    "exec-abortcontroller-promisified", "execFile-promisified-abortController"
)
@either
@pytest.mark.parametrize("cause", CAUSES)
async def test_an_abort_is_raised_with_its_cause(verb: Any, cause: Any) -> None:
    """The error is ABORT_ERR; the child has ended when it is raised."""
    controller = AbortController()
    child = verb(controller)
    child.on("spawn", lambda: controller.abort(cause))

    with pytest.raises(Aborted) as caught:
        await child

    assert ("ABORT_ERR", cause) == (caught.value.code, caught.value.cause)
    assert ("aborted", "SIGTERM") == (caught.value.result.reason, child.signal_code)
    assert (cause if isinstance(cause, Exception) else None) is caught.value.__cause__


@pytest.mark.node_test(
    "exec-abortcontroller-promisified", "execFile-promisified-abortController"
)
@either
@pytest.mark.parametrize("cause", CAUSES)
async def test_an_aborted_signal_starts_nothing(verb: Any, cause: Any) -> None:
    """Node starts the process and kills it; here there never is one."""
    controller = AbortController()
    controller.abort(cause)
    child = verb(controller)

    with pytest.raises(Aborted) as caught:
        await child

    assert (None, cause) == (child.pid, caught.value.cause)


@pytest.mark.node_test(
    "exec-abortcontroller-promisified",
    "execFile-promisified-abortController",
    "spawn-controller",
)
@pytest.mark.parametrize("verb", [exec, exec_file, spawn])
@pytest.mark.parametrize(
    "signal",
    [{}, "world!", 5, True, pytest.param(AbortController(), id="its controller")],
    ids=repr,
)
async def test_a_signal_that_is_none_is_refused(verb: Any, signal: Any) -> None:
    """It is raised at the call, not from the awaiting."""
    with pytest.raises(OptionError) as caught:
        verb("true", signal=signal)

    assert ("ERR_INVALID_ARG_TYPE", "signal") == (
        caught.value.code,
        caught.value.option,
    )


@pytest.mark.node_test("execfile")
async def test_the_callback_gets_the_abort() -> None:
    """It is called once, after the child has ended."""
    controller = AbortController()
    heard: list[Any] = []
    child: BufferedProcess[str] = exec_file(
        "sleep",
        ["60"],
        lambda *all: heard.append((*all, child.signal_code)),
        signal=controller.signal,
    )
    _ = child.on("spawn", controller.abort)

    await child.wait_closed()
    await until(lambda: heard)  # not before its whole tree is gone

    assert [("", "", "SIGTERM")] == [tuple(rest) for _, *rest in heard]
    assert isinstance(heard[0][0], Aborted)


@pytest.mark.node_test("spawn-controller")
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("moment", ["before spawn", "after spawn"])
async def test_spawn_called_off_tells_an_error_then_its_end(
    moment: str, cause: Any
) -> None:
    """At once "error" with the cause; then exit and close by SIGTERM."""
    controller = AbortController()
    child = spawn("sleep", ["60"], signal=controller.signal)
    told = record(child, "error", "exit", "close")

    if moment == "after spawn":
        await next_event(child, "spawn")
    controller.abort(cause)
    await child.wait_closed()

    assert ["error", "exit", "close"] == [event for event, *_ in told]
    assert isinstance(told[0][1], Aborted)
    assert cause == told[0][1].cause
    assert (None, "SIGTERM") == told[1][1:] == told[2][1:]


@pytest.mark.node_test("spawn-controller")
async def test_spawn_with_an_aborted_signal_starts_nothing() -> None:
    """There is an "error" and the end, without a pid."""
    controller = AbortController()
    controller.abort("too late")
    child = spawn("sleep", ["60"], signal=controller.signal)
    told = record(child)

    with pytest.raises(Aborted):
        await child.wait_closed()

    assert ["error", "close"] == [event for event, *_ in told]
    assert (None, "too late") == (child.pid, told[0][1].cause)


@pytest.mark.node_test("spawn-controller")
async def test_an_abort_after_the_exit_is_nothing() -> None:
    """The child has ended; nobody is told."""
    controller = AbortController()
    child = spawn("true", signal=controller.signal)
    told = record(child)

    await child.wait_closed()
    controller.abort()

    assert [("spawn",), ("exit", 0, None), ("close", 0, None)] == told
    assert 0 == controller.signal.listener_count


@pytest.mark.node_test("spawn-controller")
async def test_an_abort_in_the_exit_listener_is_nothing() -> None:
    """By then the child has ended."""
    controller = AbortController()
    child = spawn("true", signal=controller.signal)
    told = record(child, "error", "close")
    child.on("exit", lambda *_: controller.abort())

    await child.wait_closed()

    assert [("close", 0, None)] == told


@pytest.mark.node_test("spawn-controller")
async def test_an_abort_sends_the_kill_signal() -> None:
    """As a time limit does."""
    controller = AbortController()
    child = spawn("sleep", ["60"], signal=controller.signal, kill_signal="SIGKILL")
    told = record(child, "exit")
    child.on("error", lambda error: None)

    await next_event(child, "spawn")
    controller.abort()
    await child.wait_closed()

    assert [("exit", None, "SIGKILL")] == told
    assert "aborted" == child.reason


@pytest.mark.node_test("spawn-controller")
async def test_one_signal_calls_off_many() -> None:
    """Everything that was started with it ends."""
    controller = AbortController()
    children = [spawn("sleep", ["60"], signal=controller.signal) for _ in range(5)]
    for child in children:
        child.on("error", lambda error: None)

    controller.abort()
    statuses = [await child.wait_closed() for child in children]

    assert ["SIGTERM"] * 5 == [status.signal for status in statuses]
    assert 0 == controller.signal.listener_count


@pytest.mark.node_test("spawn-controller", "spawn-event")
async def test_called_off_at_once_a_child_still_tells_its_events_in_order() -> None:
    """However fast it dies, nothing is told before who called off can listen."""
    for _ in range(20):
        controller = AbortController()
        child = spawn("cat", signal=controller.signal, kill_signal="SIGKILL")
        child.on("error", lambda error: None)

        controller.abort()
        told = record(child, "spawn", "exit", "close")
        await child.wait_closed()

        assert ["spawn", "exit", "close"] == [event for event, *_ in told]
