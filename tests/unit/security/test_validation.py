import re
from typing import Any

import pytest

from child_process import validate
from child_process.errors import OptionError, OptionTypeError


@pytest.mark.parametrize("value", ["a", "feature/x-1.0_b", "-rf", "../x"])
def test_what_the_list_allows_comes_back(value: str) -> None:
    """The default allows what file names need."""
    assert value == validate(value)


@pytest.mark.parametrize(
    "value", ["", "a b", "a;b", "$HOME", "a\n", "\na", "ä", "a\0", "`id`", "*"]
)
def test_what_the_list_lacks_is_refused(value: str) -> None:
    """The whole of the value must match, its last newline included."""
    with pytest.raises(OptionError) as caught:
        validate(value)

    assert OptionError is type(caught.value)
    assert value == caught.value.value


@pytest.mark.parametrize("value", [None, 1, b"a", ["a"]])
def test_only_text_can_be_judged(value: Any) -> None:
    """Something else than a str is a mistake of the program."""
    with pytest.raises(OptionTypeError):
        validate(value)


@pytest.mark.parametrize("allow", [r"\d+", re.compile(r"\d+")])
def test_another_list_may_be_given(allow: Any) -> None:
    """A pattern as text or compiled; the error shows it."""
    accepted = validate("123", allow)
    with pytest.raises(OptionError) as caught:
        validate("12a", allow)

    assert "123" == accepted
    assert r"nothing but \d+" == caught.value.expected
