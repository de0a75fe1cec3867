"""What this system can confine a child by, for tests that need it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from child_process._launch.choosing import has_native

__all__ = ["BWRAP", "NOBODY", "native", "needs_bwrap", "open_folder", "root"]

NOBODY: Final = 61_723
"""A user that nobody is, so that nothing else counts as its processes."""
BWRAP: Final = shutil.which("bwrap")

native: Final = pytest.mark.skipif(
    not has_native()
    or sys.platform != "linux"
    or platform.machine() not in {"x86_64", "aarch64"},
    reason="needs the compiled launcher, on Linux",
)
root: Final = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root, to become another user"
)


def _bwrap_works() -> bool:
    if BWRAP is None:
        return False
    words = [BWRAP, "--unshare-all", "--ro-bind", "/", "/", "true"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


needs_bwrap: Final = pytest.mark.skipif(
    not _bwrap_works(),
    reason="bubblewrap is not installed (.ci/system-packages does), or may not work",
)


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that every user may use, unlike those of pytest."""
    with TemporaryDirectory(prefix="child-process-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
