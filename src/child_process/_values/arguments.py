"""Arguments that say what they are: `flag`, `positional`, `raw`.

Layer: values. No I/O.

A typed argument is a str that remembers its kind: it goes wherever a plain one
goes, through options, plans and pickles, and only a policy asks for the kind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Self, overload

from child_process._masked import Masked, concat
from child_process._values.checks import string
from child_process._values.secret import Secret, SecretFile, word
from child_process.errors import OptionError, OptionTypeError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

__all__ = [
    "Flag",
    "Kind",
    "Positional",
    "Raw",
    "Value",
    "flag",
    "is_plain",
    "kind_of",
    "positional",
    "raw",
]

Kind = str
"""What a word is: "word", "positional", "flag", "value" or "raw"."""

_OPTION: Final = re.compile(r"--?[A-Za-z0-9?@#][A-Za-z0-9_.:+-]*")


class Positional(str):
    """Data that stands by itself: a name, a pattern, an address."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"positional({super().__repr__()})"


class Value(str):
    """Data that is the value of the option in the word before it."""

    __slots__ = ()


class Raw(str):
    """A word that the caller vouches for: no policy looks into it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"raw({super().__repr__()})"


class Flag(str):
    """An option of the caller's with data for its value, as one word.

    Attributes:
        option: The option as the caller wrote it, ``--out`` for one.
        value: The data.
    """

    __slots__ = ("option", "value")
    option: str
    value: str

    def __new__(cls, option: str, value: str) -> Self:
        """Spell *option* with *value*: ``--out=v``, or ``-ov``."""
        joint = "=" if option.startswith("--") else ""
        made = super().__new__(cls, option + joint + value)
        made.option = option
        made.value = value
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # what __new__ takes, which str's does not
        return self.option, self.value

    def __repr__(self) -> str:
        return f"flag({self.option!r}, {self.value!r})"

    @property
    def is_long(self) -> bool:
        """Whether it is spelled ``--out``."""
        return self.option.startswith("--")

    @property
    def is_short(self) -> bool:
        """Whether it is spelled ``-o``; ``-out`` is neither."""
        return len(self.option) == len("-o")

    def as_words(self) -> tuple[str, str]:
        """Return option and value as two words."""
        return self.option, Value(self.value)


@overload
def flag(
    option: str, value: str | bytes | os.PathLike[str] | os.PathLike[bytes]
) -> Flag: ...
@overload
def flag(option: str, value: Secret | SecretFile) -> Masked: ...
def flag(
    option: str,
    value: str | bytes | os.PathLike[str] | os.PathLike[bytes] | Secret | SecretFile,
) -> Flag | Masked:
    """Return an argument: *option* of the program, with data for its value.

    It becomes one word, ``--out=v`` or ``-ov``, so that *value* cannot be taken
    for an option; or two, where the program takes no other form: ``-in v``.

    Args:
        option: The option, with its dashes; a literal of your program.
        value: The data; it may begin with anything. With a secret it is one
            word always, and no policy looks into it.

    Raises:
        OptionTypeError: One of them is no string.
        OptionError: *option* is not spelled like one, or *value* holds a NUL.
    """
    if not isinstance(option, str):
        raise OptionTypeError("option", option, 'an option, "--out" for one')
    if _OPTION.fullmatch(option) is None:
        expected = 'an option without its value, "--out" or "-o" for one'
        raise OptionError("option", option, expected)
    if isinstance(value, Secret | SecretFile):
        joint = "=" if option.startswith("--") else ""
        return _masked(concat(option, joint, word("value", value)))
    return Flag(str(option), string("value", value))


@overload
def positional(
    value: str | bytes | os.PathLike[str] | os.PathLike[bytes],
) -> Positional: ...
@overload
def positional(value: Secret | SecretFile) -> Masked: ...
def positional(
    value: str | bytes | os.PathLike[str] | os.PathLike[bytes] | Secret | SecretFile,
) -> Positional | Masked:
    """Return an argument: data that stands by itself.

    Under `guarded` it cannot become an option of the program: it is made safe
    by ``--`` or ``./`` where the program knows them, and refused elsewhere.

    Raises:
        OptionTypeError: It is no string.
        OptionError: It holds a NUL or cannot be encoded; or it is a secret that
            begins with "-", into which no policy looks.
    """
    if isinstance(value, Secret | SecretFile):
        masked = _masked(word("value", value))
        if masked.startswith("-"):
            expected = 'no secret that begins with "-": pass it by secret_file(…)'
            raise OptionError("value", value, expected)
        return masked
    return Positional(string("value", value))


def raw(value: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> Raw:
    """Return an argument that you vouch for: no policy judges it.

    Raises:
        OptionTypeError: It is no string.
        OptionError: It holds a NUL or cannot be encoded.
    """
    return Raw(string("value", value))


def _masked(text: str) -> Masked:
    assert isinstance(text, Masked), "a secret is, and what is glued to one"
    return text


_KINDS: Final = {
    Positional: "positional",
    Flag: "flag",
    Value: "value",
    Raw: "raw",
}


def kind_of(word: str) -> Kind:
    """Return what *word* of an argument list is; "word" if it does not say."""
    return _KINDS.get(type(word), "word")


_STR: Final = frozenset({str})


def is_plain(words: Iterable[str]) -> bool:
    """Say whether no word of *words* has a kind or a mask: each is a str only."""
    return _STR.issuperset(map(type, words))
