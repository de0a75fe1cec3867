"""The groups that a child has besides its own: `to_groups`.

Layer: values. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from child_process._values import checks
from child_process.errors import OptionRangeError, OptionTypeError

__all__ = ["to_groups"]

MOST_GROUPS: Final = 65536
"""Groups of one process: NGROUPS_MAX of Linux."""
MAX_GROUP: Final = 2**31 - 1
"""An int32, as `gid`."""


def to_groups(value: object) -> tuple[int, ...]:
    """Return *value*, the option ``groups``, as the numbers of groups.

    Raises:
        OptionError: It is no list of numbers, or a longer one than there may be.
    """
    expected = "a list of group numbers"
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise OptionTypeError("groups", value, expected)
    groups = tuple(checks.integer("groups", group, MAX_GROUP) for group in value)
    if len(groups) > MOST_GROUPS:
        raise OptionRangeError("groups", len(groups), f"{MOST_GROUPS} groups at most")
    return groups
