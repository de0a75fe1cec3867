from typing import Any

import pytest

from child_process._values.groups import to_groups
from child_process.errors import OptionError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([], (), id="none at all"),
        pytest.param({4}, (4,), id="a set"),
        pytest.param(iter([5, 2**31 - 1]), (5, 2**31 - 1), id="an iterator"),
    ],
)
def test_groups_are_numbers(given: Any, expected: tuple[int, ...]) -> None:
    """Whatever holds them."""
    assert expected == to_groups(given)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(5, id="one number"),
        pytest.param("wheel", id="a name"),
        pytest.param(b"5", id="bytes"),
        pytest.param(["wheel"], id="names"),
        pytest.param([-1], id="below 0"),
        pytest.param([2**31], id="above an int32"),
        pytest.param(range(65537), id="more than one process may have"),
    ],
)
def test_what_are_no_groups_is_refused(given: Any) -> None:
    """The error names the option."""
    with pytest.raises(OptionError) as caught:
        to_groups(given)

    assert "groups" == caught.value.option
