"""What the tests of the channel ask for."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.channel.children import Script, written


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Write down what a child is to run; return its path."""

    def write(source: str, name: str = "child.py") -> str:
        return written(tmp_path, name, textwrap.dedent(source))

    return write
