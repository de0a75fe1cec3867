"""Files, functions and parameter lists stay small enough to be read."""

import ast
import statistics
from pathlib import Path

import pytest

from tests.support.sources import FILES, Function, functions, shown

FILE_LINES = 400
MEDIAN_FILE_LINES = 160
FUNCTION_LINES = 40
POSITIONAL_PARAMETERS = 6

each_file = pytest.mark.parametrize("path", FILES, ids=shown)


def line_count(path: Path) -> int:
    """Return how many lines the file at *path* has."""
    return len(path.read_text("utf-8").splitlines())


def function_length(function: Function) -> int:
    """Return the lines of *function* from ``def`` on, less its docstring's."""
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        length -= first.end_lineno - first.lineno + 1
    return length


def positional_count(function: Function) -> int:
    """Return how many arguments *function* takes by position, less ``self``."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


@each_file
def test_a_file_is_short(path: Path) -> None:
    """No file is over 400 lines."""
    assert line_count(path) <= FILE_LINES


def test_most_files_are_much_shorter() -> None:
    """The median file has at most 160 lines."""
    assert statistics.median(map(line_count, FILES)) <= MEDIAN_FILE_LINES


@each_file
def test_a_function_fits_a_screen(path: Path) -> None:
    """No function is over 40 lines without its docstring."""
    long = {
        function.name: length
        for function in functions(path)
        if (length := function_length(function)) > FUNCTION_LINES
    }

    assert {} == long


@each_file
def test_parameters_beyond_six_are_keywords(path: Path) -> None:
    """A call with many arguments names them."""
    many = {
        function.name: count
        for function in functions(path)
        if (count := positional_count(function)) > POSITIONAL_PARAMETERS
    }

    assert {} == many
