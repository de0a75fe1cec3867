import signal
from typing import Any

import pytest

from child_process._values.teardown import GRACE, Step, Teardown
from child_process.errors import (
    OptionError,
    OptionRangeError,
    OptionTypeError,
    UnknownSignal,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([], (), id="no step: SIGKILL at once"),
        pytest.param([("SIGTERM", 5)], (Step(15, 5.0),), id="one step"),
        pytest.param(
            ([signal.SIGINT, 0.5], (15, 0)), (Step(2, 0.5), Step(15, 0.0)), id="two"
        ),
        pytest.param(Teardown((Step(2, 1.0),)), (Step(2, 1.0),), id="checked already"),
    ],
)
def test_pairs_become_steps(value: Any, expected: tuple[Step, ...]) -> None:
    """A teardown is said as pairs of signal and seconds."""
    assert expected == Teardown.of(value).steps


def test_the_polite_one_asks_once() -> None:
    """The default is one signal and five seconds."""
    assert (Step(2, GRACE),) == Teardown.polite(2).steps


@pytest.mark.parametrize(
    ("value", "kind", "option"),
    [
        pytest.param("SIGTERM", OptionTypeError, "teardown", id="signal alone"),
        pytest.param(5.0, OptionTypeError, "teardown", id="seconds alone"),
        pytest.param({"SIGTERM": 5}, OptionTypeError, "teardown", id="mapping"),
        pytest.param(["SIGTERM"], OptionTypeError, "teardown[0]", id="list of signals"),
        pytest.param([15], OptionTypeError, "teardown[0]", id="list of numbers"),
        pytest.param([(15,)], OptionTypeError, "teardown[0]", id="pair without time"),
        pytest.param(
            [(15, 1, 2)], OptionTypeError, "teardown[0]", id="three of a kind"
        ),
        pytest.param(
            [(15, 1), ("X", 1)], UnknownSignal, "teardown[1]", id="unknown signal"
        ),
        pytest.param([(15, -1)], OptionRangeError, "teardown[0]", id="negative time"),
        pytest.param([(15, "1")], OptionTypeError, "teardown[0]", id="time as a str"),
    ],
)
def test_what_is_no_teardown_is_refused(
    value: Any, kind: type[OptionError], option: str
) -> None:
    """The error names the step that is wrong."""
    with pytest.raises(OptionError) as caught:
        Teardown.of(value)

    assert kind is type(caught.value)
    assert option == caught.value.option
