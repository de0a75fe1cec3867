import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from child_process._values.input import PIECE, pieces, to_input
from child_process.errors import OptionError, OptionTypeError


class Unreadable:
    """Something whose ``read`` is no function."""

    read = None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("ä", "ä".encode(), id="text is UTF-8"),
        pytest.param("\udcff", b"\xff", id="bytes that travel in a str"),
        pytest.param("", b"", id="empty text"),
        pytest.param(b"\xff", b"\xff", id="bytes"),
        pytest.param(memoryview(b"abc")[1:], b"bc", id="memoryview"),
        pytest.param(Path("/etc/hosts"), Path("/etc/hosts"), id="path"),
    ],
)
def test_input_is_bytes_or_a_path(value: Any, expected: object) -> None:
    """Text and bytes become bytes; a path is opened later."""
    assert expected == to_input(value)


def test_a_bytearray_is_copied() -> None:
    """What the caller does to its buffer afterwards does not reach the child."""
    buffer = bytearray(b"before")

    taken = to_input(buffer)
    buffer[:] = b"after!"

    assert b"before" == taken


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(io.BytesIO(b"x"), id="file"),
        pytest.param(io.StringIO("x"), id="text file"),
        pytest.param([b"a", "b"], id="list"),
        pytest.param(iter("ab"), id="iterator"),
        pytest.param(_nothing(), id="async iterator"),
    ],
)
def test_a_source_is_kept_as_it_is(source: object) -> None:
    """What is read bit by bit is not touched before the child runs."""
    assert source is to_input(source)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(1, OptionTypeError, id="number"),
        pytest.param({"a": "b"}, OptionTypeError, id="mapping"),
        pytest.param(Unreadable(), OptionTypeError, id="something else"),
        pytest.param(Path("a\0b"), OptionError, id="path with a NUL"),
    ],
)
def test_what_cannot_be_read_is_refused(value: Any, kind: type[OptionError]) -> None:
    """A wrong input is an error before anything starts."""
    with pytest.raises(OptionError) as caught:
        to_input(value)

    assert kind is type(caught.value)


def _letters() -> Iterator[str]:
    yield from "ab"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"ab", [b"ab"], id="bytes"),
        pytest.param(
            [b"a", "ä", bytearray(b"b"), memoryview(b"c")],
            [b"a", "ä".encode(), b"b", b"c"],
            id="list of everything",
        ),
        pytest.param(_letters(), [b"a", b"b"], id="generator"),
        pytest.param(io.BytesIO(b"x" * (PIECE + 1)), [b"x" * PIECE, b"x"], id="file"),
        pytest.param(io.StringIO("ä"), ["ä".encode()], id="text file"),
        pytest.param(io.BytesIO(), [], id="empty file"),
    ],
)
def test_a_source_is_read_in_pieces(source: Any, expected: list[bytes]) -> None:
    """Every source gives bytes, a piece at a time."""
    assert expected == list(pieces(source))


def test_a_wrong_piece_is_told_when_it_comes() -> None:
    """A source that gives numbers raises, after the pieces before them."""
    iterator = pieces(["a", 1])

    assert b"a" == next(iterator)
    with pytest.raises(TypeError):
        next(iterator)
