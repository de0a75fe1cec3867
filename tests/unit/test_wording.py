import pytest

from child_process._wording import bounded, display, printable, single_quoted, tail


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("", "''", id="empty"),
        pytest.param("a", "'a'", id="plain"),
        pytest.param("$(rm -rf /)", "'$(rm -rf /)'", id="command substitution"),
        pytest.param("it's", "'it'\\''s'", id="quote"),
        pytest.param("'", "''\\'''", id="nothing but a quote"),
        pytest.param("a\nb\x1b", "'a\nb\x1b'", id="control characters stay"),
    ],
)
def test_a_quoted_word_is_one_word(word: str, expected: str) -> None:
    """Single quotes hold everything but themselves."""
    assert expected == single_quoted(word)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param(["ls", "-la", "/tmp/x.y"], "ls -la /tmp/x.y", id="plain words"),
        pytest.param(["echo", "a b"], "echo 'a b'", id="blank"),
        pytest.param(["echo", ""], "echo ''", id="empty word"),
        pytest.param(["echo", "it's"], "echo 'it'\\''s'", id="quote"),
        pytest.param(["A=b"], "'A=b'", id="what a shell takes for an assignment"),
        pytest.param(["~"], "'~'", id="what a shell takes for a home"),
        pytest.param(["ä€"], "'ä€'", id="not ASCII"),
        pytest.param(["a\nb\tc"], "$'a\\nb\\tc'", id="newline and tab"),
        pytest.param(["\x1b[2J'\\"], "$'\\x1b[2J\\'\\\\'", id="escape sequence"),
        pytest.param(["\x9b"], "$'\\u009b'", id="C1"),
        pytest.param(["\u202ex"], "$'\\u202ex'", id="mark that reorders text"),
        pytest.param(["\udcff"], "$'\\xff'", id="byte that is not text"),
    ],
)
def test_a_command_is_shown_as_one_would_type_it(
    argv: list[str], expected: str
) -> None:
    """On one line, with nothing in it that a terminal would obey."""
    assert expected == display(argv)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\tb\nä", "a\tb\nä", id="tab and newline stay"),
        pytest.param("\x1b[31m\r\x07", "\\x1b[31m\\x0d\\x07", id="C0"),
        pytest.param("\x7f\x9b", "\\x7f\\u009b", id="DEL and C1"),
        pytest.param("\u2028\u202e\u2066", "\\u2028\\u202e\\u2066", id="marks"),
        pytest.param("\udc80\ud800", "\\x80\\ud800", id="not text"),
    ],
)
def test_control_characters_are_shown_escaped(text: str, expected: str) -> None:
    """Nothing can rewrite a terminal or forge a line of a log."""
    assert expected == printable(text)


@pytest.mark.parametrize(
    ("output", "limit", "expected"),
    [
        pytest.param(None, 9, "", id="went elsewhere"),
        pytest.param(b"", 9, "", id="nothing"),
        pytest.param("abc", 3, "abc", id="all of it"),
        pytest.param(b"abc", 3, "abc", id="all of the bytes"),
        pytest.param("abcd", 3, "[…]bcd", id="the end of it"),
        pytest.param(b"abcd", 3, "[…]bcd", id="the end of the bytes"),
        pytest.param("\r\nabc\r\n", 9, "abc", id="without breaks around it"),
        pytest.param(b"a\xff", 9, "a\ufffd", id="not text"),
        pytest.param("\x1b\x1b", 4, "[…]\\x1b", id="longer once it is printable"),
    ],
)
def test_the_end_of_an_output_is_shown(
    output: str | bytes | None, limit: int, expected: str
) -> None:
    """What a program said last is what matters; a mark says that there was more."""
    assert expected == tail(output, limit)


@pytest.mark.parametrize(
    ("message", "limit", "expected"),
    [
        pytest.param("abc", 3, "abc", id="fits"),
        pytest.param("a" * 12, 10, "aaaa […]", id="cut"),
        pytest.param("ä" * 6, 10, "ää […]", id="cut between characters"),
        pytest.param("a" + "ä" * 6, 10, "aä […]", id="not in the middle of one"),
        pytest.param("\udcff", 9, "\udcff", id="not text, and it fits"),
    ],
)
def test_a_message_has_a_bound(message: str, limit: int, expected: str) -> None:
    """At most so many bytes of UTF-8, the mark included."""
    assert expected == bounded(message, limit)
