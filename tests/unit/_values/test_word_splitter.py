import pytest

from child_process._values.word_splitter import Unsplittable, WordSplitter


def split(text: str) -> list[str]:
    """Return the words of *text*; ``{…}`` is a hole, ``{[…]}`` a list."""
    splitter = WordSplitter()
    for index, piece in enumerate(text.replace("}", "{").split("{")):
        if index % 2 == 0:
            splitter.text(piece)
        elif piece.startswith("["):
            splitter.hole(tuple(piece[1:-1].split()), many=True)
        else:
            splitter.hole((piece,), many=False)
    return splitter.finish()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b\tc\n d ", ["a", "b", "c", "d"]),
        ("a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]),
        ("a '' \"\"", ["a", "", ""]),
        ("a b'c'\"d\"", ["a", "bcd"]),
        ("a 'b\"$`\\c'", ["a", 'b"$`\\c']),
        ('a "\\"\\\\\\$\\`\\n"', ["a", '"\\$`\\n']),
        ("a \\'\\|\\*", ["a", "'|*"]),
        ("a \\\n b\\\nc", ["a", "bc"]),
        ('a "b\\\nc"', ["a", "bc"]),
        ("a x~ y#z HEAD^ a=b !", ["a", "x~", "y#z", "HEAD^", "a=b", "!"]),
        ("a {x y} {'}", ["a", "x y", "'"]),
        ("a --b={x y}.c", ["a", "--b=x y.c"]),
        ("a {}{x}", ["a", "x"]),
        ("a 'b'{x}\"c\"", ["a", "bxc"]),
        ("a {[x y]} {[]} {[z]}", ["a", "x", "y", "z"]),
    ],
)
def test_words_are_cut_in_the_literal_text_only(text: str, expected: list[str]) -> None:
    """By blanks, quotes and backslashes, as a shell cuts them."""
    assert expected == split(text)


@pytest.mark.parametrize(
    ("text", "reason", "of_hole"),
    [
        *[(f"a {char}", "is for a shell", False) for char in "|&;<>()$`*?[#~"],
        ('a "$b"', "in double quotes is for a shell", False),
        ('a "`b`"', "in double quotes is for a shell", False),
        ("a \0", "NUL", False),
        ("a 'b", "the quote ' is never closed", False),
        ('a "b', 'the quote " is never closed', False),
        ("a b\\", "the last backslash is never closed", False),
        ("", "no program", False),
        (" \n ", "no program", False),
        ("{x} a", "choose the program", True),
        ("a{x}", "choose the program", True),
        ("{[x]} a", "choose the program", True),
        ("a '{x}'", "inside quotes", True),
        ('a "{x}"', "inside quotes", True),
        ("a \\{x}", "after a backslash", True),
        ("a b{[x]}", "glued", True),
        ("a {[x]}b", "glued", True),
        ("a {[x]}{y}", "glued", True),
        ("a {[x]}{[y]}", "glued", True),
        ("a {[x]}'b'", "glued", True),
    ],
)
def test_what_needs_a_shell_is_refused(
    text: str, reason: str, *, of_hole: bool
) -> None:
    """And so is a hole that would not be an argument."""
    with pytest.raises(Unsplittable) as caught:
        split(text)

    assert reason in caught.value.reason
    assert of_hole == caught.value.of_hole
    assert caught.value.expected
