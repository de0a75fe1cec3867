import json
from pathlib import Path
from typing import Any

import pytest

from child_process._masked import MaskedBytes
from child_process.security.environment import (
    Screening,
    User,
    objection,
    screen,
    without_relative,
)

DATA: Any = json.loads(
    Path(__file__).parents[2].joinpath("data", "dangerous-env.json").read_text("utf-8")
)
ALICE = User("alice", "/home/alice")


def example(name: str) -> bytes:
    """Return a name that the pattern *name* matches."""
    return name.replace("*", "X").encode()


def test_inherit_is_all_of_it() -> None:
    """As in Node: what is given, or else what is ours."""
    ours = {b"LD_PRELOAD": b"/x.so", b"A_TOKEN": b"t"}

    assert Screening(ours) == screen(None, ours, "inherit")
    assert Screening({b"A": b"b"}) == screen({b"A": b"b"}, ours, "inherit")


@pytest.mark.parametrize("level", ["scrub", "clean"])
def test_no_dangerous_name_is_passed_on(level: Any) -> None:
    """Of all that the study names, only what has a harmless value is left."""
    ours = {example(one["name"]): b"/evil/%s" for one in DATA["variables"]}

    screening = screen(None, ours, level, user=ALICE)

    assert {b"PATH": b"/evil/%s", b"HOME": b"/home/alice"} == screening.environ
    assert {} == screening.refused


@pytest.mark.parametrize(
    "name",
    ["A_TOKEN", "db_password", "X_SECRET_Y", "PASSWORD", "SENTRY_DSN", "K_API_KEY"],
)
def test_secrets_are_kept_from_the_child(name: str) -> None:
    """By their names, whatever the case."""
    assert {} == screen(None, {name.encode(): b"x"}, "scrub").environ


def test_scrub_keeps_what_is_harmless() -> None:
    """A variable that nobody knows is passed on; clean drops it."""
    ours = {b"PATH": b"/bin", b"LANG": b"de_DE.UTF-8", b"MODE": b"x", b"USER": b"root"}

    assert ours | {b"USER": b"alice"} == screen(None, ours, "scrub", user=ALICE).environ
    assert {b"PATH", b"LANG", b"USER"} == screen(None, ours, "clean").environ.keys()


def test_what_is_given_as_ours_counts_as_inherited() -> None:
    """``{**os.environ, "MODE": "x"}`` is scrubbed without a word."""
    ours = {b"PATH": b"/bin", b"LD_PRELOAD": b"/x.so", b"FOO": b"1"}

    scrubbed = screen({**ours, b"MODE": b"x"}, ours, "scrub")
    clean = screen({**ours, b"MODE": b"x"}, ours, "clean")

    assert {b"PATH": b"/bin", b"FOO": b"1", b"MODE": b"x"} == scrubbed.environ
    assert {b"LD_PRELOAD"} == scrubbed.dropped.keys()
    assert {} == scrubbed.refused
    assert {b"PATH": b"/bin", b"MODE": b"x"} == clean.environ


@pytest.mark.parametrize("level", ["scrub", "clean"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(b"LD_PRELOAD", b"/x.so", id="loader"),
        pytest.param(b"PATH", b"/bin:.", id="relative part of PATH"),
        pytest.param(b"HOME", b"/tmp", id="home of settings"),
        pytest.param(b"A_TOKEN", b"t", id="secret that was not marked"),
        pytest.param(b"TZ", b"/etc/shadow", id="zone that is a file"),
        pytest.param(b"F", b"() { :; }", id="function"),
        pytest.param(b"a-b", b"x", id="odd name"),
    ],
)
def test_what_the_caller_gives_is_refused_or_passed(
    level: Any, name: bytes, value: bytes
) -> None:
    """Never silently dropped: it was meant. `allow_env` lets it through."""
    refused = screen({name: value}, {}, level)
    allowed = screen({name: value}, {}, level, frozenset({name}))

    assert {name} == refused.refused.keys()
    assert {} == refused.environ
    assert {name: value} == allowed.environ


def test_a_secret_that_is_marked_is_passed_on() -> None:
    """Whoever wraps it in `Secret` has said so."""
    token = MaskedBytes(b"t")

    assert {b"A_TOKEN": token} == screen({b"A_TOKEN": token}, {}, "scrub").environ
    assert {} == screen({b"LD_PRELOAD": token}, {}, "scrub").environ


@pytest.mark.parametrize("level", ["scrub", "clean"])
def test_names_that_are_allowed_are_passed_on(level: Any) -> None:
    """Ours too, with the value that we have."""
    ours = {b"SSH_AUTH_SOCK": b"/run/agent", b"GH_TOKEN": b"x"}

    screening = screen(None, ours, level, frozenset({b"SSH_AUTH_SOCK"}))

    assert {b"SSH_AUTH_SOCK": b"/run/agent"} == screening.environ


def test_home_is_that_of_the_user() -> None:
    """HOME leads to settings that run commands: it comes from the system's records."""
    ours = {b"HOME": b"/tmp/evil", b"USER": b"eve", b"LOGNAME": b"eve"}

    known = screen(None, ours, "scrub", user=ALICE).environ
    unknown = screen(None, ours, "scrub").environ

    assert {b"HOME": b"/home/alice", b"USER": b"alice", b"LOGNAME": b"alice"} == known
    assert {b"USER": b"eve", b"LOGNAME": b"eve"} == unknown


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(b"/bin:/usr/bin", b"/bin:/usr/bin", id="absolute"),
        pytest.param(b":/bin", b"/bin", id="leading colon"),
        pytest.param(b"/bin:", b"/bin", id="trailing colon"),
        pytest.param(b"/a::/b", b"/a:/b", id="double colon"),
        pytest.param(b".:bin:./x:~/bin:/b", b"/b", id="relative parts"),
        pytest.param(b"", b"", id="empty"),
    ],
)
def test_a_path_has_absolute_parts_only(path: bytes, expected: bytes) -> None:
    """Whoever can write to the working directory chooses no program."""
    assert expected == without_relative(path)
    assert {b"PATH": expected} == screen(None, {b"PATH": path}, "scrub").environ


@pytest.mark.parametrize(
    ("name", "value", "passes"),
    [
        (b"TZ", b"Europe/Berlin", True),
        (b"TZ", b"CET-1CEST,M3.5.0,M10.5.0/3", True),
        (b"TZ", b"<+03>-3", True),
        (b"TZ", b":/etc/x", False),
        (b"TZ", b"../../etc/x", False),
        (b"LANG", b"C.UTF-8", True),
        (b"LC_ALL", b"/tmp/evil", False),
        (b"LC_MESSAGES", b"%n%n", False),
        (b"TERM", b"xterm-256color", True),
        (b"TERM", b"/tmp/terminfo", False),
        (b"LANGUAGE", b"de:en", True),
        (b"COLORTERM", b"a\x1b[2J", False),
    ],
)
def test_some_values_are_looked_at(name: bytes, value: bytes, passes: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A zone or locale is a name, and never the name of a file or a format."""
    assert passes == (objection(name, value) is None)
    assert passes == (name in screen(None, {name: value}, "clean").environ)
