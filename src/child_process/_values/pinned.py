"""A program that is checked before it runs, and run as it was checked: `pinned`.

Layer: values. No I/O.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from child_process._values import checks
from child_process.errors import OptionError

if TYPE_CHECKING:
    import os

__all__ = ["Pin", "Pinned", "pinned"]

MOST_BITS: Final = 0o7777
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Pin:
    """What a program's file has to be.

    Attributes:
        sha256: The digest of its content, in hexadecimal; None is any.
        owner: Its user's number; None is root's or ours.
        mode: Its permission bits; None is any that let only its owner write.
    """

    sha256: str | None = None
    owner: int | None = None
    mode: int | None = None


class Pinned(str):  # noqa: SLOT000 - a path like any other, with a condition
    """The path of a program with its `Pin`; made by `pinned`."""

    pin: Pin

    def __new__(cls, path: str, pin: Pin = Pin()) -> Pinned:  # noqa: PYI034 - frozen
        """Make one of *path*, absolute."""
        made = super().__new__(cls, path)
        made.pin = pin
        return made

    def __repr__(self) -> str:
        words = [str.__repr__(self)]
        if self.pin.sha256 is not None:
            words.append(f"sha256={self.pin.sha256!r}")
        if self.pin.owner is not None:
            words.append(f"owner={self.pin.owner}")
        if self.pin.mode is not None:
            words.append(f"mode={self.pin.mode:#o}")
        return f"pinned({', '.join(words)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Pinned, (str.__str__(self), self.pin)


def pinned(
    path: str | bytes | os.PathLike[str] | os.PathLike[bytes],
    *,
    sha256: str | None = None,
    owner: int | None = None,
    mode: int | None = None,
) -> Pinned:
    """Return *path* as a program for `spawn`, `exec_file`, `run` and `cmd`.

    At the start its file is opened and checked, and that very file is executed,
    by its descriptor: whatever is put in its place meanwhile is not. The child
    has the descriptor too, after the last of ``stdio``; a script sees its path
    as its own name (``/proc/self/fd/3``). Linux only.

    Args:
        path: An absolute path; `which` finds one.
        sha256: The digest of its content, in hexadecimal.
        owner: The number of the user who has to own it; by default root, or
            the user we are.
        mode: The permission bits that it has to have, 0o755 for one; by default
            any with which nobody but its owner can write to it.

    Raises:
        OptionError: The path is relative, or a condition makes no sense.
    """
    text = checks.text("path", path)
    if not text.startswith("/"):
        raise OptionError("path", text, "an absolute path, such as which() returns")
    if sha256 is not None:
        sha256 = checks.string("sha256", sha256).lower()
        if not _DIGEST.fullmatch(sha256):
            raise OptionError("sha256", sha256, "64 hexadecimal digits")
    if owner is not None:
        checks.integer("owner", owner, 2**32 - 2)
    if mode is not None:
        checks.integer("mode", mode, MOST_BITS)
    return Pinned(text, Pin(sha256, owner, mode))
