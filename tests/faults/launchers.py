"""The launchers that every fault is tried on: the native one and its twin."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Final

import pytest

from child_process._launch.choosing import PURE
from tests.conftest import in_ci
from tests.support import hosts

ROOT: Final = Path(__file__).parent.parent.parent
HAS_NATIVE: Final = bool(importlib.util.find_spec("child_process._launch._spawn"))
ENVIRONMENTS: Final[dict[str, dict[str, str]]] = {
    "native": {PURE: "0"},
    "twin": {PURE: "1"},
}
"""What makes a host use each: its environment."""

_needs_native = pytest.mark.skipif(
    not HAS_NATIVE and not in_ci(), reason="the compiled part is missing"
)
each_launcher = pytest.mark.parametrize(
    "launcher", [pytest.param("native", marks=_needs_native), "twin"]
)


def hosts_with(launcher: str, code: str, *args: str | float) -> str:
    """Return what a host with *code* printed that starts by *launcher*.

    It may import `tests.support` too.
    """
    assert HAS_NATIVE or launcher == "twin", "the compiled part is missing"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENTS[launcher].items():
            patch.setenv(name, value)
        patch.setenv("PYTHONPATH", os.fspath(ROOT))
        return hosts.said(code, *args)
