"""Text that goes to a child and into no message: `Masked` and `MaskedBytes`.

Layer: bottom. Pure; imports nothing of the package.

A secret argument has to be a str wherever a str goes, down to the system call.
`Masked` is one: it encodes to what it is, and prints as ``***``. What is glued
together by ``+`` or `concat` stays masked; an f-string holds the mask, so that a
mistake sends asterisks to the child rather than a secret to a log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "MASK",
    "NO_PICKLE",
    "Masked",
    "MaskedBytes",
    "concat",
    "hidden_in",
    "redact",
    "shown",
]

MASK: Final = "***"
SHORTEST: Final = 4
"""Characters; a shorter value is not searched in output: "1" is everywhere."""
NO_PICKLE: Final = (
    "a secret does not pickle: give it to the other process by its environment, "
    "its input or secret_file(), or pickle .reveal() if you mean to"
)


class Masked(str):  # noqa: SLOT000 - it has attributes; one is made a call
    """Text with something in it that no message may show.

    Attributes:
        shown: The text with the mask where the secret is.
        hidden: The secrets in it.
        files: What is to be read through a descriptor of the child, by the
            token that stands for its number in the text.
        exposed: Whether the text itself holds a secret, not only the path of one.
    """

    shown: str
    hidden: frozenset[str]
    files: Mapping[str, bytes]
    exposed: bool

    def __new__(
        cls,
        text: str,
        shown: str = MASK,
        hidden: Iterable[str] | None = None,
        files: Mapping[str, bytes] | None = None,
        *,
        exposed: bool = True,
    ) -> Self:
        """Make one; all of *text* is secret unless *hidden* says otherwise."""
        made = super().__new__(cls, text)
        made.shown = shown
        made.hidden = frozenset((text,) if hidden is None else hidden)
        made.files = files or {}
        made.exposed = exposed
        return made

    def __repr__(self) -> str:
        return repr(self.shown)

    def __str__(self) -> str:
        return self.shown

    def __format__(self, spec: str) -> str:
        return format(self.shown, spec)

    def __add__(self, other: str) -> str:
        return concat(self, other)

    def __radd__(self, other: str) -> str:
        return concat(other, self)

    def __copy__(self) -> Masked:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Masked:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError(NO_PICKLE)


class MaskedBytes(bytes):
    """The same for the value of a variable."""

    def __repr__(self) -> str:
        return repr(MASK.encode())

    __str__ = __repr__

    def __copy__(self) -> MaskedBytes:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> MaskedBytes:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError(NO_PICKLE)


def shown(text: str) -> str:
    """Return *text* as it may be shown."""
    return text.shown if isinstance(text, Masked) else text


def hidden_in(words: Iterable[str | bytes]) -> frozenset[str]:
    """Return the secrets that *words* hold."""
    found: set[str] = set()
    for word in words:
        if isinstance(word, Masked):
            found |= word.hidden
        elif isinstance(word, MaskedBytes):
            found.add(word.decode("utf-8", "surrogateescape"))
    return frozenset(found)


def concat(*parts: str) -> str:
    """Return *parts* as one text, masked where a part of it is."""
    text = "".join(parts)
    secret = [part for part in parts if isinstance(part, Masked)]
    if not secret:
        return text
    files: dict[str, bytes] = {}
    for part in secret:
        files.update(part.files)
    return Masked(
        text,
        "".join(map(shown, parts)),
        hidden_in(secret),
        files,
        exposed=any(part.exposed for part in secret),
    )


def redact(output: Any, hidden: Iterable[str]) -> Any:
    """Return *output*, str, bytes or None, with the mask for each of *hidden*.

    One that is cut off at the end of *output* is masked there, too.
    """
    if not output:
        return output
    for secret in sorted(hidden, key=len, reverse=True):
        if len(secret) < SHORTEST:
            continue
        if isinstance(output, bytes):
            needle: Any = secret.encode("utf-8", "surrogateescape")
            mask: Any = MASK.encode()
        else:
            # The output was decoded with "replace"; a secret may be any bytes.
            raw = secret.encode("utf-8", "surrogateescape")
            needle, mask = raw.decode("utf-8", "replace"), MASK
        output = output.replace(needle, mask)
        for length in range(min(len(needle), len(output)) - 1, SHORTEST - 1, -1):
            if output.endswith(needle[:length]):
                output = output[:-length] + mask
                break
    return output
