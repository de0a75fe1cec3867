import os
import re
import shutil
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from child_process import quote, run_sync
from child_process._wording import display, printable

# An example is a batch: one process reads many words.
BATCH = 40
BYTES = st.binary(max_size=24).map(lambda word: word.replace(b"\0", b"\1"))
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=24
)
SHELLISH = st.text(
    "'\"\\$`!*?[]{}()<>|&;#~= \t\n\r-a\x1b\x7f\x80\x9b\u202e", max_size=24
)
WORDS = st.lists(BYTES.map(os.fsdecode) | TEXT | SHELLISH, min_size=1, max_size=BATCH)

RAW = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
HAS_BASH = shutil.which("bash") is not None and sys.platform == "linux"


def read_by(shell: str, words: str) -> list[bytes]:
    """Return what *shell* makes of *words* as arguments."""
    script = b"printf '%s\\0' " + os.fsencode(words)
    found = subprocess.run(
        [shell],
        input=script,
        stdout=subprocess.PIPE,
        check=True,
        env={"LC_ALL": "C.UTF-8"},
    )
    return found.stdout.split(b"\0")[:-1]


def as_bytes(words: list[str]) -> list[bytes]:
    """Return *words* as the system sees them."""
    return [os.fsencode(word) for word in words]


@given(words=WORDS)
@settings(max_examples=50)
def test_a_quoted_word_is_read_back_by_a_shell(words: list[str]) -> None:
    """Byte for byte, whatever is in it."""
    assert as_bytes(words) == read_by("/bin/sh", " ".join(map(quote, words)))


@pytest.mark.skipif(not HAS_BASH, reason="needs a bash that knows \\u")
@given(words=WORDS)
@settings(max_examples=50)
def test_a_command_that_is_shown_can_be_typed(words: list[str]) -> None:
    """Bash reads the words of an error message back, byte for byte."""
    assert as_bytes(words) == read_by("bash", display(words))


@given(words=WORDS)
def test_what_is_shown_holds_no_control_characters(words: list[str]) -> None:
    """A message can neither rewrite a terminal nor forge a line of a log."""
    shown = display(words)

    assert RAW.search(shown) is None
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs"}]


@given(text=st.text(st.characters()))
def test_what_is_printable_keeps_breaks_only(text: str) -> None:
    """Of all control characters tab and newline are left."""
    shown = printable(text)

    assert RAW.search(shown.replace("\t", "").replace("\n", "")) is None
    assert shown == printable(shown)


@given(words=WORDS)
@settings(max_examples=50)
def test_arguments_arrive_byte_for_byte(words: list[str]) -> None:
    """Without a shell each argument is what it was."""
    result = run_sync("printf", ["%s\\0", *words], encoding=None)

    assert as_bytes(words) == (result.stdout or b"").split(b"\0")[:-1]


@given(words=WORDS)
@settings(max_examples=50)
def test_arguments_arrive_byte_for_byte_through_a_shell(words: list[str]) -> None:
    """With one as well: data does not become a command."""
    result = run_sync("printf '%s\\0'", words, shell=True, encoding=None)

    assert as_bytes(words) == (result.stdout or b"").split(b"\0")[:-1]


NAMES = st.text("ABCXYZ_abc019", min_size=1, max_size=6).map("V_".__add__)


@given(environ=st.dictionaries(NAMES, BYTES, max_size=20))
@settings(max_examples=50)
def test_variables_arrive_byte_for_byte(environ: dict[str, bytes]) -> None:
    """The child's environment is what was given, and the cookie of its tree."""
    result = run_sync("/usr/bin/env", ["-0"], env=environ, encoding=None)

    entries = (result.stdout or b"").split(b"\0")[:-1]
    seen = dict(entry.split(b"=", 1) for entry in entries)
    assert seen.pop(b"CHILD_PROCESS_COOKIE")
    assert {name.encode(): value for name, value in environ.items()} == seen
