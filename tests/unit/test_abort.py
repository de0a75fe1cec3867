from functools import partial

from child_process import AbortController


def test_a_signal_says_whether_and_why() -> None:
    """Before the abort there is nothing, after it the reason."""
    controller = AbortController()
    signal = controller.signal
    before = (signal.aborted, signal.reason)

    controller.abort("enough")

    assert (False, None) == before
    assert (True, "enough") == (signal.aborted, signal.reason)


def test_only_the_first_abort_counts() -> None:
    """Later calls change neither the reason nor do they call anybody."""
    controller = AbortController()
    calls: list[str] = []
    controller.signal.on_abort(lambda: calls.append("called"))

    controller.abort("first")
    controller.abort("second")

    assert "first" == controller.signal.reason
    assert ["called"] == calls


def test_listeners_are_called_in_order_and_forgotten() -> None:
    """Each listener is called once; none is held afterwards."""
    controller = AbortController()
    calls: list[int] = []
    for number in range(3):
        controller.signal.on_abort(partial(calls.append, number))

    controller.abort()

    assert [0, 1, 2] == calls
    assert 0 == controller.signal.listener_count


def test_a_late_listener_is_called_at_once() -> None:
    """Who comes after the abort is told all the same."""
    controller = AbortController()
    controller.abort()
    calls: list[str] = []

    controller.signal.on_abort(lambda: calls.append("called"))

    assert ["called"] == calls


def test_a_listener_that_left_is_not_called() -> None:
    """`off_abort` forgets a listener; an unknown one is no error."""
    controller = AbortController()
    calls: list[str] = []

    def listener() -> None:
        calls.append("called")

    controller.signal.on_abort(listener)
    controller.signal.off_abort(listener)
    controller.signal.off_abort(listener)
    controller.abort()

    assert [] == calls


def test_a_listener_may_leave_while_others_are_called() -> None:
    """Children that end during the abort take their listeners away."""
    controller = AbortController()
    signal = controller.signal
    calls: list[str] = []

    def last() -> None:
        calls.append("last")

    signal.on_abort(lambda: signal.off_abort(last))
    signal.on_abort(last)
    controller.abort()

    assert ["last"] == calls
