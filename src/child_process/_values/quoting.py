"""Data as one word of a shell's language: `quote`.

Layer: values. No I/O.

A word is always quoted, and keeps every byte. `shlex.quote` leaves what looks
plain bare, and plain depends on the place: a bare ``2`` before ``>`` names a
descriptor, ``A=1`` at the front is an assignment, zsh looks ``=ls`` up in PATH.

Checked against real shells in ``tests/security/test_hostile_strings.py``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from child_process._masked import Masked
from child_process._values.secret import word
from child_process._wording import single_quoted
from child_process.errors import OptionError, OptionTypeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from child_process._values.command import Argument

__all__ = ["dialect", "quote"]

_POSIX: Final = frozenset(
    {
        *("sh", "ash", "bash", "busybox", "dash", "ksh", "lksh", "mksh", "oksh"),
        *("pdksh", "posh", "rbash", "ssh", "yash", "zsh"),
    }
)
_VERSION: Final = re.compile(r"[-.0-9]+\Z")
_KNOWN: Final = "sh, bash, dash, zsh, ksh, mksh, yash, busybox, fish or ssh"
_REFUSED: Final = {
    "cmd": "nothing: cmd.exe has no rule that keeps every text; pass arguments",
    "csh": "nothing: csh replaces ! and ends a quote at a newline; use sh",
    "tcsh": "nothing: tcsh replaces ! and ends a quote at a newline; use sh",
}


def quote(
    value: Argument,
    shell: str | Sequence[str] = "sh",
) -> str:
    """Return *value* as one word for *shell*, quoted, every byte kept.

    Bytes that are not text travel as `os.fsdecode` carries them. A hole of
    `sh` quotes by itself: this is for a line that another program hands to a
    shell, and for text that several shells read one after the other.

    Args:
        value: The data; the word of a `Secret` is masked wherever it is shown.
        shell: Who will read the word: a shell's name or path, "ssh" for the
            other machine's sh, or all that read it in turn, the first reader
            first: ``("sh", "ssh")`` is for a line of ours that starts ``ssh``.

    Raises:
        OptionTypeError: *value* is no str, bytes, path or `Secret`.
        OptionError: It holds a NUL or cannot be encoded, or *shell* has no
            rule that is safe.
    """
    rules = [_rule(name) for name in _readers(shell)]
    text = word("value", value)
    if isinstance(text, Masked):
        return Masked(
            _quoted(text, rules),
            _quoted(text.shown, rules),
            text.hidden,
            text.files,
            exposed=text.exposed,
        )
    return _quoted(text, rules)


def dialect(shell: str) -> Literal["posix", "fish"]:
    """Return which rules of quoting the shell with the path or name *shell* has.

    Raises:
        OptionError: None that is known: nothing can be quoted for it.
    """
    name = _VERSION.sub("", shell.rpartition("/")[2])
    if name in _POSIX:
        return "posix"
    if name == "fish":
        return "fish"
    expected = _REFUSED.get(name, f"a shell whose quoting is known: {_KNOWN}")
    raise OptionError("shell", shell, expected)


def _quoted(text: str, rules: list[Callable[[str], str]]) -> str:
    # An exact str: a subclass could answer `replace` in its own way.
    text = str.__str__(text)
    # The last reader's quotes go on first: they come off last.
    for rule in reversed(rules):
        text = rule(text)
    return text


def _readers(shell: object) -> tuple[str, ...]:
    if isinstance(shell, str):
        return (shell,)
    if not isinstance(shell, list | tuple):
        raise OptionTypeError("shell", shell, "a shell's name, or a list of names")
    for name in shell:
        if not isinstance(name, str):
            raise OptionTypeError("shell", name, f"a shell's name: {_KNOWN}")
    if not shell:
        raise OptionError("shell", shell, f"at least one of {_KNOWN}")
    return tuple(shell)


def _rule(shell: str) -> Callable[[str], str]:
    return single_quoted if dialect(shell) == "posix" else _fish_quoted


def _fish_quoted(word: str) -> str:
    # In fish's single quotes a backslash escapes itself and the quote.
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
