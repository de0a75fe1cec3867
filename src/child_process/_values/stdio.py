"""What each descriptor of a child is.

Layer: values. No I/O.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, Protocol

from child_process.errors import OptionError, OptionTypeError

__all__ = ["HasFileno", "Slot", "Stdio", "StdioLike", "StdioSlotLike", "to_stdio"]


class HasFileno(Protocol):
    """A file, a socket, a stream of another child: it has a descriptor."""

    def fileno(self) -> int:
        """Return the descriptor's number in this process."""
        ...


class Slot(Enum):
    """What a descriptor of the child is, where it is not one of ours."""

    PIPE = "pipe"
    """A new pipe; for 3 and up a socket pair, which goes both ways."""
    IGNORE = "ignore"
    """0, 1 and 2: the null device. 3 and up: not open."""
    INHERIT = "inherit"
    """What has the same number in this process."""
    IPC = "ipc"
    """A message channel."""


StdioSlotLike = str | int | HasFileno | None
StdioLike = str | Sequence[StdioSlotLike]
Stdio = tuple["Slot | int | HasFileno", ...]

_WORDS: Final = {
    "pipe": Slot.PIPE,
    "overlapped": Slot.PIPE,
    "ignore": Slot.IGNORE,
    "inherit": Slot.INHERIT,
}
_EXPECTED: Final = (
    '"pipe", "ignore", "inherit", a descriptor of this process, or something '
    "with a fileno()"
)
_MOST: Final = 1024
"""A longer list is a mistake: each slot is a descriptor of the child."""
_LARGEST: Final = 2**31 - 1
"""A descriptor is an int of C."""


def to_stdio(
    value: object, default: Slot = Slot.PIPE, *, channel: bool = False
) -> Stdio:
    """Return *value* with a slot for each descriptor, at least three.

    Args:
        value: One word for all three, or a list; in a list, None and missing
            places are *default* for 0, 1 and 2, and "ignore" above.
        default: What a place that says nothing is.
        channel: Whether one of them may be "ipc".

    Raises:
        OptionTypeError: It is neither, or a place holds something else.
        OptionError: A word is unknown, or a descriptor negative.
    """
    if value is None:
        return (default,) * 3
    if isinstance(value, str):
        return (_word("stdio", value, channel=False),) * 3
    if not isinstance(value, Sequence) or isinstance(value, bytes):
        raise OptionTypeError("stdio", value, f"a list, or one of {_EXPECTED}")
    if len(value) > _MOST:
        raise OptionError("stdio", value, f"at most {_MOST} descriptors")
    # A new list: the caller's own is never changed (Node pads it in place).
    places: list[Any] = [*value] + [None] * (3 - len(value))
    slots = tuple(
        _slot(index, place, default, channel=channel)
        for index, place in enumerate(places)
    )
    if slots.count(Slot.IPC) > 1:
        raise _OneChannel("stdio", value, 'one "ipc": a child has one channel')
    return slots


def _slot(
    index: int, place: object, default: Slot, *, channel: bool
) -> Slot | int | HasFileno:
    option = f"stdio[{index}]"
    if place is None:
        return default if index < 3 else Slot.IGNORE  # noqa: PLR2004 - 0, 1, 2
    if isinstance(place, str):
        return _word(option, place, channel=channel)
    if isinstance(place, Slot):
        return place
    if isinstance(place, int) and not isinstance(place, bool):
        if not 0 <= place <= _LARGEST:
            raise OptionError(option, place, "a descriptor, 0 or more")
        return place
    if callable(getattr(place, "fileno", None)):
        return place  # type: ignore[return-value]  # seen to have a fileno()
    raise OptionTypeError(option, place, _EXPECTED)


def _word(option: str, word: str, *, channel: bool) -> Slot:
    if word == "ipc":
        if channel:
            return Slot.IPC
        kind = OptionError if option == "stdio" else _NoChannel
        raise kind(option, word, "no channel here: this call does not make one")
    slot = _WORDS.get(word)
    if slot is None:
        raise OptionError(option, word, _EXPECTED)
    return slot


class _OneChannel(OptionError):
    code = "ERR_IPC_ONE_PIPE"


class _NoChannel(OptionError):
    code = "ERR_IPC_SYNC_FORK"
