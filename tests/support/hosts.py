"""Programs that use the library in a Python process of their own: *hosts*.

For what a test cannot do to itself: run out of descriptors, be interrupted, be
forked, exit with children running, or have its memory measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import child_process

SOURCES: Final = Path(child_process.__file__).parent.parent
PATIENCE: Final = 40.0
"""Seconds a host may take: less than a test's deadline, and it says more."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a host ended.

    Attributes:
        code: Its exit code; a signal's number as a negative one.
        out: What it printed.
        err: What it complained: empty where all went well.
    """

    code: int
    out: str
    err: str


def start(
    code: str, *args: str | float, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Start a Python with *code*, whose ``sys.argv[1:]`` are *args*."""
    path = [str(SOURCES), *filter(None, [os.environ.get("PYTHONPATH")])]
    words = [sys.executable, "-W", "error", "-c", textwrap.dedent(code)]
    return subprocess.Popen(
        words + [str(arg) for arg in args],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        text=True,
    )


def finish(host: subprocess.Popen[str]) -> Ended:
    """Wait until *host* has ended, and return what it left."""
    with host:
        try:
            out, err = host.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            host.kill()
            raise
    return Ended(host.returncode, out, err)


def run(code: str, *args: str | float) -> Ended:
    """Run a Python with *code* to its end."""
    return finish(start(code, *args))


def said(code: str, *args: str | float) -> str:
    """Return what a Python with *code* printed; it must end well and quietly."""
    ended = run(code, *args)
    assert (0, "") == (ended.code, ended.err), f"{ended.code}: {ended.err}"
    return ended.out
