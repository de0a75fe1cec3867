import asyncio
from collections import OrderedDict
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from child_process import Secret, cmd, run_sync, spawn_sync
from child_process._values.filling import Filled, filled
from child_process._values.template_parts import Hole
from child_process.errors import OptionError, OptionTypeError
from tests.support.template_strings import template_string


class Colour(StrEnum):
    """An enumeration of texts."""

    RED = "red"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a b", ("a b",)),
        ("", ("",)),
        (b"\xff", ("\udcff",)),
        (Path("/a"), ("/a",)),
        (5, ("5",)),
        (-5, ("-5",)),
        (Colour.RED, ("red",)),
    ],
)
def test_a_plain_value_is_one_word(value: Any, words: tuple[str, ...]) -> None:
    """Its one obvious text."""
    found = filled(Hole("x", value))

    assert Filled(words, many=False) == found
    assert {str} == {type(word) for word in found.words}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], ()),
        (["a"], ("a",)),
        (("a", 2, b"c", Path("d")), ("a", "2", "c", "d")),
    ],
)
def test_a_list_is_many(value: Any, words: tuple[str, ...]) -> None:
    """Also when it has one, or none."""
    assert Filled(words, many=True) == filled(Hole("x", value))


def test_a_result_is_its_output() -> None:
    """Without one newline at the end, as in a shell."""
    text = run_sync("printf", ["a\\n\\n"])
    data = run_sync("printf", ["\\377\\n"], encoding=None)
    sync = spawn_sync("printf", ["b\\n"])

    assert ("a\n",) == filled(Hole("x", text)).words
    assert ("\udcff",) == filled(Hole("x", data)).words
    assert ("b", "a\n") == filled(Hole("x", [sync, text])).words


def test_a_result_without_output_is_refused() -> None:
    """There is nothing that could be meant."""
    result = run_sync("true", stdio="ignore")

    with pytest.raises(OptionTypeError, match="was no pipe"):
        filled(Hole("x", result))


def test_a_secret_stays_masked() -> None:
    """Down to the word."""
    (word,) = filled(Hole("x", Secret("geheim"))).words

    assert "geheim" not in repr(word)
    assert "geheim" == str.__str__(word)


async def _coroutine() -> None:
    """Nothing."""


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (None, "[] leaves the word out"),
        (True, "if wanted, else []"),
        (1.5, "with the digits"),
        (bytearray(b"a"), "bytes(value)"),
        (memoryview(b"a"), "bytes(value)"),
        ({"a": 1}, "for …]"),
        (OrderedDict(), "for …]"),
        ({"a"}, "sorted(value)"),
        (frozenset("a"), "sorted(value)"),
        ((one for one in "a"), "[*value]"),
        (cmd("ls"), "*command.args"),
        (template_string("a"), "one template with all of it"),
        (len, "call it first"),
        (object(), "str(value)"),
        (range(3), "str(value)"),
    ],
)
def test_what_has_no_obvious_text_is_refused_with_advice(
    value: object, advice: str
) -> None:
    """Nothing is guessed: None is not "None", True is not "True"."""
    with pytest.raises(OptionTypeError) as caught:
        filled(Hole("x", value))

    assert "x" == caught.value.option
    assert advice in caught.value.expected


def test_what_can_be_awaited_is_refused_with_advice() -> None:
    """A coroutine, and a future."""
    coroutine = _coroutine()
    try:
        with pytest.raises(OptionTypeError, match="await it first"):
            filled(Hole("x", coroutine))
    finally:
        coroutine.close()
    loop = asyncio.new_event_loop()
    try:
        with pytest.raises(OptionTypeError, match="await it first"):
            filled(Hole("x", loop.create_future()))
    finally:
        loop.close()


@pytest.mark.parametrize(
    ("value", "option", "advice"),
    [
        (["a", ["b"]], "x[1]", "no list in a list"),
        ([("a",)], "x[0]", "no list in a list"),
        ([None], "x[0]", "leaves the word out"),
        (["a", "\0"], "x[1]", "no NUL"),
        ("\ud800", "x", "encoding"),
    ],
)
def test_the_word_that_is_wrong_is_named(
    value: object, option: str, advice: str
) -> None:
    """By its place in a list."""
    with pytest.raises(OptionError) as caught:
        filled(Hole("x", value))

    assert option == caught.value.option
    assert advice in caught.value.expected
