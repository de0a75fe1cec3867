import pickle
from pathlib import PurePosixPath
from typing import Any

import pytest

from child_process import Secret, cmd, flag, positional, raw, secret_file
from child_process._masked import shown
from child_process._values.arguments import Flag, Positional, Raw, Value, kind_of
from child_process._values.command import to_args
from child_process.errors import OptionError, OptionTypeError


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        pytest.param("--out", "f", "--out=f", id="long"),
        pytest.param("--out", "", "--out=", id="long, empty"),
        pytest.param("-o", "f", "-of", id="short"),
        pytest.param("-o", b"\xff", "-o\udcff", id="bytes"),
        pytest.param("--dir", PurePosixPath("/x"), "--dir=/x", id="path"),
        pytest.param("--out", "-rf", "--out=-rf", id="dash"),
    ],
)
def test_a_flag_is_one_word(option: str, value: Any, word: str) -> None:
    """Whatever the data begins with, it stays behind its option."""
    made = flag(option, value)

    assert word == made
    assert option == made.option


def test_a_flag_can_be_two_words() -> None:
    """Programs with long options of one dash take no other form."""
    option, value = flag("-in", "-x").as_words()

    assert ("-in", "-x") == (option, value)
    assert "value" == kind_of(value)
    assert "word" == kind_of(option)


@pytest.mark.parametrize(
    ("option", "long", "short"),
    [("--out", True, False), ("-o", False, True), ("-in", False, False)],
)
def test_a_flag_knows_its_form(option: str, *, long: bool, short: bool) -> None:
    """Which decides how it may be spelled."""
    made = flag(option, "v")

    assert (long, short) == (made.is_long, made.is_short)


@pytest.mark.parametrize(
    "option", ["", "-", "--", "out", "--out=x", "--o ut", "--out\n", "- o", "---x"]
)
def test_an_option_is_spelled_like_one(option: str) -> None:
    """What holds a value already, or no dash, is a mistake."""
    with pytest.raises(OptionError) as caught:
        flag(option, "v")

    assert "option" == caught.value.option


@pytest.mark.parametrize("make", [positional, raw, lambda v: flag("-o", v)])
@pytest.mark.parametrize("value", [None, 5, ["a"], bytearray(b"a")])
def test_data_is_a_string(make: Any, value: Any) -> None:
    """Numbers and lists are refused, as they are without a type."""
    with pytest.raises(OptionTypeError):
        make(value)


@pytest.mark.parametrize("make", [positional, raw, lambda v: flag("-o", v)])
def test_data_holds_no_nul(make: Any) -> None:
    """It would end there, for the program."""
    with pytest.raises(OptionError):
        make("a\0b")


def test_an_option_is_a_literal() -> None:
    """Bytes, and what is typed itself, are no options."""
    with pytest.raises(OptionTypeError):
        flag(b"--out", "v")  # type: ignore[call-overload]  # wrong on purpose


@pytest.mark.parametrize(
    ("word", "kind", "shown"),
    [
        pytest.param("a", "word", "'a'", id="plain"),
        pytest.param(positional("a"), "positional", "positional('a')", id="data"),
        pytest.param(raw("a"), "raw", "raw('a')", id="raw"),
        pytest.param(flag("-o", "a"), "flag", "flag('-o', 'a')", id="flag"),
        pytest.param(Value("a"), "value", "'a'", id="value"),
    ],
)
def test_a_word_remembers_what_it_is(word: str, kind: str, shown: str) -> None:
    """Through lists, copies and pickles; and prints as it was made."""
    (listed,) = to_args([word])
    travelled = pickle.loads(pickle.dumps(listed))

    assert kind == kind_of(listed) == kind_of(travelled)
    assert word == travelled
    assert shown == repr(travelled)


def test_a_flag_travels_whole() -> None:
    """Its parts come out of a pickle, too."""
    travelled = pickle.loads(pickle.dumps(flag("--out", "a=b")))

    assert ("--out", "a=b", "--out=a=b") == (
        travelled.option,
        travelled.value,
        travelled,
    )


def test_a_command_prints_its_types() -> None:
    """`repr` can be pasted back."""
    command = cmd("sort", flag("-o", "out"), positional("in"), raw("-n"))

    expected = "cmd('sort', flag('-o', 'out'), positional('in'), raw('-n'))"
    assert expected == repr(command)
    assert [Flag, Positional, Raw] == [type(word) for word in command.args]


def test_a_flag_takes_a_secret() -> None:
    """As one word, of which the secret is masked."""
    long, short = flag("--token", Secret("hunter2")), flag("-t", Secret("hunter2"))
    file = flag("--token-file", secret_file("hunter2"))

    assert ("--token=hunter2", "-thunter2") == (long, short)
    assert ("--token=***", "-t***") == (shown(long), shown(short))
    assert "--token-file=/dev/fd/***" == shown(file)
    assert not file.exposed


def test_a_secret_stands_by_itself_unless_it_is_an_option() -> None:
    """No policy looks into it, so one that begins with a dash is refused."""
    assert "***" == shown(positional(Secret("hunter2")))
    assert not positional(secret_file("-x")).exposed

    with pytest.raises(OptionError) as caught:
        positional(Secret("-hunter2"))

    assert "hunter2" not in f"{caught.value}{caught.value!r}"
