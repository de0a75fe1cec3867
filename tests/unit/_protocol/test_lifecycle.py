import errno

import pytest

from child_process._protocol.lifecycle import (
    Closed,
    Event,
    Exited,
    Failed,
    Lifecycle,
    Spawned,
)
from child_process._values.status import ExitStatus

OK = ExitStatus(code=0)
KILLED = ExitStatus(signal="SIGKILL", signal_number=9)
CLOSED = Closed(0, None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(["start"], [Spawned()], id="runs"),
        pytest.param(["exit", 1, 2], [Exited(OK), CLOSED], id="exit first"),
        pytest.param([1, 2, "exit"], [Exited(OK), CLOSED], id="streams first"),
        pytest.param([1, "exit", 2], [Exited(OK), CLOSED], id="one of each"),
        pytest.param(["exit", 1], [Exited(OK)], id="grandchild holds stderr"),
        pytest.param([1, 2], [], id="process lives on with closed streams"),
        pytest.param(["exit", 1, 1, 2, 2], [Exited(OK), CLOSED], id="told twice"),
        pytest.param(["exit", 1, 2, 7], [Exited(OK), CLOSED], id="nobody's stream"),
    ],
)
def test_close_comes_last_and_only_once_everything_has_ended(
    facts: list[str | int], expected: list[Event]
) -> None:
    """`close` waits for the process and for both of its output streams."""
    lifecycle = Lifecycle(streams=[1, 2])

    events: list[Event] = []
    for fact in facts:
        if isinstance(fact, int):
            events += lifecycle.stream_closed(fact)
        else:
            events += (
                lifecycle.started() if fact == "start" else lifecycle.process_exited(OK)
            )

    assert expected == events


def test_a_child_without_streams_closes_with_its_exit() -> None:
    """Nothing is waited for where nothing is piped."""
    lifecycle = Lifecycle(streams=[])

    events = lifecycle.process_exited(KILLED)

    assert [Exited(KILLED), Closed(None, "SIGKILL")] == events


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(OSError(errno.ENOENT, "no such file"), -errno.ENOENT, id="errno"),
        pytest.param(ValueError("aborted"), None, id="without an errno"),
    ],
)
def test_a_failed_start_is_an_error_and_a_close(
    error: Exception, code: int | None
) -> None:
    """There is no `exit`; `close` has the negative errno, as in Node."""
    lifecycle = Lifecycle(streams=[1])

    failed = lifecycle.start_failed(error)
    closed = lifecycle.stream_closed(1)

    assert [Failed(error)] == failed
    assert [Closed(code, None)] == closed
