import pytest

from child_process._protocol.outcome import conclude, failure, interrupted
from child_process._values.options import RunOptions
from child_process._values.status import ExitStatus, Usage
from child_process.abort import AbortController
from child_process.errors import (
    Aborted,
    CommandFailed,
    MaxBufferExceeded,
    TimeoutExceeded,
)
from tests.support import samples

OK = ExitStatus(code=0)
FAILED = ExitStatus(code=3)
KILLED = ExitStatus(signal="SIGKILL", signal_number=9)


def test_a_result_holds_the_facts() -> None:
    """What is known of a run is in its result, decoded."""
    usage = Usage(0.1, 0.2, 3, 4)
    facts = samples.facts(
        status=FAILED,
        usage=usage,
        kept={
            1: samples.kept("stdout", "ä".encode()),
            3: samples.kept("stdio[3]", b"x"),
        },
        slots=4,
        drained=False,
    )

    result = conclude(facts, RunOptions())

    assert (
        samples.result(
            code=3,
            stdout="ä",
            stderr=None,
            output=(None, "ä", None, "x"),
            usage=usage,
            drained=False,
        )
        == result
    )


@pytest.mark.parametrize(
    ("encoding", "limit", "expected"),
    [
        pytest.param(None, None, "aä".encode(), id="bytes"),
        pytest.param("utf-8", None, "aä", id="text"),
        pytest.param("utf-8", 2, "a", id="cut in the middle of a character"),
        pytest.param(None, 2, "aä".encode()[:2], id="cut bytes"),
    ],
)
def test_output_is_text_or_bytes(
    encoding: str | None, limit: int | None, expected: str | bytes
) -> None:
    """The encoding decides; a character that the limit cut is left out."""
    stdout = samples.kept("stdout", "aä".encode(), limit=limit)
    facts = samples.facts(status=OK, kept={1: stdout})

    result = conclude(facts, RunOptions(encoding=encoding))

    assert expected == result.stdout
    assert (limit is not None) is result.truncated


@pytest.mark.parametrize(
    ("status", "reason", "accept", "expected"),
    [
        pytest.param(OK, None, {0}, True, id="success"),
        pytest.param(FAILED, None, {0}, False, id="failure"),
        pytest.param(FAILED, None, {0, 3}, True, id="a code that is accepted"),
        pytest.param(OK, None, {1}, False, id="0 is not accepted"),
        pytest.param(KILLED, None, {0}, False, id="signal"),
        pytest.param(OK, "timeout", {0}, False, id="stopped, answered with 0"),
        pytest.param(None, None, {0}, False, id="nothing was started"),
    ],
)
def test_success_is_an_accepted_code_and_no_reason(
    status: ExitStatus | None, reason: str | None, accept: set[int], *, expected: bool
) -> None:
    """A child that answers SIGTERM with exit code 0 was stopped all the same."""
    facts = samples.facts(status=status, reason=reason)

    result = conclude(facts, RunOptions(accept=accept))

    assert expected is result.ok


CONTROLLER = AbortController()
OPTIONS = RunOptions(timeout=2.0, max_buffer=1, signal=CONTROLLER.signal)


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        pytest.param(OK, None, None, id="success"),
        pytest.param(FAILED, None, CommandFailed, id="failure"),
        pytest.param(KILLED, None, CommandFailed, id="signal"),
        pytest.param(KILLED, "timeout", TimeoutExceeded, id="timeout"),
        pytest.param(OK, "max_buffer", MaxBufferExceeded, id="max_buffer"),
        pytest.param(KILLED, "aborted", Aborted, id="aborted"),
        pytest.param(OK, "stopped", CommandFailed, id="stopped by the caller"),
    ],
)
def test_the_reason_decides_about_the_error(
    status: ExitStatus, reason: str | None, kind: type[CommandFailed] | None
) -> None:
    """Each limit has an error of its own; the code counts only without a reason."""
    kept = {1: samples.kept("stdout"), 2: samples.kept("stderr", b"xy", limit=1)}
    facts = samples.facts(status=status, reason=reason, kept=kept)
    result = conclude(facts, OPTIONS)

    error = failure(result, facts, OPTIONS)

    assert kind is (None if error is None else type(error))
    assert error is None or result is error.result


@pytest.mark.parametrize("reason", ["timeout", "max_buffer", "aborted"])
def test_a_limits_name_as_the_callers_reason_is_no_limit(reason: str) -> None:
    """``stop(reason="timeout")`` of a command without a time limit is no time limit."""
    facts = samples.facts(status=KILLED, reason=reason)
    options = RunOptions()

    error = failure(conclude(facts, options), facts, options)

    assert CommandFailed is type(error)


def test_an_overflow_names_the_stream() -> None:
    """The error says which stream it was and what the limit is."""
    kept = {1: samples.kept("stdout"), 2: samples.kept("stderr", b"xy", limit=1)}
    facts = samples.facts(status=OK, reason="max_buffer", kept=kept)

    error = failure(conclude(facts, OPTIONS), facts, OPTIONS)

    assert isinstance(error, MaxBufferExceeded)
    assert ("stderr", 1, "x") == (error.stream, error.limit, error.kept)


def test_an_abort_passes_its_reason_on() -> None:
    """What the controller was given is the error's cause."""
    controller = AbortController()
    controller.abort("no longer needed")
    options = RunOptions(signal=controller.signal)
    facts = samples.facts(status=KILLED, reason="aborted")

    error = failure(conclude(facts, options), facts, options)

    assert isinstance(error, Aborted)
    assert "no longer needed" == error.cause


def test_what_was_called_off_has_a_result() -> None:
    """A command that never ran says why, and is no success."""
    result = interrupted("sleep 9", None, "aborted")

    assert ("sleep 9", None, "aborted") == (result.command, result.pid, result.reason)
    assert not result.ok
    assert -1 == result.returncode


def test_the_output_of_a_failure_shows_no_secret() -> None:
    """An error may go into a log; a result is the caller's own."""
    facts = samples.facts(
        status=FAILED,
        kept={2: samples.kept("stderr", b"no hunter2-canary here")},
        hidden=frozenset({"hunter2-canary"}),
    )
    result = conclude(facts, RunOptions())

    error = failure(result, facts, RunOptions())

    assert error is not None
    assert "no *** here" == error.stderr == error.result.stderr
    assert "canary" not in f"{error} {error!r} {facts!r}"
    assert "no hunter2-canary here" == result.stderr
