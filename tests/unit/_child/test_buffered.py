import asyncio
from typing import Any

import pytest

from child_process import AbortController, exec_file, run
from child_process.errors import (
    Aborted,
    CommandFailed,
    MaxBufferExceeded,
    SpawnError,
    TimeoutExceeded,
)

SAY = ["-c", "echo out; echo err >&2; exit $1", "sh"]


async def test_awaiting_gives_the_result() -> None:
    """As often, and to as many, as ask."""
    child = exec_file("sh", [*SAY, "0"])

    first = await child
    second, third = await asyncio.gather(child._outcome(), child._outcome())

    assert ("out\n", "err\n", 0) == (first.stdout, first.stderr, first.code)
    assert first is second is third
    assert first.drained
    assert first.usage is not None


@pytest.mark.parametrize(
    ("args", "options", "kind", "reason"),
    [
        pytest.param([*SAY, "3"], {}, CommandFailed, None, id="code"),
        pytest.param(["-c", "kill -9 $$"], {}, CommandFailed, None, id="signal"),
        pytest.param(
            ["-c", "sleep 60"], {"timeout": 0.02}, TimeoutExceeded, "timeout", id="time"
        ),
        pytest.param(
            ["-c", "echo 12345; sleep 60"],
            {"max_buffer": 5},
            MaxBufferExceeded,
            "max_buffer",
            id="output",
        ),
    ],
)
async def test_a_failure_is_raised_or_returned(
    args: list[str],
    options: dict[str, Any],
    kind: type[CommandFailed],
    reason: str | None,
) -> None:
    """``check=False`` returns what would be raised."""
    with pytest.raises(CommandFailed) as caught:
        await exec_file("sh", args, **options)
    result = await exec_file("sh", args, check=False, **options)

    assert kind is type(caught.value)
    assert reason == caught.value.result.reason == result.reason
    assert caught.value.result.stdout == result.stdout
    assert not result.ok


async def test_a_failed_start_is_raised_even_without_checking() -> None:
    """There is no result to return."""
    with pytest.raises(SpawnError):
        await exec_file("no-such-program", check=False)


async def test_output_beyond_the_limit_can_be_thrown_away() -> None:
    """``overflow="truncate"`` lets the command run on."""
    result = await run(
        "sh", ["-c", "echo 12345; exit 0"], max_buffer=2, overflow="truncate"
    )

    assert ("12", True, True) == (result.stdout, result.truncated, result.ok)


async def test_a_callback_is_called_once_and_nothing_is_raised() -> None:
    """``f(error, stdout, stderr)``, as in Node."""
    calls: list[tuple[Any, ...]] = []

    failed = exec_file("sh", [*SAY, "3"], lambda *facts: calls.append(facts))
    await failed
    missing = exec_file(
        "no-such-program", [], lambda *facts: calls.append(facts), encoding=None
    )
    with pytest.raises(SpawnError):
        await missing

    (error, stdout, stderr), (missed, *nothing) = calls
    assert isinstance(error, CommandFailed)
    assert ("out\n", "err\n") == (stdout, stderr)
    assert isinstance(missed, SpawnError)
    assert [b"", b""] == nothing


async def test_a_callback_that_raises_is_reported() -> None:
    """The loop's exception handler is told."""
    contexts: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: contexts.append(context))

    await exec_file("true", [], lambda *facts: 1 / 0)

    (context,) = contexts
    assert isinstance(context["exception"], ZeroDivisionError)


async def test_a_cancellation_stops_the_command_before_it_goes_on() -> None:
    """Whoever awaits it is the one who wants it."""
    child = exec_file("sh", ["-c", "echo; exec sleep 60"])
    awaiting = asyncio.ensure_future(child._outcome())
    assert child.stdout is not None
    came = asyncio.Event()
    child.stdout.on("data", lambda data: came.set())
    await came.wait()

    awaiting.cancel()
    await asyncio.wait([awaiting])

    assert awaiting.cancelled()
    assert "SIGTERM" == child.signal_code
    assert "cancelled" == child.reason


async def test_a_held_pipe_is_cut_after_a_silence() -> None:
    """What the command left behind can hold its output for hours."""
    line = "echo hi; sleep 60 & echo $! >&2"

    result = await run("sh", ["-c", line], drain=0.05)
    await run("kill", (result.stderr or "").split())

    assert ("hi\n", False) == (result.stdout, result.drained)


@pytest.mark.parametrize("options", [{"drain": None, "timeout": 0.1}])
async def test_waiting_for_the_end_of_file_has_the_time_limits_end(
    options: dict[str, Any],
) -> None:
    """Without a drain, the time limit is what is left."""
    result = await run("sh", ["-c", "sleep 60 & echo $!"], **options)
    await run("kill", [result.text])

    assert not result.drained
    assert result.ok


async def test_an_abort_is_the_results() -> None:
    """It is no "error" event, and awaiting raises it."""
    controller = AbortController()
    child = exec_file("sleep", ["60"], signal=controller.signal)
    _ = child.once("spawn", lambda: controller.abort("enough"))

    with pytest.raises(Aborted) as caught:
        await child

    assert "enough" == caught.value.cause


async def test_listeners_hear_what_is_collected() -> None:
    """As text, where there is an encoding."""
    heard: list[Any] = []
    child = exec_file("sh", [*SAY, "0"])
    assert child.stdout is not None
    child.stdout.on("data", heard.append)

    result = await child

    assert ["out\n"] == heard
    assert "out\n" == result.stdout
