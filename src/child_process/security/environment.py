"""Which variables a child may be given: `screen`, and `objection` to one.

Layer: security. No I/O: our own environment and the user are handed in.

=======  ==================================================================
level    what the child gets
=======  ==================================================================
inherit  all of it, as in Node
scrub    what loads no code, misleads no program and is no secret
clean    PATH, HOME, USER, LOGNAME, TZ, TERM and the locale, and what the
         caller adds
=======  ==================================================================

What the caller gives and what is merely passed on look alike in
``env={**os.environ, "MODE": "x"}``; so an entry that is just as ours counts as
inherited, and is dropped without a word. Any other entry was meant: if it may
not be given, that is an error, and never a variable that is silently missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from child_process._masked import MaskedBytes
from child_process.security.environment_names import (
    LOADS_CODE,
    MISLEADS,
    SECRET,
    SECRET_PATTERNS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from child_process._values.environment import Environ

__all__ = [
    "PATH",
    "Level",
    "Screening",
    "User",
    "is_secret",
    "objection",
    "screen",
    "without_relative",
]

Level = Literal["inherit", "scrub", "clean"]

PATH: Final = b"PATH"
_NAME: Final = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
_ZONE: Final = re.compile(rb"(?!/)(?!.*\.\.)[A-Za-z0-9/_+,.<>-]{1,100}")
"""A zone's name or a POSIX rule; a path, or ":" before one, names any file."""
_WORD: Final = re.compile(rb"[^/%\x00-\x1f\x7f]{0,100}")
"""As sudo has it: no path of a catalogue, no format of printf."""
_CHECKED: Final = {
    b"TZ": _ZONE,
    **dict.fromkeys((b"LANG", b"LANGUAGE", b"LINGUAS", b"TERM", b"COLORTERM"), _WORD),
}
_IDENTITY: Final = (b"HOME", b"USER", b"LOGNAME")
_KEPT: Final = frozenset({PATH, *_IDENTITY, *_CHECKED})
_LOCALE: Final = b"LC_"
_FUNCTION: Final = b"()"
"""How old shells begin a function in a variable: Shellshock."""


class User(NamedTuple):
    """Whom the child runs as, from the system's own records."""

    name: str
    home: str


@dataclass(frozen=True, slots=True)
class Screening:
    """What became of an environment.

    Attributes:
        environ: What the child gets.
        dropped: What was ours and is kept from it, with the reasons.
        refused: What the caller gave and may not, with the reasons.
    """

    environ: dict[bytes, bytes] = field(default_factory=dict)
    dropped: dict[bytes, str] = field(default_factory=dict)
    refused: dict[bytes, str] = field(default_factory=dict)


def screen(
    given: Environ | None,
    ours: Environ,
    level: Level,
    allowed: frozenset[bytes] = frozenset(),
    user: User | None = None,
) -> Screening:
    """Return what is left of an environment under *level*.

    Args:
        given: ``env=``; None passes ours on.
        ours: That of this program.
        level: How much of it is passed on.
        allowed: Names that pass whatever they do.
        user: Who the child is; what we have in HOME, USER and LOGNAME is
            replaced by it, since HOME leads to settings that run commands.
    """
    if level == "inherit":
        return Screening(dict(ours if given is None else given))
    result = Screening()
    entries: Mapping[bytes, bytes] = ours if given is None else given
    if level == "clean":
        entries = {**ours, **entries}
    for name, value in entries.items():
        if name in allowed:
            result.environ[name] = value
        elif ours.get(name) == value:
            _inherit(result, name, value, level, user)
        else:
            _accept(result, name, value)
    return result


def objection(name: bytes, value: bytes) -> str | None:
    """Return why a child should not be given *name* with *value*, or None."""
    if name == PATH:
        if value == without_relative(value):
            return None
        return "it has relative parts, by which the working directory chooses programs"
    pattern = _WORD if name.startswith(_LOCALE) else _CHECKED.get(name)
    if pattern is not None:
        return None if pattern.fullmatch(value) else "its value names a file or format"
    if value.startswith(_FUNCTION):
        return "its value is a function to a shell"
    return _suspicion(name)


def is_secret(name: bytes) -> bool:
    """Say whether *name* is that of a secret."""
    return _suspicion(name) == _CONFIDENTIAL


def without_relative(path: bytes) -> bytes:
    """Return the parts of *path* that are absolute."""
    return b":".join(part for part in path.split(b":") if part.startswith(b"/"))


def _inherit(
    result: Screening, name: bytes, value: bytes, level: Level, user: User | None
) -> None:
    """Put what is ours into *result*, made harmless, or drop it."""
    if name in _IDENTITY and user is not None:
        known = user.home if name == b"HOME" else user.name
        result.environ[name] = known.encode("utf-8", "surrogateescape")
    elif name == PATH:
        result.environ[name] = without_relative(value)
    elif why := objection(name, value):
        result.dropped[name] = why
    elif level == "clean" and not _is_kept(name):
        result.dropped[name] = "it is not on the list of what is kept"
    else:
        result.environ[name] = value


def _accept(result: Screening, name: bytes, value: bytes) -> None:
    """Put what the caller gives into *result*, or refuse it."""
    why = objection(name, value)
    if why is None or (why == _CONFIDENTIAL and isinstance(value, MaskedBytes)):
        result.environ[name] = value
    else:
        result.refused[name] = why


def _is_kept(name: bytes) -> bool:
    return name in _KEPT or name.startswith(_LOCALE)


_PATTERN: Final = re.compile("|".join(map(translate, SECRET_PATTERNS)), re.DOTALL)
_CONFIDENTIAL: Final = "its name is that of a secret"
_LOADS: Final = "it makes {} load or run code"
_MISLEADS: Final = "it changes what {} read, write, trust or do"
_WHO: Final = {
    "auth": "authentication libraries",
    "build": "compilers and build tools",
    "db": "database clients",
    "desktop": "graphical programs",
    "fs": "users of temporary files",
    "git": "git and its helpers",
    "home": "programs with settings at home",
    "interp": "interpreters",
    "ipc": "programs with a channel or socket handed to them",
    "loader": "the loader and C library",
    "locale": "users of message catalogues",
    "media": "media and typesetting programs",
    "net": "network clients",
    "pager": "pagers and editors",
    "resolver": "host name look-ups",
    "shell": "shells",
    "terminal": "users of the terminal's database",
    "tls": "users of TLS",
    "tool": "the tools that know it",
    "tool-options": "archivers and other tools",
    "vcs": "version control programs",
}
"""Who acts on a class of variables, where its name does not say it."""


@lru_cache(maxsize=4096)
def _suspicion(name: bytes) -> str | None:
    text = name.decode("utf-8", "surrogateescape")
    if kind := _listed(text, LOADS_CODE):
        return _LOADS.format(_WHO.get(kind, f"{kind} programs"))
    if text.upper() in SECRET or _PATTERN.fullmatch(text.upper()):
        return _CONFIDENTIAL
    if kind := _listed(text, MISLEADS):
        return _MISLEADS.format(_WHO.get(kind, f"{kind} programs"))
    return None if _NAME.fullmatch(name) else "its name is none that a shell knows"


def _listed(name: str, lists: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the kind under which *lists* have *name*, or None."""
    for kind, names in lists.items():
        for one in names:
            if name.startswith(one[:-1]) if one[-1] == "*" else name == one:
                return kind
    return None
