"""The environment that a child gets.

Layer: values. No I/O: the environment to inherit is handed in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from child_process._masked import Masked, MaskedBytes
from child_process._values.checks import string
from child_process._values.secret import Secret, word
from child_process.errors import OptionError, OptionTypeError

__all__ = ["Environ", "EnvironmentLike", "to_environ"]

Environ = Mapping[bytes, bytes]
"""Names and values as the kernel sees them."""

EnvironmentLike = Mapping[str, "str | bytes | os.PathLike[str] | Secret | None"]


def to_environ(value: object, option: str = "env") -> dict[bytes, bytes]:
    """Return the mapping *value* as bytes; entries that are None are dropped.

    Raises:
        OptionTypeError: It is no mapping, or holds something else than strings.
        OptionError: A name is empty or holds "=", or something holds a NUL.
    """
    if not isinstance(value, Mapping):
        raise OptionTypeError(option, value, "a mapping of names to strings, or None")
    environ: dict[bytes, bytes] = {}
    for name, entry in value.items():
        if entry is None:
            continue
        if not isinstance(name, str | bytes):
            raise OptionTypeError(f"a name in {option}", name, "str or bytes")
        checked = os.fsencode(string(f"a name in {option}", name))
        if not checked or b"=" in checked:
            raise OptionError(f"a name in {option}", name, 'a name without "="')
        if isinstance(entry, MaskedBytes):
            environ[checked] = entry  # checked before, when options are copied
            continue
        text = word(f"{option}[{name!r}]", entry)
        value = os.fsencode(text)
        environ[checked] = MaskedBytes(value) if isinstance(text, Masked) else value
    return environ
