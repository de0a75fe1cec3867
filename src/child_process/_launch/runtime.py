"""What a program reads to run at all: `RUNTIME`, and `own_paths` of one program.

Layer: launch.

The files of the system's programs and libraries; nothing that holds data: not
``/etc`` but for five files that all may read, not ``/proc``, where one process sees
into another, and no home directory.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from child_process._launch.diagnosing import interpreter_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DEVICES", "PACKAGE", "RUNTIME", "SINKS", "own_paths", "runs_us"]

RUNTIME: Final = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/nix/store", "/gnu/store", "/etc/ld.so.cache", "/etc/ld.so.preload"),
    # Not to be let read these breaks programs that do without them if they
    # are not there: Node does not start, clocks show another zone's time.
    *("/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/localtime"),
)
DEVICES: Final = ("/dev/random", "/dev/urandom")
SINKS: Final = ("/dev/null", "/dev/zero", "/dev/full")
"""What may be written as well: nothing is kept there."""
PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""Where this package is, which a child of `fork` imports."""


def own_paths(program: str) -> Iterator[str]:
    """Yield what *program* needs beside `RUNTIME`: itself, to begin with.

    A script needs its interpreter; our own Python what it was installed with,
    and this package.
    """
    yield program
    script = interpreter_of(program)
    if script is not None:
        yield script
    if runs_us(program):
        yield from dict.fromkeys(
            (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
        )
        yield PACKAGE


def runs_us(program: str) -> bool:
    """Say whether *program* is run by the Python that runs us."""
    with_it = interpreter_of(program) or program
    return os.path.realpath(with_it) == os.path.realpath(sys.executable)
