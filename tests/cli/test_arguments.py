"""Words of the command line become values, or say what they should have been."""

import argparse
from collections.abc import Callable

import pytest

from child_process.cli import arguments

VALUES = [
    pytest.param(arguments.seconds, "2.5", 2.5, id="seconds"),
    pytest.param(arguments.seconds_or_none, "none", None, id="no seconds"),
    pytest.param(arguments.seconds_or_none, "0", 0.0, id="zero seconds"),
    pytest.param(arguments.limit_of_bytes, "65536", 65536, id="bytes"),
    pytest.param(arguments.limit_of_bytes, "64K", 65536, id="K"),
    pytest.param(arguments.limit_of_bytes, "1m", 1024**2, id="small m"),
    pytest.param(arguments.limit_of_bytes, "2GiB", 2 * 1024**3, id="GiB"),
    pytest.param(arguments.tree, "yes", True, id="a tree"),
    pytest.param(arguments.tree, "no", False, id="no tree"),
    pytest.param(arguments.tree, "all", "all", id="all"),
    pytest.param(arguments.variable, "A=b=c", ("A", "b=c"), id="a variable"),
    pytest.param(arguments.codes, "0,1,255", frozenset({0, 1, 255}), id="codes"),
]

REFUSED = [
    pytest.param(arguments.seconds, "5s", id="a unit of time"),
    pytest.param(arguments.limit_of_bytes, "", id="no bytes"),
    pytest.param(arguments.limit_of_bytes, "K", id="a unit alone"),
    pytest.param(arguments.limit_of_bytes, "-1", id="negative bytes"),
    pytest.param(arguments.limit_of_bytes, "1T", id="unknown unit"),
    pytest.param(arguments.limit_of_bytes, "٣", id="other digits"),
    pytest.param(arguments.tree, "True", id="no tree"),
    pytest.param(arguments.variable, "=x", id="no name"),
    pytest.param(arguments.codes, "0,", id="half a list"),
    pytest.param(arguments.codes, "-1", id="a negative code"),
]


@pytest.mark.parametrize(("convert", "word", "value"), VALUES)
def test_a_word_becomes_its_value(
    convert: Callable[[str], object], word: str, value: object
) -> None:
    """Each word stands for one value."""
    assert value == convert(word)


@pytest.mark.parametrize(("convert", "word"), REFUSED)
def test_another_word_is_refused(convert: Callable[[str], object], word: str) -> None:
    """The refusal quotes the word, and says what is expected."""
    with pytest.raises(argparse.ArgumentTypeError, match="is not") as refused:
        convert(word)

    assert repr(word) in str(refused.value)
