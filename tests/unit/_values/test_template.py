import json
from pathlib import Path
from typing import Any

import pytest

from child_process import Secret, cmd, flag, raw, template
from child_process._values.arguments import kind_of
from child_process._values.template_error import TemplateError
from child_process.errors import OptionTypeError
from tests.support import hostile
from tests.support.template_strings import interpolation, template_string

DATA = Path(__file__).parents[2] / "data" / "refused-templates.json"
REFUSED = json.loads(DATA.read_text("utf-8"))["commands"]


def test_a_hole_is_an_argument_and_a_list_many() -> None:
    """The words are those of the literal text."""
    made = template(
        "git commit -m {message} --date={date} {files}",
        message="it's; done",
        date="a b",
        files=["x", "-y"],
    )

    assert cmd("git", "commit", "-m", "it's; done", "--date=a b", "x", "-y") == made


def test_every_hostile_string_is_one_argument() -> None:
    """Whole, and as a part."""
    for one in hostile.strings():
        made = template("p {x} a{x}b", x=one.word)

        assert (one.word, f"a{one.word}b") == made.args


def test_a_whole_argument_is_positional_unless_it_says_what_it_is() -> None:
    """So that `guarded` knows what is data."""
    made = template(
        "git log {x} --a={x} {l} {f} {r}",
        x="-x",
        l=["a"],
        f=flag("--out", "b"),
        r=raw("c"),
    )

    assert ["word", "positional", "word", "positional", "flag", "raw"] == [
        kind_of(word) for word in made.args
    ]
    assert "word" == kind_of(made.program)


def test_a_template_string_makes_the_same_command() -> None:
    """With its own values."""
    text = template_string("git log ", interpolation("a b", "rev"), "")

    assert cmd("git", "log", "a b") == template(text)


def test_a_secret_in_an_argument_stays_masked() -> None:
    """As a whole word, and as a part."""
    made = template("curl --header={token} {token}", token=Secret("geheim"))

    assert "geheim" not in f"{made!r} {made}"
    assert "--header=geheim" == str.__str__(made.args[0])


@pytest.mark.parametrize(
    ("text", "values", "hole", "reason"),
    [
        ("{x}", {"x": "ls"}, "x", "choose the program"),
        ("git '{x}'", {"x": "a"}, "x", "inside quotes"),
        ("git {x} {y} | wc", {"x": "a", "y": "b"}, None, "'|' is for a shell"),
        ("git {x} 'a", {"x": "a"}, None, "never closed"),
        ("A=1 git {x}", {"x": "a"}, None, "A=1 is no program"),
        ("git {x}", {}, "x", "no value"),
    ],
)
def test_what_only_a_shell_can_do_is_refused(
    text: str, values: dict[str, Any], hole: str | None, reason: str
) -> None:
    """Before anything runs, with the hole that is meant."""
    with pytest.raises(TemplateError) as caught:
        template(text, **values)

    assert hole == caught.value.hole
    assert reason in caught.value.reason
    assert text == caught.value.template


@pytest.mark.parametrize(("text", "hole", "reason", "expected"), REFUSED)
def test_a_refusal_says_where_why_and_what_to_write(
    text: str, hole: str | None, reason: str, expected: str
) -> None:
    """In these words, for each of its reasons."""
    data = {"x": "X Y", "y": "it's", "l": ["a b", "c"]}
    values = {name: value for name, value in data.items() if f"{{{name}" in text}

    with pytest.raises(TemplateError) as caught:
        template(text, **values)

    assert (text, hole, reason, expected) == caught.value.args


def test_a_value_without_an_obvious_text_is_refused() -> None:
    """By the name of its hole."""
    with pytest.raises(OptionTypeError) as caught:
        template("git {x}", x=None)

    assert "x" == caught.value.option
