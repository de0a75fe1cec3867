import pickle
from pathlib import Path
from typing import Any

import pytest

from child_process._values.isolation import Isolation, Landlock
from child_process.errors import (
    OptionError,
    OptionRangeError,
    OptionTypeError,
    UnknownOption,
)


def test_the_default_takes_away_what_no_worker_needs() -> None:
    """New privileges and the system calls of administration; files stay."""
    plain = Isolation()

    assert plain.no_new_privs
    assert ("default",) == plain.seccomp
    assert plain.landlock is None
    assert () == plain.namespaces


def test_readonly_reads_and_nothing_else() -> None:
    """Paths to read, none to write, and no socket."""
    made = Isolation.readonly([Path("/srv"), b"/data"])

    assert Landlock(read=["/srv", "/data"], connect="any", bind="any") == made.landlock
    assert ("offline",) == made.seccomp
    assert made.no_new_privs


def test_offline_has_no_network() -> None:
    """By the filter: it works on every kernel, and for UDP as well."""
    assert Isolation(seccomp="offline") == Isolation.offline()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("default", ("default",), id="default"),
        pytest.param("offline", ("offline",), id="offline"),
        pytest.param("chmod", ("default", "chmod"), id="one call"),
        pytest.param(["chown", "chmod"], ("default", "chmod", "chown"), id="calls"),
        pytest.param({"offline", "chmod"}, ("offline", "chmod"), id="both"),
        pytest.param([], ("default",), id="no further call"),
    ],
)
def test_seccomp_is_a_preset_and_names(value: Any, expected: Any) -> None:
    """Further calls come on top of a preset: alone they could be gone round."""
    assert expected == Isolation(seccomp=value).seccomp


def test_a_mapping_is_a_landlock() -> None:
    """The names are those of `Landlock`."""
    made = Isolation(landlock={"read": ["/srv"], "connect": [443]})

    assert Landlock(read=("/srv",), connect=(443,)) == made.landlock


@pytest.mark.parametrize(
    ("landlock", "expected"),
    [
        pytest.param(Landlock(), True, id="by default"),
        pytest.param(Landlock(connect="any", bind=[80]), True, id="listening"),
        pytest.param(Landlock(connect="any", bind="any"), False, id="not at all"),
    ],
)
def test_ports_are_restricted_unless_said(landlock: Landlock, expected: object) -> None:
    """Only "any" gives all of them."""
    assert expected is landlock.restricts_network


def test_namespaces_are_in_one_order() -> None:
    """Equal values are equal however they are written."""
    assert ("user", "net") == Isolation(namespaces={"net", "user"}).namespaces


@pytest.mark.parametrize(
    "value",
    [
        Isolation(),
        Isolation.readonly(["/srv"]),
        Isolation(landlock={"write": ["/tmp"]}, seccomp="chmod", namespaces=["net"]),
    ],
)
def test_a_value_survives_pickling(value: Isolation) -> None:
    """It travels to workers and logs; and it can be a key."""
    assert value == pickle.loads(pickle.dumps(value))
    assert 1 == len({value, pickle.loads(pickle.dumps(value))})


@pytest.mark.parametrize(
    ("given", "kind", "option"),
    [
        pytest.param({"no_new_privs": 1}, OptionTypeError, "no_new_privs", id="number"),
        pytest.param(
            {"no_new_privs": False}, OptionError, "no_new_privs", id="needed by seccomp"
        ),
        pytest.param({"landlock": ["/srv"]}, OptionTypeError, "landlock", id="list"),
        pytest.param(
            {"landlock": {"raed": []}}, UnknownOption, "landlock.raed", id="misspelled"
        ),
        pytest.param(
            {"landlock": {"read": "/srv"}}, OptionTypeError, "landlock.read", id="str"
        ),
        pytest.param(
            {"landlock": {"read": ["/", "srv"]}},
            OptionError,
            "landlock.read[1]",
            id="relative path",
        ),
        pytest.param(
            {"landlock": {"write": [""]}}, OptionError, "landlock.write[0]", id="empty"
        ),
        pytest.param(
            {"landlock": {"write": ["/a\0b"]}},
            OptionError,
            "landlock.write[0]",
            id="NUL",
        ),
        pytest.param(
            {"landlock": {"connect": 443}},
            OptionTypeError,
            "landlock.connect",
            id="port alone",
        ),
        pytest.param(
            {"landlock": {"connect": "all"}},
            OptionTypeError,
            "landlock.connect",
            id="word",
        ),
        pytest.param(
            {"landlock": {"bind": [65536]}},
            OptionRangeError,
            "landlock.bind",
            id="no port",
        ),
        pytest.param(
            {"landlock": {"runtime": None}},
            OptionTypeError,
            "landlock.runtime",
            id="neither",
        ),
        pytest.param({"seccomp": "offlien"}, OptionError, "seccomp", id="no call"),
        pytest.param({"seccomp": [59]}, OptionTypeError, "seccomp", id="call's number"),
        pytest.param({"seccomp": True}, OptionTypeError, "seccomp", id="True"),
        pytest.param({"namespaces": "net"}, OptionTypeError, "namespaces", id="word"),
        pytest.param({"namespaces": ["pid"]}, OptionError, "namespaces", id="pid"),
        pytest.param({"namespaces": [[]]}, OptionError, "namespaces", id="no word"),
    ],
)
def test_what_is_wrong_is_named(
    given: dict[str, Any], kind: type[OptionError], option: str
) -> None:
    """Before anything is started."""
    with pytest.raises(OptionError) as caught:
        Isolation(**given)

    assert kind is type(caught.value)
    assert option == caught.value.option
