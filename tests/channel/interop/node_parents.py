"""The ways in which a Node program forks a Python script."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from child_process import run

CHILDREN: Final = Path(__file__).parent / "children"
SECONDS: Final = 40.0

WAYS: Final = ("child-process-worker", "-m child_process worker", "python3")


def fork_options(way: str, worker: str) -> dict[str, Any]:
    """Return the options that Node's `fork` takes for *way*, one of `WAYS`.

    Args:
        way: How Python is started.
        worker: The path of child-process-worker.
    """
    if way == "child-process-worker":
        return {"execPath": worker}
    if way == "python3":
        return {"execPath": sys.executable}
    return {"execPath": sys.executable, "execArgv": ["-m", "child_process", "worker"]}


async def report_of(program: str, script: str, *args: object) -> Any:
    """Return what the Node program *script* prints, in JSON."""
    words = [str(arg) if isinstance(arg, Path) else _word(arg) for arg in args]
    result = await run(program, [str(CHILDREN / script), *words], timeout=SECONDS)
    assert "" == result.stderr
    return json.loads(result.text)


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
