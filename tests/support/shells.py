"""The shells that quoting and templates are checked with."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

POSIX = {
    "dash": ["dash"],
    "bash": ["bash"],
    "bash --posix": ["bash", "--posix"],
    "zsh": ["zsh", "-f"],
    "busybox ash": ["busybox", "ash"],
}
"""Those that continuous integration has: ``.ci/system-packages`` installs them."""

MORE = {"mksh": ["mksh"], "ksh93": ["ksh93"]}
"""Those that are checked where they happen to be."""


def command(name: str) -> list[str]:
    """Return the words that start shell *name*; skip the test without it.

    Where ``CI=true`` a shell of `POSIX` that is missing is an error.
    """
    words = {**POSIX, **MORE, "fish": ["fish", "--no-config"]}[name]
    if shutil.which(words[0]) is None:
        message = f"needs {words[0]}: .ci/system-packages installs it"
        if os.environ.get("CI") == "true" and name in POSIX:
            pytest.fail(message)
        pytest.skip(message)
    return words


def read(name: str, script: str, folder: Path) -> bytes:
    """Return what shell *name* prints when it runs *script*, in *folder*."""
    path = folder / "script"
    path.write_bytes(os.fsencode(script))
    done = subprocess.run(
        [*command(name), str(path)],
        cwd=folder,
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        timeout=50,
    )
    return done.stdout
