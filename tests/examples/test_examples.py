"""Every file of ``examples/`` runs to its end and says something."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import ROOT, shown

EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))
LINES = 40

each_example = pytest.mark.parametrize("path", EXAMPLES, ids=shown)


@each_example
def test_an_example_runs(path: Path, tmp_path: Path) -> None:
    """It ends by itself, with status 0, without a warning."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    print(done.stdout)  # noqa: T201 - shown by `make examples`

    assert 0 == done.returncode, done.stderr
    assert done.stdout
    assert "" == done.stderr


@each_example
def test_an_example_is_short(path: Path) -> None:
    """One file, one idea, at most 40 lines."""
    assert len(path.read_text("utf-8").splitlines()) <= LINES
