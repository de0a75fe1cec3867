"""A thousand values through a real `fork()`, in each mode and direction."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from child_process import fork
from tests.channel.interop.node_parents import (
    CHILDREN,
    WAYS,
    fork_options,
    report_of,
)
from tests.interop.javascript import collect, plain_json_values, source, values

COUNT = 1010  # Hypothesis may stop a little short

each_mode = pytest.mark.parametrize("mode", ["json", "advanced"])


def generated(mode: str) -> list[Any]:
    """Return the values that *mode* is tried with."""
    found = collect(plain_json_values if mode == "json" else values, COUNT)
    assert len(found) >= 1000
    return found


def written(folder: Path, mode: str) -> tuple[Path, Path]:
    """Write `generated` down for Node and for Python; return the two files."""
    for_node, for_python = folder / "cases.json", folder / "cases.pickle"
    values = generated(mode)
    if mode == "json":
        cases = [{"json": json.dumps(value, allow_nan=False)} for value in values]
    else:
        cases = [{"source": source(value)} for value in values]
    for_node.write_text(json.dumps(cases))
    for_python.write_bytes(pickle.dumps(values))
    return for_node, for_python


@each_mode
async def test_values_go_to_a_node_child_and_back(
    program: str, mode: Any, tmp_path: Path
) -> None:
    """A forked Node child has the values that were sent, and they come back."""
    cases, _ = written(tmp_path, mode)
    script = CHILDREN / "echo_checked.js"

    async with fork(
        script, [str(cases)], exec_path=program, serialization=mode
    ) as child:
        for value in generated(mode):
            child.send([value])
        answers = [await child.receive(timeout=40) for _ in generated(mode)]
        child.disconnect()

    assert [[value, True] for value in generated(mode)] == answers
    assert 0 == child.exit_code


@each_mode
@pytest.mark.parametrize("way", WAYS)
async def test_values_go_from_a_node_parent_and_back(
    program: str, mode: str, way: str, worker: str, tmp_path: Path
) -> None:
    """A Python child of Node's fork() has the values, and sends them back."""
    for_node, for_python = written(tmp_path, mode)
    options = fork_options(way, worker) | {"serialization": mode}
    script = CHILDREN / "echo_checked.py"

    report = await report_of(
        program, "send_values.js", script, options, for_node, for_python
    )

    assert {
        "count": len(generated(mode)),
        "changed": [],
        "unlike": [],
        "code": 0,
        "signal": None,
    } == report
