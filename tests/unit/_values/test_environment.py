from pathlib import PurePosixPath
from typing import Any

import pytest

from child_process._values.environment import to_environ, to_names
from child_process.errors import OptionError, OptionTypeError


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        pytest.param({}, {}, id="empty: the child gets no variable"),
        pytest.param({"A": "1"}, {b"A": b"1"}, id="str"),
        pytest.param({b"A": b"\xff"}, {b"A": b"\xff"}, id="bytes"),
        pytest.param({"ä": "ö"}, {"ä".encode(): "ö".encode()}, id="not ASCII"),
        pytest.param({"A": PurePosixPath("/x")}, {b"A": b"/x"}, id="path"),
        pytest.param({"A": "", "B": "="}, {b"A": b"", b"B": b"="}, id="odd values"),
        pytest.param({"A": None, "B": "1"}, {b"B": b"1"}, id="None is left out"),
    ],
)
def test_a_mapping_becomes_bytes(
    env: dict[Any, Any], expected: dict[bytes, bytes]
) -> None:
    """Names and values are what the kernel will see."""
    assert expected == to_environ(env)


def test_a_childs_variables_are_its_own() -> None:
    """The caller's mapping is copied: changing it later changes no child."""
    env = {"A": "1"}

    checked = to_environ(env)
    env["A"] = "2"

    assert {b"A": b"1"} == checked


@pytest.mark.parametrize(
    ("env", "kind", "option"),
    [
        pytest.param([("A", "1")], OptionTypeError, "env", id="list of pairs"),
        pytest.param("A=1", OptionTypeError, "env", id="str"),
        pytest.param({1: "x"}, OptionTypeError, "a name in env", id="number as name"),
        pytest.param({"A": 1}, OptionTypeError, "env['A']", id="number as value"),
        pytest.param({"": "x"}, OptionError, "a name in env", id="empty name"),
        pytest.param({"A=B": "x"}, OptionError, "a name in env", id="name with ="),
        pytest.param({"A\0": "x"}, OptionError, "a name in env", id="NUL in a name"),
        pytest.param({"A": "\0"}, OptionError, "env['A']", id="NUL in a value"),
        pytest.param({"A": "\ud800"}, OptionError, "env['A']", id="half a surrogate"),
    ],
)
def test_what_is_no_environment_is_refused(
    env: Any, kind: type[OptionError], option: str
) -> None:
    """The error names the entry that is wrong."""
    with pytest.raises(OptionError) as caught:
        to_environ(env)

    assert kind is type(caught.value)
    assert option == caught.value.option


@pytest.mark.parametrize("policy", ["scrub", "clean"])
def test_names_are_allowed_one_by_one(policy: str) -> None:
    """As text or bytes, in any collection."""
    assert frozenset({b"A", b"B"}) == to_names(policy, ["A", b"B"])
    assert frozenset() == to_names(policy, ())


@pytest.mark.parametrize(
    ("policy", "names", "option"),
    [
        pytest.param("strict", (), "env_policy", id="no such policy"),
        pytest.param(["scrub"], (), "env_policy", id="no word"),
        pytest.param("inherit", ["A"], "allow_env", id="nothing to allow"),
        pytest.param("scrub", "A", "allow_env", id="a str is no list"),
        pytest.param("scrub", None, "allow_env", id="None"),
        pytest.param("scrub", [1], "allow_env", id="number"),
        pytest.param("scrub", [""], "allow_env", id="empty"),
        pytest.param("scrub", ["A=b"], "allow_env", id="with a value"),
        pytest.param("scrub", ["LD_*"], "allow_env", id="pattern"),
    ],
)
def test_what_allows_nothing_is_refused(policy: Any, names: Any, option: str) -> None:
    """The error names the option."""
    with pytest.raises(OptionError) as caught:
        to_names(policy, names)

    assert option == caught.value.option
