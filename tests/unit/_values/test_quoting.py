import os
from pathlib import Path

import pytest

from child_process._masked import Masked, hidden_in
from child_process._values.quoting import dialect, quote
from child_process._values.secret import Secret, secret_file
from child_process.errors import OptionError, OptionTypeError

KNOWN = "sh, bash, dash, zsh, ksh, mksh, yash, busybox, fish or ssh"
HISTORY = "replaces ! and ends a quote at a newline; use sh"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("a", "'a'", id="plain"),
        pytest.param("", "''", id="empty"),
        pytest.param("2", "'2'", id="a descriptor's number"),
        pytest.param("a b", "'a b'", id="blank"),
        pytest.param("it's", "'it'\\''s'", id="quote"),
        pytest.param("'", "''\\'''", id="nothing but a quote"),
        pytest.param("\\", "'\\'", id="backslash"),
        pytest.param("$x`y`\n", "'$x`y`\n'", id="what a shell would expand"),
        pytest.param(b"\xff'", "'\udcff'\\'''", id="bytes"),
        pytest.param(Path("/a b"), "'/a b'", id="path"),
    ],
)
def test_a_value_becomes_one_quoted_word(
    value: str | bytes | os.PathLike[str], expected: str
) -> None:
    """Always quoted, whatever it looks like."""
    assert expected == quote(value)


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        pytest.param("sh", r"""'a\'\''b'""", id="sh"),
        pytest.param("/usr/bin/zsh-5.9", r"""'a\'\''b'""", id="path with a version"),
        pytest.param("fish", r"""'a\\\'b'""", id="fish"),
        pytest.param(["sh"], r"""'a\'\''b'""", id="list of one"),
        pytest.param(
            ("sh", "ssh"), r"""''\''a\'\''\'\'''\''b'\'''""", id="another machine's sh"
        ),
        pytest.param(
            ("fish", "sh"), r"""'\'a\\\'\\\'\'b\''""", id="the first reader's on last"
        ),
        pytest.param(("sh", "fish"), r"""''\''a\\\'\''b'\'''""", id="and the reverse"),
    ],
)
def test_each_reader_has_its_rule(shell: str | list[str], expected: str) -> None:
    """The quotes of the first reader are outside."""
    assert expected == quote("a\\'b", shell)


def test_a_subclass_of_str_has_no_say() -> None:
    """Its own `replace` is not asked."""

    class Liar(str):
        __slots__ = ()

        def replace(self, *_args: object) -> str:
            return "'; id; '"

    assert "'a'\\''b'" == quote(Liar("a'b"))


@pytest.mark.parametrize("shell", ["sh", "fish", ["sh", "ssh"]])
def test_the_word_of_a_secret_is_masked(shell: str | list[str]) -> None:
    """It is what it is to the child, and asterisks to whoever prints it."""
    word = quote(Secret("it's"), shell)

    assert quote("it's", shell) == str.__str__(word)
    assert quote("***", shell) == str(word)
    assert "it" not in f"{word!r}"
    assert {"it's"} == hidden_in([word])


def test_a_secret_file_is_still_known_in_its_word() -> None:
    """The descriptor is filled in later, inside of the quotes."""
    word = quote(secret_file("geheim"))

    assert isinstance(word, Masked)
    assert [b"geheim"] == [*word.files.values()]


@pytest.mark.parametrize(
    ("value", "option"),
    [
        pytest.param("a\0b", "value", id="NUL"),
        pytest.param(b"\0", "value", id="NUL in bytes"),
        pytest.param("\ud800", "value", id="surrogate that is no byte"),
        pytest.param(5, "value", id="number"),
        pytest.param(None, "value", id="None"),
        pytest.param(bytearray(b"a"), "value", id="bytearray"),
    ],
)
def test_what_is_no_word_is_refused(value: object, option: str) -> None:
    """With the value in the message."""
    with pytest.raises(OptionError) as caught:
        quote(value)  # type: ignore[arg-type]  # wrong on purpose

    assert option == caught.value.option


@pytest.mark.parametrize(
    ("shell", "kind", "words", "value"),
    [
        ("csh", OptionError, f"nothing: csh {HISTORY}", "csh"),
        ("/bin/tcsh-6", OptionError, f"nothing: tcsh {HISTORY}", "/bin/tcsh-6"),
        (
            "cmd",
            OptionError,
            "nothing: cmd.exe has no rule that keeps every text; pass arguments",
            "cmd",
        ),
        ("pwsh", OptionError, f"a shell whose quoting is known: {KNOWN}", "pwsh"),
        ("", OptionError, f"a shell whose quoting is known: {KNOWN}", ""),
        ([], OptionError, f"at least one of {KNOWN}", []),
        (["sh", "csh"], OptionError, f"nothing: csh {HISTORY}", "csh"),
        (5, OptionTypeError, "a shell's name, or a list of names", 5),
        (["sh", 5], OptionTypeError, f"a shell's name: {KNOWN}", 5),
    ],
)
def test_a_shell_without_a_safe_rule_is_refused(
    shell: str | list[str], kind: type[OptionError], words: str, value: object
) -> None:
    """Nothing is guessed."""
    with pytest.raises(kind) as caught:
        quote("a", shell)

    assert "shell" == caught.value.option
    assert words == caught.value.expected
    assert value == caught.value.value


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        *[
            pytest.param(name, "posix", id=name)
            for name in [
                "sh",
                "ash",
                "bash",
                "busybox",
                "dash",
                "ksh",
                "mksh",
                "lksh",
                "oksh",
                "pdksh",
                "posh",
                "rbash",
                "ssh",
                "yash",
                "zsh",
                "ksh93",
                "bash-5.2",
                "/bin/sh",
                "/opt/zsh-5.9/bin/zsh",
            ]
        ],
        *[pytest.param(name, "fish", id=name) for name in ("fish", "/usr/bin/fish")],
    ],
)
def test_a_shell_is_known_by_its_name(shell: str, expected: str) -> None:
    """Without its folder and its version."""
    assert expected == dialect(shell)
