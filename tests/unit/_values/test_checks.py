import math
import os
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import pytest

from child_process._values import checks
from child_process.errors import OptionError, OptionRangeError, OptionTypeError


def to_a_hundred(option: str, value: object) -> int:
    """Return *value* if it is a whole number up to 100."""
    return checks.integer(option, value, most=100)


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        pytest.param(checks.boolean, True, True, id="yes"),
        pytest.param(checks.boolean, False, False, id="no"),
        pytest.param(to_a_hundred, 0, 0, id="lowest number"),
        pytest.param(to_a_hundred, 100, 100, id="highest number"),
        pytest.param(checks.limit, 0, 0, id="a limit of nothing"),
        pytest.param(checks.limit, 2**40, 2**40, id="a huge limit"),
        pytest.param(checks.limit, None, None, id="no limit"),
        pytest.param(checks.limit, math.inf, None, id="Node's Infinity is no limit"),
        pytest.param(checks.seconds, 0, 0.0, id="no time"),
        pytest.param(checks.seconds, 1, 1.0, id="whole seconds"),
        pytest.param(checks.seconds, 0.25, 0.25, id="parts of seconds"),
        pytest.param(checks.string, "", "", id="empty string"),
        pytest.param(checks.string, "ä", "ä", id="str"),
        pytest.param(checks.string, b"\xff", "\udcff", id="bytes that are not text"),
        pytest.param(checks.string, "\udcff", "\udcff", id="such bytes as a str"),
        pytest.param(checks.string, PurePosixPath("/a/b"), "/a/b", id="path"),
        pytest.param(checks.text, "x", "x", id="text"),
        pytest.param(checks.path, None, None, id="no path"),
        pytest.param(checks.path, "", None, id="empty path, as in Node"),
        pytest.param(checks.path, b"/tmp", "/tmp", id="path as bytes"),
    ],
)
def test_a_good_value_comes_back(
    check: Callable[[str, object], object], value: object, expected: object
) -> None:
    """A check returns the value in the form that the rest of the code uses."""
    approved = check("option", value)

    assert expected == approved
    assert type(expected) is type(approved)


@pytest.mark.parametrize(
    ("check", "value", "kind"),
    [
        pytest.param(checks.boolean, 1, OptionTypeError, id="1 is not True"),
        pytest.param(checks.boolean, None, OptionTypeError, id="None is not False"),
        pytest.param(to_a_hundred, 1.0, OptionTypeError, id="float as number"),
        pytest.param(to_a_hundred, True, OptionTypeError, id="bool as number"),
        pytest.param(to_a_hundred, "1", OptionTypeError, id="str as number"),
        pytest.param(to_a_hundred, -1, OptionRangeError, id="below the lowest"),
        pytest.param(to_a_hundred, 101, OptionRangeError, id="above the highest"),
        pytest.param(checks.limit, 1.5, OptionTypeError, id="half a byte"),
        pytest.param(checks.limit, True, OptionTypeError, id="bool as a limit"),
        pytest.param(checks.limit, -1, OptionRangeError, id="negative limit"),
        pytest.param(checks.limit, -math.inf, OptionTypeError, id="minus infinity"),
        pytest.param(checks.limit, math.nan, OptionTypeError, id="no number, as limit"),
        pytest.param(checks.seconds, "1", OptionTypeError, id="str as seconds"),
        pytest.param(checks.seconds, True, OptionTypeError, id="bool as seconds"),
        pytest.param(checks.seconds, -0.001, OptionRangeError, id="negative time"),
        pytest.param(checks.seconds, math.inf, OptionRangeError, id="for ever"),
        pytest.param(checks.seconds, math.nan, OptionRangeError, id="no number"),
        pytest.param(checks.seconds, 10**400, OptionRangeError, id="no float"),
        pytest.param(checks.string, 1, OptionTypeError, id="number as string"),
        pytest.param(checks.string, None, OptionTypeError, id="None as string"),
        pytest.param(checks.string, ["a"], OptionTypeError, id="list as string"),
        pytest.param(checks.string, "a\0b", OptionError, id="NUL"),
        pytest.param(checks.string, b"a\0b", OptionError, id="NUL in bytes"),
        pytest.param(
            checks.string, PurePosixPath("a\0b"), OptionError, id="NUL in a path"
        ),
        pytest.param(checks.string, "\ud800", OptionError, id="half a surrogate pair"),
        pytest.param(checks.text, "", OptionError, id="empty text"),
        pytest.param(checks.text, b"", OptionError, id="empty bytes"),
        pytest.param(checks.path, 1, OptionTypeError, id="number as path"),
        pytest.param(checks.path, "\0", OptionError, id="NUL as path"),
    ],
)
def test_a_wrong_value_is_refused(
    check: Callable[[str, object], object], value: Any, kind: type[OptionError]
) -> None:
    """A check raises the kind of error that says what is wrong, and names the option."""
    with pytest.raises(OptionError) as caught:
        check("option", value)

    assert kind is type(caught.value)
    assert "option" == caught.value.option


def test_bytes_travel_through_a_str() -> None:
    """What `string` makes of bytes is the same bytes again for the system."""
    every_byte = bytes(range(1, 256))

    assert every_byte == os.fsencode(checks.string("option", every_byte))
