import sys
from typing import Any

import pytest

from child_process._values.template_error import TemplateError
from child_process._values.template_parts import (
    Hole,
    is_template_string,
    joined,
    parts_of,
    source_of,
)
from child_process.errors import OptionTypeError
from tests.support.template_strings import interpolation, template_string

FORMATTED = "a hole takes no conversion and no format"


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("", {}, ()),
        ("a", {}, ("a",)),
        ("a {x} b", {"x": 1}, ("a ", Hole("x", 1), " b")),
        ("{x}{y}", {"x": 1, "y": 2}, ("", Hole("x", 1), "", Hole("y", 2))),
        ("{x} {x}", {"x": 1}, ("", Hole("x", 1), " ", Hole("x", 1))),
        ("${{HOME}} {{}}", {}, ("${HOME} {}",)),
        ("{text}", {"text": 1}, ("", Hole("text", 1))),
    ],
)
def test_text_is_cut_at_its_holes(
    text: str, values: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    """Braces that are written twice belong to the text."""
    assert expected == parts_of(text, values)


@pytest.mark.parametrize(
    ("text", "values", "hole", "reason", "remedy"),
    [
        ("{x}", {}, "x", "no value", "x=…"),
        ("{x}", {"y": 1, "z": 2}, "x", "no value", "there are y, z"),
        ("a", {"x": 1}, "x", "no such hole", "{x}"),
        ("{}", {}, "", "has a name", "{name}"),
        ("{0}", {}, "0", "has a name", "{name}"),
        ("{x.y}", {"x": 1}, "x.y", "plain name", "name of its own"),
        ("{x[0]}", {"x": 1}, "x[0]", "plain name", "name of its own"),
        ("{print $1}", {}, "print $1", "plain name", "written twice"),
        ("{x!r}", {"x": 1}, "x", "no conversion", "format the value"),
        ("{x:5}", {"x": 1}, "x", "no conversion", "format the value"),
        ("{x", {"x": 1}, None, "no partner", "written twice"),
        ("x}", {}, None, "no partner", "written twice"),
    ],
)
def test_a_hole_is_a_plain_name_with_a_value(
    text: str, values: dict[str, Any], hole: str | None, reason: str, remedy: str
) -> None:
    """What is not says why, and what to write."""
    with pytest.raises(TemplateError) as caught:
        parts_of(text, values)

    assert (text, hole) == caught.value.args[:2]
    assert reason in caught.value.reason
    assert remedy in caught.value.expected


def test_a_hole_without_a_value_tells_which_there_are() -> None:
    """If there are any."""
    with pytest.raises(TemplateError) as none:
        parts_of("{x}", {})
    with pytest.raises(TemplateError) as two:
        parts_of("{x}", {"y": 1, "z": 2})
    with pytest.raises(TemplateError) as unused:
        parts_of("a", {"x": 1})

    assert "give it as a keyword, x=…" == none.value.expected
    assert "give it as a keyword, x=… (there are y, z)" == two.value.expected
    assert "write {x} where it belongs, or leave it out" == unused.value.expected
    assert "there is no such hole" == unused.value.reason


def test_a_template_string_brings_its_values() -> None:
    """Expressions are its names."""
    text = template_string("a ", interpolation(1, "x.y"), " b")

    assert is_template_string(text)
    assert ("a ", Hole("x.y", 1), " b") == parts_of(text, {})


@pytest.mark.skipif(sys.version_info < (3, 14), reason="needs Python 3.14")
def test_a_real_template_string_is_known() -> None:
    """By the same shape."""
    text = eval('t"a {1 + 1} b"')

    assert is_template_string(text)
    assert ("a ", Hole("1 + 1", 2), " b") == parts_of(text, {})


@pytest.mark.parametrize(
    ("text", "values", "facts"),
    [
        (
            template_string("a ", interpolation(1, "x", "r"), ""),
            {},
            ("a {x}", "x", FORMATTED, "format the value first"),
        ),
        (
            template_string("a ", interpolation(1, "x", None, "5"), ""),
            {},
            ("a {x}", "x", FORMATTED, "format the value first"),
        ),
        (
            template_string("a"),
            {"x": 1},
            ("a", "x", "a template string brings its values", "leave the keyword out"),
        ),
    ],
)
def test_a_template_string_is_not_formatted(
    text: Any, values: dict[str, Any], facts: tuple[str, ...]
) -> None:
    """As little as text is, and it takes no keywords."""
    with pytest.raises(TemplateError) as caught:
        parts_of(text, values)

    assert facts == caught.value.args


@pytest.mark.parametrize("text", [b"a", 5, None, ["a"]])
def test_other_things_are_no_template(text: object) -> None:
    """Bytes neither."""
    with pytest.raises(OptionTypeError) as caught:
        parts_of(text, {})

    assert ("template", text) == caught.value.args[:2]
    assert 'text with {name} in it, or t"…"' == caught.value.expected


def test_a_shape_that_does_not_fit_is_no_template_string() -> None:
    """One text more than there are holes."""
    assert not is_template_string(template_string("a", interpolation(1)))
    assert not is_template_string("a")


def test_texts_side_by_side_are_one() -> None:
    """And the source shows names, no data."""
    parts = joined(["a", "b", Hole("x", "secret"), "", "c"])

    assert ("ab", Hole("x", "secret"), "c") == parts
    assert "ab{x}c" == source_of(parts)
