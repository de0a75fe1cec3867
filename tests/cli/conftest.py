"""The real command, started as a user's shell does it."""

import subprocess
import sys
from collections.abc import Callable

import pytest

Done = subprocess.CompletedProcess[str]

COMMAND = [sys.executable, "-m", "child_process"]


@pytest.fixture
def command_line() -> Callable[..., Done]:
    """Run `child-process` with the words given; return status and output."""

    def run(*words: str, stdin: str = "", seconds: float = 30) -> Done:
        return subprocess.run(
            [*COMMAND, *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    return run
