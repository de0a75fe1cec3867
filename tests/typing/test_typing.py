import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import ROOT

FOLDER = Path(__file__).parent


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", ["accepted.py", "rejected.py"])
def test_type_checkers_know_the_interface(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What is right passes, what is wrong is objected to, line by line."""
    pytest.importorskip("mypy", reason="mypy is one of `make types`'")
    cache = tmp_path_factory.getbasetemp() / "mypy"

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", f"--cache-dir={cache}", str(FOLDER / name)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )

    assert (0, "Success: no issues found in 1 source file\n") == (
        checked.returncode,
        checked.stdout,
    )
