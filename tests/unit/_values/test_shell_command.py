import pickle
from pathlib import Path
from typing import Any

import pytest

from child_process import Secret
from child_process._values.shell_command import ShellCommand, sh
from child_process._values.template_error import TemplateError
from child_process._values.template_parts import Hole
from child_process.errors import OptionError, OptionTypeError
from tests.support import hostile
from tests.support.template_strings import interpolation, template_string


@pytest.mark.parametrize(
    ("text", "data", "line"),
    [
        ("cat {f} | wc -l", {"f": "a b"}, "cat 'a b' | wc -l"),
        ("cat {f}", {"f": ["a", "b"]}, "cat 'a' 'b'"),
        ("cat {f} x", {"f": []}, "cat  x"),
        ("head -n {n} {f}", {"n": 5, "f": Path("/x")}, "head -n '5' '/x'"),
        ("p {f} {f}", {"f": b"\xff"}, "p '\udcff' '\udcff'"),
        ("p ${{HOME}} {f}", {"f": "$x"}, "p ${HOME} '$x'"),
    ],
)
def test_each_hole_is_one_word(text: str, data: dict[str, Any], line: str) -> None:
    """A list is as many as it has."""
    assert line == sh(text, **data).line


def test_a_template_string_is_the_same() -> None:
    """Known by its shape, on Pythons that have none as well."""
    text = template_string("cat ", interpolation("a b", "f.name"), " | wc")

    assert "cat 'a b' | wc" == sh(text).line


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("cat {f} | wc", {"f": "it's\n"}),
        ("cat {f} {g}", {"f": ["a", "b"], "g": "c"}),
        ("p ${{HOME}} {f}", {"f": "x"}),
        ("p", {}),
    ],
)
def test_its_repr_can_be_copied(text: str, data: dict[str, Any]) -> None:
    """It makes an equal one."""
    made = sh(text, **data)

    assert made == eval(repr(made))
    assert made.line == eval(repr(made)).line


def test_the_repr_of_a_template_string_has_names_of_its_own() -> None:
    """An expression is no keyword, and two of a kind are told apart."""
    text = template_string(
        "p ", interpolation("a", "x[0]"), " ", interpolation("b", "x[1]"), ""
    )

    assert "sh('p {value} {value_}', value='a', value_='b')" == repr(sh(text))


def test_it_is_a_value() -> None:
    """Equal by its line, hashable, picklable, and not to be changed."""
    made = sh("p {x}", x="a")

    assert made == sh("p {y}", y="a")
    assert made != sh("p {x}", x="b")
    assert 1 == len({made, sh("p {x}", x="a")})
    assert made == pickle.loads(pickle.dumps(made))
    assert {"x": "a"} == made.holes
    assert "p 'a'" == str(made)
    with pytest.raises(AttributeError):
        made.line = "p"  # type: ignore[misc]  # wrong on purpose


def test_a_list_may_change_later() -> None:
    """What was given is what counts."""
    files = ["a"]
    made = sh("p {files}", files=files)
    files.append("b")

    assert {"files": ("a",)} == made.holes
    assert "sh('p {files}', files=['a'])" == repr(made)


def test_made_by_hand_it_is_checked_as_well() -> None:
    """There is no way to one that is not safe, in pieces either."""
    with pytest.raises(TemplateError):
        ShellCommand(("", Hole("x", "id")))
    with pytest.raises(TemplateError):
        ShellCommand(("p <", "<", Hole("x", "id")))
    with pytest.raises(TypeError):
        ShellCommand("rm", ())  # type: ignore[call-arg,arg-type]  # wrong on purpose


def test_a_secret_is_masked() -> None:
    """In everything that prints; the child gets it."""
    made = sh("curl -H {token} {url}", token=Secret("geheim-1"), url="u")

    assert "curl -H '***' 'u'" == str(made)
    assert "geheim" not in f"{made!r} {made} {made.holes}"
    assert "curl -H 'geheim-1' 'u'" == str.__str__(made.line)


@pytest.mark.parametrize(
    "value", [value for _, value in hostile.refused()], ids=dict(hostile.refused())
)
def test_what_no_argument_can_be_is_refused(value: object) -> None:
    """The hostile table's, but for whole numbers, which have one text."""
    if isinstance(value, int):
        assert "p '5'" == sh("p {x}", x=value).line
        return
    with pytest.raises(OptionError):
        sh("p {x}", x=value)


def test_another_template_is_no_data() -> None:
    """The advice is to write one."""
    with pytest.raises(OptionTypeError, match="one template with all of it"):
        sh("p {x}", x=sh("q"))
