import copy
import os
import pickle

import pytest

from child_process._masked import (
    Masked,
    MaskedBytes,
    concat,
    hidden_in,
    redact,
    shown,
)

SECRET = "hunter2-canary"


def test_masked_text_goes_to_the_system_as_it_is() -> None:
    """It encodes to the secret, and compares as the text it is."""
    masked = Masked(SECRET)

    assert SECRET.encode() == os.fsencode(masked)
    assert masked == SECRET


@pytest.mark.parametrize("print_it", [str, repr, format, "{}".format, "%s".__mod__])
def test_masked_text_prints_as_the_mask(print_it: object) -> None:
    """Whatever makes words of it makes asterisks."""
    assert callable(print_it)
    text = print_it(Masked(SECRET))

    assert "***" in text
    assert SECRET not in text


def test_masked_bytes_print_as_the_mask() -> None:
    """The value of a variable does the same."""
    masked = MaskedBytes(SECRET.encode())

    assert SECRET not in f"{masked!r} {masked!s} { {b'X': masked} }"
    assert SECRET.encode() == masked


@pytest.mark.parametrize("masked", [Masked(SECRET), MaskedBytes(SECRET.encode())])
def test_what_is_masked_does_not_pickle(masked: object) -> None:
    """A pickle would hold it in the clear; the error says what to do instead."""
    with pytest.raises(TypeError, match="secret_file"):
        pickle.dumps(masked)

    assert copy.deepcopy(masked) is masked
    assert copy.copy(masked) is masked


def test_glued_text_stays_masked() -> None:
    """By ``+``, from either side, and by `concat`: only the secret is hidden."""
    masked = Masked(SECRET)

    glued = ["--token=" + masked, concat("--token=", masked)]

    assert ["--token=" + SECRET] * 2 == glued
    assert ["--token=***"] * 2 == [shown(text) for text in glued]
    assert "***;" == shown(masked + ";")
    assert frozenset({SECRET}) == hidden_in(glued)
    assert type(concat("a", "b")) is str


def test_the_path_of_a_secret_exposes_nothing() -> None:
    """A text is exposed when the secret itself stands in it."""
    path = Masked("/dev/fd/t1", "/dev/fd/***", ["content"], exposed=False)

    assert not path.exposed
    assert Masked(SECRET).exposed
    glued = path + Masked(SECRET)
    assert isinstance(glued, Masked)
    assert glued.exposed


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param(None, None, id="nothing"),
        pytest.param("", "", id="empty"),
        pytest.param(f"a {SECRET} b {SECRET}", "a *** b ***", id="text"),
        pytest.param(f"a {SECRET}".encode(), b"a ***", id="bytes"),
        pytest.param(f"a {SECRET[:9]}", "a ***", id="cut off at the end"),
        pytest.param(f"a {SECRET[:3]}", f"a {SECRET[:3]}", id="three letters of it"),
        pytest.param("1 and abc", "1 and abc", id="short ones are not looked for"),
    ],
)
def test_output_is_searched_for_secrets(output: object, expected: object) -> None:
    """Each one is masked, in text and in bytes; a cut one, too."""
    assert expected == redact(output, ["1", "abc", SECRET])


def test_the_longer_of_two_secrets_is_masked_whole() -> None:
    """One that is the beginning of another does not leave its rest."""
    assert "***" == redact("password-2", ["password", "password-2"])
