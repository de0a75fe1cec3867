import pytest

from child_process._protocol.ending import Ending, Silence


def test_the_first_cause_wins() -> None:
    """A time limit that stops a child is its reason, not the abort after it."""
    ending = Ending()

    assert ending.reason is None
    assert ending.because("timeout")
    assert not ending.because("aborted")
    assert "timeout" == ending.reason


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([(10.1, 0)], [False], id="too early"),
        pytest.param([(10.25, 0)], [True], id="nothing came"),
        pytest.param([(10.3, 1), (10.5, 1)], [False, False], id="data came: it waits"),
        pytest.param([(10.3, 1), (10.55, 1)], [False, True], id="then silence"),
        pytest.param([(10.3, 1), (10.55, 2)], [False, False], id="data keeps coming"),
    ],
)
def test_silence_is_a_limit_without_data(
    looks: list[tuple[float, int]], expected: list[bool]
) -> None:
    """It is over once a whole limit went by in which nothing came."""
    silence = Silence(limit=0.25, now=10.0, total=0)

    assert expected == [silence.look(now, total) for now, total in looks]


def test_silence_says_when_to_look_again() -> None:
    """The next look is due one limit after the exit, or after the last data."""
    silence = Silence(limit=0.25, now=10.0, total=7)
    first = silence.due

    silence.look(10.5, 8)

    assert 10.25 == first
    assert 10.75 == silence.due
