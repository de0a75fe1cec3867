"""A child that tries what it may do, and tells: `script`, `told`.

What is tried is a line of Python for each name; what came of it is "done", or
the name of the errno.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Final

__all__ = ["python", "told"]

_TRYING: Final = """
import ctypes, errno, json, os, socket, subprocess, sys, threading

def call(*args):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(*args) < 0:
        raise OSError(ctypes.get_errno(), "")

found = {}
for name, line in json.loads(sys.argv[1]).items():
    try:
        exec(line)
    except OSError as error:
        found[name] = errno.errorcode[error.errno]
    else:
        found[name] = "done"
print(json.dumps(found))
"""


def python(lines: Mapping[str, str]) -> list[str]:
    """Return the words of a Python that tries *lines*.

    ``call`` makes a system call by its number; the usual modules are there.
    """
    return [sys.executable, "-S", "-c", _TRYING, json.dumps(lines)]


def told(output: str | None) -> dict[str, str]:
    """Return what came of each line, from all that the child printed."""
    assert output, "it told nothing"
    found: dict[str, str] = json.loads(output.splitlines()[-1])
    return found
