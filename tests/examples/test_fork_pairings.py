"""The example of ``examples/fork``: every parent with every worker."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.sources import ROOT

FORK = ROOT / "examples" / "fork"


@pytest.mark.node
@pytest.mark.parametrize("worker", ["worker.py", "worker.js"])
@pytest.mark.parametrize("parent", ["parent.py", "parent.js"])
def test_every_parent_talks_to_every_worker(
    node: str, parent: str, worker: str
) -> None:
    """Python and Node in all four pairings say the same; Node with Node too."""
    program = sys.executable if parent.endswith(".py") else node

    done = subprocess.run(
        [program, str(FORK / parent), worker],
        env=os.environ | {"PYTHON": sys.executable},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert ["the child says: ANALYZE THIS", "the child has ended with 0"] == (
        done.stdout.splitlines()
    )
    assert (0, "") == (done.returncode, done.stderr)
