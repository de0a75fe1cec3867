import pickle
from typing import Any

import pytest

from child_process._values.limits import Limits
from child_process.errors import OptionError


def test_nothing_is_limited_by_default() -> None:
    """Each limit is as ours is."""
    assert Limits().empty
    assert not Limits(memory=1).empty


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("memory", -1, id="negative"),
        pytest.param("memory", 1.5, id="half a byte"),
        pytest.param("memory", "1G", id="a str"),
        pytest.param("cpu", True, id="a bool"),
        pytest.param("files", 2**63, id="beyond what the system counts"),
        pytest.param("nice", 20, id="nicer than anybody"),
        pytest.param("nice", -21, id="less nice than anybody"),
        pytest.param("nice", 1.0, id="a float"),
    ],
)
def test_what_is_no_limit_is_refused(name: str, value: Any) -> None:
    """The error names the limit and its value."""
    with pytest.raises(OptionError) as caught:
        Limits(**{name: value})

    assert f"limits.{name}" == caught.value.option
    assert value == caught.value.value


def test_limits_travel() -> None:
    """They are a value: equal to their copy."""
    limits = Limits(memory=1 << 30, cpu=10, nice=-5)

    assert limits == pickle.loads(pickle.dumps(limits))
