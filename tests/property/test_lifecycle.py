from hypothesis import given
from hypothesis import strategies as st

from child_process._protocol.lifecycle import (
    Closed,
    Event,
    Exited,
    Failed,
    Lifecycle,
    Spawned,
)
from child_process._values.status import ExitStatus

ENDINGS = st.builds(ExitStatus, code=st.integers(0, 255)) | st.just(
    ExitStatus(signal="SIGKILL", signal_number=9)
)


@given(
    streams=st.sets(st.integers(1, 6)),
    status=ENDINGS,
    again=st.lists(st.integers(1, 9)),
    data=st.data(),
)
def test_close_comes_once_and_last_in_any_order(
    streams: set[int], status: ExitStatus, again: list[int], data: st.DataObject
) -> None:
    """The process and each stream end in any order, some are told more than once."""
    lifecycle = Lifecycle(streams)
    facts = data.draw(st.permutations([0, *streams, *again]))
    events: list[Event] = lifecycle.started()
    missing = {0, *streams}

    for fact in facts:
        due = (
            lifecycle.process_exited(status)
            if fact == 0
            else lifecycle.stream_closed(fact)
        )
        assert (Closed(status.code, status.signal) in due) is (missing == {fact})
        missing.discard(fact)
        events += due

    assert [Spawned(), Exited(status), Closed(status.code, status.signal)] == events


@given(streams=st.sets(st.integers(1, 6)), number=st.integers(1, 130), data=st.data())
def test_a_failed_start_closes_once_and_last(
    streams: set[int], number: int, data: st.DataObject
) -> None:
    """Its streams end before or after the failure is known."""
    lifecycle = Lifecycle(streams)
    error = OSError(number, "failed")
    events: list[Event] = []

    for fact in data.draw(st.permutations([0, *streams])):
        events += (
            lifecycle.start_failed(error)
            if fact == 0
            else lifecycle.stream_closed(fact)
        )

    assert [Failed(error), Closed(-number, None)] == events
