"""The environment that a child gets.

Layer: values. No I/O: the environment to inherit is handed in.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from child_process._masked import Masked, MaskedBytes
from child_process._values.checks import string
from child_process._values.secret import Secret, word
from child_process.errors import OptionError, OptionTypeError

__all__ = ["Environ", "EnvironmentLike", "to_environ", "to_names"]

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


def to_names(policy: object, value: object) -> frozenset[bytes]:
    """Return the names *value* of ``allow_env``, for an ``env_policy`` of *policy*.

    Raises:
        OptionError: There is no such policy, or it lets everything through
            anyway, or a name is no name.
        OptionTypeError: It is no collection of names.
    """
    if policy not in ("inherit", "scrub", "clean"):
        raise OptionError("env_policy", policy, '"inherit", "scrub" or "clean"')
    if isinstance(value, str | bytes) or not isinstance(value, Collection):
        raise OptionTypeError("allow_env", value, "a list of names of variables")
    if value and policy == "inherit":
        expected = 'none, or env_policy="scrub" or "clean": "inherit" lets all through'
        raise OptionError("allow_env", value, expected)
    names = {os.fsencode(string("allow_env", name)) for name in value}
    for name in names:
        if not name or b"=" in name or b"*" in name:
            raise OptionError("allow_env", name, 'whole names, without "=" and "*"')
    return frozenset(names)
