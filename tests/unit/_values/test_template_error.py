import copy
import pickle

from child_process._values.template_error import TemplateError


def test_it_says_where_why_and_what_instead() -> None:
    """In one line that is safe to print."""
    error = TemplateError("cat '{x}'", "x", "it stands\x1b in quotes", "leave them out")

    assert "{x} in \"cat '{x}'\": it stands\\x1b in quotes; leave them out" == str(
        error
    )
    assert "ERR_INVALID_TEMPLATE" == error.code
    assert isinstance(error, ValueError)


def test_without_a_hole_it_is_about_the_whole() -> None:
    """And a long template is cut."""
    error = TemplateError("x" * 1000, None, "why", "how")

    assert str(error).startswith("'xxx")
    assert len(str(error)) < 500


def test_it_travels() -> None:
    """With all of its facts."""
    error = TemplateError("a {x}", "x", "why", "how")

    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert error.args == again.args
        assert "why" == again.reason
        assert "how" == again.expected
        assert str(error) == str(again)
