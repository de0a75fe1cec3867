"""Who may import whom: the contracts of ``pyproject.toml``, by import-linter."""

import subprocess
import sys

import pytest

from tests.support.sources import ROOT

pytest.importorskip("importlinter")


def test_the_layers_are_kept() -> None:
    """Arrows point down only, and decisions do no I/O."""
    code = "import sys; from importlinter.cli import lint_imports_command as main"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; main(['--no-cache'])"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stdout + done.stderr
