"""Checks that several options share. Each returns the value it approved.

Layer: values. No I/O.
"""

from __future__ import annotations

import math
import os
import sys

from child_process.errors import OptionError, OptionRangeError, OptionTypeError

__all__ = ["boolean", "integer", "limit", "path", "policy", "seconds", "string", "text"]


def boolean(option: str, value: object) -> bool:
    """Return *value* if it is True or False."""
    if not isinstance(value, bool):
        raise OptionTypeError(option, value, "True or False")
    return value


def integer(option: str, value: object, most: int) -> int:
    """Return *value* if it is a whole number from 0 to *most*."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise OptionTypeError(option, value, f"a whole number from 0 to {most}")
    if not 0 <= value <= most:
        raise OptionRangeError(option, value, f"a whole number from 0 to {most}")
    return value


def limit(option: str, value: object) -> int | None:
    """Return *value* as a number of bytes; None, and infinity, are no limit."""
    if value is None or value == math.inf:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise OptionTypeError(option, value, "a whole number of bytes, or None")
    if value < 0:
        raise OptionRangeError(option, value, "0 bytes or more, or None for no limit")
    return value


def policy(option: str, value: object) -> object:
    """Return *value* if it is a policy, or the name of one."""
    judges = callable(getattr(value, "judge", None)) and not isinstance(value, type)
    if judges or value in ("trusted", "guarded"):
        return value
    expected = 'a Policy, "trusted" or "guarded"; strict(programs=[…]) for a list'
    raise OptionTypeError(option, value, expected)


def seconds(option: str, value: object) -> float:
    """Return *value* as finite seconds, 0 or more."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise OptionTypeError(option, value, "a number of seconds")
    # The largest float, not infinity: an int may be beyond it.
    if not 0 <= value <= sys.float_info.max:
        raise OptionRangeError(option, value, "0 seconds or more, and finite")
    return float(value)


def string(option: str, value: object) -> str:
    """Return *value*, str, bytes or path, as a str that can be passed on.

    Bytes that are not text travel as `os.fsdecode` carries them.

    Raises:
        OptionTypeError: It is something else: a number, None, a list ….
        OptionError: It holds a NUL, or characters that cannot be encoded.
    """
    if not isinstance(value, str):
        if isinstance(value, bytes):
            value = os.fsdecode(value)
        elif isinstance(value, os.PathLike):
            value = os.fsdecode(os.fspath(value))
        else:
            raise OptionTypeError(option, value, "str, bytes or a path")
    if "\0" in value:
        raise OptionError(option, value, "no NUL bytes: they end a string in C")
    if not value.isascii():
        try:
            os.fsencode(value)
        except UnicodeEncodeError:
            expected = "characters that the file system's encoding has"
            raise OptionError(option, value, expected) from None
    return value


def text(option: str, value: object) -> str:
    """Return *value* as `string` does, if it is not empty."""
    value = string(option, value)
    if not value:
        raise OptionError(option, value, "something that is not empty")
    return value


def path(option: str, value: object) -> str | None:
    """Return *value* as `string` does; None and the empty string are None."""
    return None if value is None else string(option, value) or None
