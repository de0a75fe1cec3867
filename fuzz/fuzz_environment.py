"""The reading of an environment: nothing dangerous passes, nothing is lost.

An input is one variable a line. One that begins with ``+`` is the caller's, the
others are ours; ``?NAME`` allows a name.
"""

from __future__ import annotations

from contextlib import suppress
from typing import get_args

from child_process._values.environment import Environ, to_environ, to_names
from child_process.errors import OptionError
from child_process.security.environment import (
    PATH,
    Level,
    User,
    objection,
    screen,
    without_relative,
)
from fuzz.driver import main

USER = User("alice", "/home/alice")
REPLACED = {b"HOME": b"/home/alice", b"USER": b"alice", b"LOGNAME": b"alice"}


def read(
    data: bytes,
) -> tuple[dict[bytes, bytes], dict[bytes, bytes], frozenset[bytes]]:
    """Return our variables, the caller's, and the names that are allowed."""
    ours: dict[bytes, bytes] = {}
    given: dict[bytes, bytes] = {}
    allowed: frozenset[bytes] = frozenset()
    for line in data.split(b"\n"):
        name, _, value = line.partition(b"=")
        # What cannot be one is refused, in words that can be printed.
        with suppress(OptionError):
            if line.startswith(b"?"):
                allowed |= to_names("scrub", [line[1:]])
            elif line.startswith(b"+"):
                given |= to_environ({name[1:]: value})
            else:
                ours |= to_environ({name: value})
    return ours, given, allowed


def target(data: bytes) -> None:
    """Screen what *data* says at each level, and judge what is left."""
    ours, given, allowed = read(data)
    for level in get_args(Level):
        for own in (None, given, {**ours, **given}):
            result = screen(own, ours, level, allowed, USER)
            entries = ours if own is None else own
            if level == "inherit":
                assert result.environ == entries
                continue
            _check(result.environ, allowed)
            for name, value in entries.items():
                kept = name in result.environ or name in result.dropped
                assert kept or name in result.refused
                assert name not in result.refused or ours.get(name) != value
                assert name not in result.dropped or ours.get(name) == value
            assert not result.refused.keys() & result.environ.keys()
            if level == "scrub":
                again = screen(None, result.environ, level, allowed, USER).environ
                assert _plain(result.environ) == _plain(again)


def _plain(environ: Environ) -> dict[bytes, bytes]:
    """Return *environ* without what is made out for the user."""
    return {name: value for name, value in environ.items() if name not in REPLACED}


def _check(environ: dict[bytes, bytes], allowed: frozenset[bytes]) -> None:
    for name, value in environ.items():
        if name in allowed or REPLACED.get(name) == value:
            continue
        assert objection(name, value) is None, name
        assert name != PATH or value == without_relative(value)


if __name__ == "__main__":
    main("environment", target)
