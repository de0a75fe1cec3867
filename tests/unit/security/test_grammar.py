from typing import Any

import pytest

from child_process.security.grammar import EFFECTS, HARD, STOCK, grammar


@pytest.mark.parametrize(
    ("spelled", "name", "takes"),
    [
        ("-v", "-v", "nothing"),
        ("-?", "-?", "nothing"),
        ("-o=", "-o", "value"),
        ("--log?", "--log", "optional"),
        ("-B*", "-B", "joined"),
        ("-std=*", "-std=", "joined"),
        ("-c$", "-c", "last"),
        ("-exec;", "-exec", "command"),
        ("--arg:", "--arg", "pair"),
        ("-m%", "-m", "program"),
        ("-exec", "-exec", "nothing"),
    ],
)
def test_the_notation_says_what_an_option_takes(
    spelled: str, name: str, takes: str
) -> None:
    """By what follows its name."""
    made = grammar("p", {"allow": f"-a {spelled}"})

    assert takes == made.options[name].takes
    assert {"-a", name} == set(made.options)


def test_an_option_knows_its_group() -> None:
    """Allowed, watched or refused, with its effect and its value."""
    table = {
        "allow": "-a",
        "watch": {"write": "-o="},
        "refuse": {"exec": "-X= -Y"},
        "values": {"tool": "-X"},
        "kinds": {"tool": {"match": "gzip"}},
    }

    options = grammar("p", table).options

    assert (None, False) == (options["-a"].effect, options["-a"].refused)
    assert ("write", False) == (options["-o"].effect, options["-o"].refused)
    assert ("exec", True) == (options["-X"].effect, options["-X"].refused)
    assert ("any", "tool") == (options["-o"].value.name, options["-X"].value.name)
    assert "gzip" == options["-X"].value.match


@pytest.mark.parametrize(
    ("table", "error"),
    [
        pytest.param({"operands": ["nosuch"]}, KeyError, id="kind"),
        pytest.param({"watch": {"magic": "-x"}}, AssertionError, id="effect"),
        pytest.param({"values": {"path": "-x"}}, AssertionError, id="value of none"),
        pytest.param({"alow": "-x"}, TypeError, id="key"),
        pytest.param({"kinds": {"x": {"mach": "y"}}}, TypeError, id="key of a kind"),
    ],
)
def test_a_slip_in_a_table_is_an_error(table: dict[str, Any], error: type) -> None:
    """A table that is not what it seems to be protects nobody."""
    with pytest.raises(error):
        grammar("p", table)


def test_what_a_table_leaves_out_has_a_default() -> None:
    """The safe one: no abbreviation, no end of options."""
    made = grammar("p", {})

    assert ("p", "gnu", False, True, (), "-", False) == (
        made.name,
        made.style,
        made.abbreviations,
        made.equals,
        made.ends,
        made.begin,
        made.bare,
    )
    assert (STOCK["any"],) == made.operands
    assert ((), (), {}) == (made.after, made.instead, made.sub)


def test_sub_commands_have_grammars_of_their_own() -> None:
    """With the kinds of the program, and its options if they inherit."""
    table = {
        "allow": "-g -h=",
        "operands": ["sub"],
        "kinds": {"host": {"match": "x"}},
        "sub": {
            "a b": {"allow": "-l", "operands": ["host"], "ends": ["--"]},
            "c": {"inherit": True, "allow": "-h", "sub": {"d": {"allow": "-d"}}},
        },
    }

    made = grammar("p", dict(table))

    assert {"a", "b", "c"} == set(made.sub)
    assert ("p b", {"-l"}, ("--",)) == (
        made.sub["b"].name,
        set(made.sub["b"].options),
        made.sub["b"].ends,
    )
    assert "x" == made.sub["a"].operands[0].match
    assert {"-g", "-h"} == set(made.sub["c"].options)
    assert "nothing" == made.sub["c"].options["-h"].takes
    assert "p c d" == made.sub["c"].sub["d"].name
    assert {"-d"} == set(made.sub["c"].sub["d"].options)


def test_reading_a_table_leaves_it_as_it_was() -> None:
    """It can be read again."""
    table = {"allow": "-a", "sub": {"x": {"allow": "-b"}}}

    assert grammar("p", table) == grammar("p", table)


def test_instead_is_a_set_of_options() -> None:
    """Each case has the operands of its own lines."""
    made = grammar("p", {"instead": [{"options": "-e -f", "operands": ["path"]}]})

    assert ((frozenset({"-e", "-f"}), (STOCK["path"],)),) == made.instead


def test_hard_effects_are_effects() -> None:
    """Every one has words for a message."""
    assert set(EFFECTS) > HARD
    assert {"exec", "code", "lib", "config", "privilege"} == HARD
