import copy
import pickle
from typing import Any

import pytest

from child_process import Secret, cmd, secret_file
from child_process._masked import MaskedBytes, shown
from child_process._values.environment import to_environ
from child_process._values.input import pieces, to_input
from child_process._values.options import SpawnOptions
from child_process._values.secret import content, secrets_of, word
from child_process.errors import OptionError, OptionTypeError

CANARY = "hunter2-canary"


@pytest.mark.parametrize("value", [CANARY, CANARY.encode()])
def test_a_secret_shows_itself_to_whoever_asks_for_it_only(value: str | bytes) -> None:
    """`reveal` returns it; every other way to words gives the mask."""
    secret = Secret(value)

    assert value == secret.reveal()
    assert CANARY not in f"{secret} {secret!r} {secret:>20} {[secret]}"
    assert copy.deepcopy(secret) is secret
    assert copy.copy(secret) is secret
    assert Secret(secret).reveal() == value  # type: ignore[arg-type]  # allowed


def test_a_secret_does_not_pickle() -> None:
    """Not by accident, with whatever holds it."""
    for holder in (Secret(CANARY), secret_file(CANARY), cmd("a", Secret(CANARY))):
        with pytest.raises(TypeError, match="reveal"):
            pickle.dumps(holder)


def test_secrets_are_equal_by_value_and_to_secrets_only() -> None:
    """A comparison with plain text says nothing about it."""
    assert Secret(CANARY) == Secret(CANARY.encode())
    assert hash(Secret(CANARY)) == hash(Secret(CANARY.encode()))
    assert Secret(CANARY) != Secret("another")
    assert Secret(CANARY) != CANARY


@pytest.mark.parametrize("value", [None, 1234567, ["hunter2-canary"]])
def test_what_is_no_text_is_refused_without_showing_it(value: Any) -> None:
    """The error tells the type: the value was meant to be secret."""
    with pytest.raises(OptionTypeError) as caught:
        Secret(value)

    assert "1234567" not in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_secret_that_cannot_be_passed_on_is_not_shown() -> None:
    """Neither by the error nor by what the error came from."""
    with pytest.raises(OptionError) as caught:
        word("args[0]", Secret(CANARY + "\0"))

    assert "NUL" in str(caught.value)
    assert CANARY not in repr(caught.value.args)
    assert caught.value.__context__ is None
    assert CANARY.encode() not in pickle.dumps(caught.value)


def test_a_secret_goes_into_a_command() -> None:
    """The command holds it, and prints the mask."""
    command = cmd("curl", "-u", Secret(CANARY))

    assert ("-u", CANARY) == command.args
    assert "cmd('curl', '-u', '***')" == repr(command)
    assert "curl -u '***'" == str(command)
    assert ("-u", CANARY, "x") == command.with_("x").args


def test_a_secret_goes_into_the_environment() -> None:
    """The variable's value is masked, also in a copy of the options."""
    environ = to_environ({"TOKEN": Secret(CANARY), "HOME": "/"})

    assert {b"TOKEN": CANARY.encode(), b"HOME": b"/"} == environ
    assert CANARY not in repr(environ)
    assert isinstance(to_environ(environ)[b"TOKEN"], MaskedBytes)


def test_a_secret_goes_into_stdin() -> None:
    """As input it stays a secret until it is written."""
    source = to_input(Secret(CANARY))

    assert CANARY not in repr(source)
    assert [CANARY.encode()] == list(pieces(source))


def test_a_secret_file_is_a_path_to_come() -> None:
    """The argument names a descriptor; the content travels beside it."""
    path = word("args[0]", secret_file(Secret(CANARY)))

    assert path.startswith("/dev/fd/")
    assert "/dev/fd/***" == shown(path)
    assert CANARY not in f"{path!r} {secret_file(CANARY)!r}"


def test_every_secret_of_a_call_is_known() -> None:
    """Those of arguments, environment, input and secret files."""
    argv = [word("args", Secret("one1")), word("args", secret_file("two2")), "plain"]
    options = SpawnOptions(env={"X": Secret("three")}, input=Secret(b"four"))

    assert {"one1", "two2", "three", "four"} == secrets_of(argv, options)
    assert frozenset() == secrets_of(["plain"], SpawnOptions(input="text"))


def test_text_is_utf_8() -> None:
    """A secret's bytes are its text in UTF-8."""
    assert "ä".encode() == content(Secret("ä"))
