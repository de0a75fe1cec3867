"""The children that tests start: small programs in ``tests/programs``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

PROGRAMS: Final = Path(__file__).parent.parent / "programs"


def path(name: str) -> str:
    """Return where the program *name* is, its suffix included."""
    found = PROGRAMS / name
    if not found.is_file():
        known = ", ".join(sorted(p.name for p in PROGRAMS.iterdir() if p.is_file()))
        message = f"no program {name!r} in tests/programs; there are {known}"
        raise FileNotFoundError(message)
    return str(found)


def python(name: str, *args: str | float) -> list[str]:
    """Return the words that run the Python program *name* with *args*.

    Without ``site``, which doubles the time a Python takes to start.
    """
    return [sys.executable, "-S", path(name), *(str(arg) for arg in args)]
