import pytest

from child_process import flag, positional, raw
from child_process._values.arguments import Value, kind_of
from child_process.security.arranging import arranged, spelled
from tests.support.grammars import lookup

p = positional


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(("nosuch", flag("--o", "v")), ("nosuch", "--o=v"), id="long"),
        pytest.param(("nosuch", flag("-o", "v")), ("nosuch", "-ov"), id="short"),
        pytest.param(("nosuch", flag("-o", "")), ("nosuch", "-o", ""), id="empty"),
        pytest.param(("nosuch", flag("--o", "")), ("nosuch", "--o="), id="long empty"),
        pytest.param(("nosuch", flag("-in", "v")), ("nosuch", "-in", "v"), id="one"),
        pytest.param(("gnu", flag("-n", "v"), "a"), ("gnu", "-nv", "a"), id="gnu"),
        pytest.param(("gnu", flag("-in", "v")), ("gnu", "-in", "v"), id="gnu, one"),
        pytest.param(("single", flag("-c", "v")), ("single", "-c", "v"), id="single"),
        pytest.param(
            ("single", flag("--name", "v")), ("single", "--name", "v"), id="single --"
        ),
        pytest.param(("single", flag("-I", "v")), ("single", "-Iv"), id="joined"),
        pytest.param(
            ("single", flag("-std", "v")), ("single", "-std=v"), id="joined ="
        ),
        pytest.param(("single", flag("-l", "v")), ("single", "-lv"), id="optional"),
        pytest.param(("plus", flag("--cmd", "v")), ("plus", "--cmd", "v"), id="no ="),
        pytest.param(("plus", flag("-n", "v")), ("plus", "-nv"), id="no =, short"),
        pytest.param(
            ("wrapper", "-i", "single", flag("-in", "v"), flag("-c", "w")),
            ("wrapper", "-i", "single", "-in", "v", "-c", "w"),
            id="inner line",
        ),
        pytest.param(
            ("tool", "clone", flag("--depth", "1")),
            ("tool", "clone", "--depth=1"),
            id="sub-command",
        ),
        pytest.param((flag("--a", "b"),), ("--a=b",), id="nothing before"),
        pytest.param(("gnu", p("-x"), raw("y")), ("gnu", "-x", "y"), id="others"),
    ],
)
def test_a_flag_is_spelled_as_its_program_takes_it(
    words: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """One word where it can be: a value of its own could be misread."""
    assert expected == spelled(words, lookup)


def test_the_second_word_of_a_flag_stays_data() -> None:
    """So that it is judged as what it is; other words keep their kinds."""
    made = spelled(("single", flag("-in", "v"), p("a"), flag("-I", "b")), lookup)

    assert ["word", "word", "value", "positional", "flag"] == [
        kind_of(word) for word in made
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # nothing to do
        pytest.param(("nosuch", p("-x")), ("nosuch", "-x"), id="unknown program"),
        pytest.param(("gnu", "-v", p("a")), ("gnu", "-v", "a"), id="harmless"),
        pytest.param(("gnu", "-v", "-"), ("gnu", "-v", "-"), id="plain"),
        pytest.param(("gnu", raw("-x"), raw("-")), ("gnu", "-x", "-"), id="raw"),
        pytest.param(("gnu", "--", p("-x")), ("gnu", "--", "-x"), id="done already"),
        # --
        pytest.param(("gnu", p("-x")), ("gnu", "--", "-x"), id="two dashes"),
        pytest.param(("gnu", p("--")), ("gnu", "--", "--"), id="two dashes as data"),
        pytest.param(
            ("gnu", "-v", p("a"), p("-x"), "b", p("-y")),
            ("gnu", "-v", "a", "--", "-x", "b", "-y"),
            id="once",
        ),
        # ./
        pytest.param(
            ("gnu", p("-x"), "-v"), ("gnu", "./-x", "-v"), id="an option comes after"
        ),
        pytest.param(
            ("gnu", p("-x"), flag("-n", "1")), ("gnu", "./-x", "-n1"), id="or a flag"
        ),
        pytest.param(("gnu", p("-")), ("gnu", "./-"), id="a dash alone"),
        pytest.param(("gnu", p("-"), p("-x")), ("gnu", "./-", "--", "-x"), id="both"),
        pytest.param(("single", p("-print")), ("single", "./-print"), id="no --"),
        pytest.param(("scripted", "s", p("A=1")), ("scripted", "s", "./A=1"), id="dot"),
        pytest.param(("gnu", "-o", p("-")), ("gnu", "-o", "./-"), id="value"),
        pytest.param(("gnu", flag("-o", "-")), ("gnu", "-o./-"), id="flag"),
        pytest.param(("gnu", flag("-o", "x")), ("gnu", "-ox"), id="harmless flag"),
        pytest.param(("gnu", "-o", "-", p("a")), ("gnu", "-o", "-", "a"), id="yours"),
        pytest.param(("gnu", "-o", raw("-")), ("gnu", "-o", "-"), id="raw value"),
        pytest.param(("gnu", "-o-", p("a")), ("gnu", "-o-", "a"), id="attached"),
        pytest.param(("gnu", "-n", p("-")), ("gnu", "-n", "-"), id="no path value"),
        pytest.param(("gnu", p("a"), "-o"), ("gnu", "a", "-o"), id="value missing"),
        pytest.param(("gnu", "-q", p("-")), ("gnu", "-q", "./-"), id="after unknown"),
        pytest.param(("old", flag("-f", "h:x")), ("old", "-f./h:x"), id="archive"),
        pytest.param(("old", "xf", p("h:x")), ("old", "xf", "./h:x"), id="old archive"),
        pytest.param(("plus", p("+q"), "-n"), ("plus", "./+q", "-n"), id="plus"),
        # in another program's line
        pytest.param(
            ("wrapper", "gnu", p("-x")), ("wrapper", "gnu", "--", "-x"), id="inner"
        ),
        pytest.param(
            ("wrapper", raw("gnu"), p("-x")), ("wrapper", "gnu", "-x"), id="raw inner"
        ),
        pytest.param(
            ("tool", "clone", "h", p("-x")),
            ("tool", "clone", "h", "--", "-x"),
            id="sub-command",
        ),
        # cannot be made safe
        pytest.param(("posix", p("-v"), "-v"), ("posix", "-v", "-v"), id="no path"),
        pytest.param(("tool", p("-C"), "x"), ("tool", "-C", "x"), id="no -- no path"),
    ],
)
def test_data_is_made_safe_where_the_program_knows_how(
    words: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """By `--` before it, or `./` where it is a path; else it is left alone."""
    assert expected == arranged(words, lookup)


def test_what_was_made_safe_is_still_data() -> None:
    """A word with a prefix is judged like the one without."""
    words = arranged(("gnu", "-o", Value("-"), p("-"), flag("-o", "-")), lookup)

    assert ("gnu", "-o", "./-", "./-", "-o./-") == words
    assert ["word", "word", "value", "positional", "flag"] == [
        kind_of(word) for word in words
    ]


def test_a_program_may_be_behind_any_number_of_others() -> None:
    """More than the interpreter's stack has room for."""
    before = ("wrapper", "-i") * 2000

    found = arranged(
        spelled((*before, "gnu", flag("-n", "5"), p("-v")), lookup), lookup
    )

    assert (*before, "gnu", "-n5", "--", "-v") == found
