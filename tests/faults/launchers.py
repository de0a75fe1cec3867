"""The launchers that every fault is tried on."""

from __future__ import annotations

from typing import Final

import pytest

ENVIRONMENTS: Final[dict[str, dict[str, str]]] = {"twin": {}}
"""What makes a host use each: its environment."""

each_launcher = pytest.mark.parametrize("launcher", ENVIRONMENTS)
