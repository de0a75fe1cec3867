import signal

import pytest

from child_process._values.signals import signal_name, to_signal
from child_process.errors import OptionError, OptionTypeError, UnknownSignal


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("SIGTERM", 15, id="name"),
        pytest.param("sigterm", 15, id="small letters, as in Node"),
        pytest.param("SigKill", 9, id="mixed letters"),
        pytest.param(15, 15, id="number"),
        pytest.param(signal.SIGTERM, 15, id="signal.Signals"),
        pytest.param("SIGRTMIN", int(signal.SIGRTMIN), id="real-time signal"),
        pytest.param("SIGRTMIN+3", int(signal.SIGRTMIN) + 3, id="nameless one"),
    ],
)
def test_a_signal_has_names_and_numbers(value: object, expected: int) -> None:
    """Each way to say a signal gives its number."""
    assert expected == to_signal("kill_signal", value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param("TERM", UnknownSignal, id="name without SIG"),
        pytest.param("", UnknownSignal, id="empty"),
        pytest.param("15", UnknownSignal, id="number as a str"),
        pytest.param(0, UnknownSignal, id="0 is no signal"),
        pytest.param(-9, UnknownSignal, id="negative"),
        pytest.param(10_000, UnknownSignal, id="too high"),
        pytest.param(True, OptionTypeError, id="bool"),
        pytest.param(None, OptionTypeError, id="None"),
        pytest.param(15.0, OptionTypeError, id="float"),
    ],
)
def test_what_is_no_signal_is_refused(value: object, kind: type[OptionError]) -> None:
    """An unknown signal and a wrong type are told apart, as in Node."""
    with pytest.raises(OptionError) as caught:
        to_signal("kill_signal", value)

    assert kind is type(caught.value)
    assert "kill_signal" == caught.value.option


def test_zero_asks_where_asking_is_allowed() -> None:
    """Signal 0 reaches nobody; `kill` may ask with it."""
    assert 0 == to_signal("signal", 0, probe=True)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(9, "SIGKILL", id="named"),
        pytest.param(int(signal.SIGRTMIN), "SIGRTMIN", id="first real-time"),
        pytest.param(int(signal.SIGRTMIN) + 3, "SIGRTMIN+3", id="between"),
        pytest.param(int(signal.SIGRTMAX), "SIGRTMAX", id="last real-time"),
        pytest.param(33, "signal 33", id="the C library's own"),
    ],
)
def test_a_number_has_a_name(number: int, expected: str) -> None:
    """Every number gets words, named by the system or not."""
    assert expected == signal_name(number)


def test_every_name_is_understood() -> None:
    """A signal's name, as a result has it, can be given to `kill`."""
    numbers = sorted(int(number) for number in signal.valid_signals())

    assert numbers == [to_signal("signal", signal_name(number)) for number in numbers]
