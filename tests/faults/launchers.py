"""The launchers that every fault is tried on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from tests.support import hosts

ROOT: Final = Path(__file__).parent.parent.parent
ENVIRONMENTS: Final[dict[str, dict[str, str]]] = {"twin": {}}
"""What makes a host use each: its environment."""

each_launcher = pytest.mark.parametrize("launcher", ENVIRONMENTS)


def hosts_with(launcher: str, code: str, *args: str | float) -> str:
    """Return what a host with *code* printed that starts by *launcher*.

    It may import `tests.support` too.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENTS[launcher].items():
            patch.setenv(name, value)
        patch.setenv("PYTHONPATH", os.fspath(ROOT))
        return hosts.said(code, *args)
