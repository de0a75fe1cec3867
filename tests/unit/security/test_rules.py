import pickle
from dataclasses import replace

import pytest

from child_process import positional
from child_process.security import (
    Denial,
    KnownArguments,
    OnlyPrograms,
    PlainLines,
    Rule,
)
from tests.support.plans import plan_of


@pytest.mark.parametrize(
    ("programs", "file", "program", "allowed"),
    [
        pytest.param({"tar"}, "tar", "/bin/tar", True, id="by name"),
        pytest.param({"tar"}, "./tar", "/tmp/tar", False, id="a path of that name"),
        pytest.param({"tar"}, "/bin/tar", "/bin/tar", False, id="a full path"),
        pytest.param({"/bin/tar"}, "/bin/tar", "/bin/tar", True, id="by path"),
        pytest.param({"/bin/tar"}, "tar", "/bin/tar", True, id="path found by name"),
        pytest.param({"/bin/tar"}, "tar", "/opt/tar", False, id="another file"),
        pytest.param(set(), "tar", "/bin/tar", False, id="none"),
    ],
)
def test_only_programs_of_the_list(
    programs: set[str], file: str, program: str, *, allowed: bool
) -> None:
    """A name stands for what PATH leads to, a path for itself."""
    plan = replace(plan_of("x"), file=file, program=program)

    denials = OnlyPrograms(frozenset(programs))(plan)

    shown = repr(program)
    expected = Denial(
        "program",
        f"{shown} is not among the programs allowed here",
        f"add {shown} to programs= of the policy",
    )
    assert (() if allowed else (expected,)) == denials


@pytest.mark.parametrize(
    ("shell", "template", "rules"),
    [
        pytest.param(False, False, [], id="no shell"),
        pytest.param(True, False, ["shell"], id="plain line"),
        pytest.param(True, True, [], id="line of a template"),
    ],
)
def test_a_line_comes_from_a_template(
    *, shell: bool, template: bool, rules: list[str]
) -> None:
    """A plain str cannot show that it is a literal."""
    plan = replace(plan_of("sh", "-c", "x"), shell=shell, from_template=template)

    denials = PlainLines()(plan)

    assert rules == [denial.rule for denial in denials]
    for denial in denials:
        assert "a plain str is a line for a shell here" == denial.message
        assert (
            'make it with sh("… {name} …", name=value), or pass a program with a list'
            == denial.remedy
        )


def test_arguments_are_judged_by_the_tables() -> None:
    """By the resolved program; `argv[0]` is only what it calls itself."""
    plan = plan_of("tar", positional("--to-command=x"))
    renamed = replace(plan, argv=("cat", *plan.args))

    assert ["data-as-option"] == [denial.rule for denial in KnownArguments()(plan)]
    assert ["data-as-option"] == [denial.rule for denial in KnownArguments()(renamed)]
    assert () == KnownArguments()(plan_of("tar", "-C", "/x", "-xf", "a"))
    assert KnownArguments(strict=True)(plan_of("tar", "-C", "/x", "-xf", "a"))


def test_data_in_a_line_for_a_shell_has_no_dash() -> None:
    """It is quoted, and could still be an option of whatever reads it."""
    plan = replace(plan_of("sh", "-c", "x '-rf'"), shell=True)
    data = replace(plan, quoted=(positional("-rf"), positional("a"), "-v"))

    assert () == KnownArguments()(plan)
    (denial,) = KnownArguments()(data)
    expected = Denial(
        "data-as-option",
        "'-rf' may be an option of a program in the line",
        "give a path that begins with './', or run the program itself",
    )
    assert expected == denial


@pytest.mark.parametrize(
    "rule", [OnlyPrograms(frozenset({"a"})), PlainLines(), KnownArguments(strict=True)]
)
def test_a_rule_is_a_value(rule: Rule) -> None:
    """It compares, prints and travels."""
    assert rule == pickle.loads(pickle.dumps(rule))
    assert type(rule).__name__ in repr(rule)
