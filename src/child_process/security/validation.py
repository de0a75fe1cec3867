"""A white list for data that becomes part of a command: `validate`.

Layer: security. No I/O.
"""

from __future__ import annotations

import re
from typing import Final

from child_process.errors import OptionError, OptionTypeError

__all__ = ["ALLOWED", "validate"]

ALLOWED: Final = r"[a-zA-Z0-9_./-]+"
"""Letters, digits and what file names need, but spaces: nothing a shell reads."""


def validate(value: str, allow: str | re.Pattern[str] = ALLOWED) -> str:
    """Return *value* if the whole of it matches *allow*.

    A value that passes the default can still begin with ``-`` and so be taken
    for an option, or with ``../``: that is for the caller to judge.

    Args:
        value: The data.
        allow: A regular expression for all of it, not for a part.

    Raises:
        OptionTypeError: *value* is no str.
        OptionError: It does not match; it is empty, for one.
    """
    if not isinstance(value, str):
        raise OptionTypeError("value", value, "str")
    if re.fullmatch(allow, value) is None:
        pattern = allow if isinstance(allow, str) else allow.pattern
        raise OptionError("value", value, f"nothing but {pattern}")
    return value
