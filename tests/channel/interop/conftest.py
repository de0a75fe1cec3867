"""What the tests with a real Node at the other end ask for."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from child_process import ChildProcess, fork
from tests.channel.interop.node_parents import CHILDREN
from tests.channel.interop.nodes import nodes
from tests.support.sources import ROOT

Fork: TypeAlias = Callable[[], ChildProcess]


@pytest.fixture(params=nodes())
def program(request: pytest.FixtureRequest) -> str:
    """The path of a Node.js; the test runs once with each."""
    return str(request.param)


@pytest.fixture(params=[*nodes(), pytest.param("", id="python")])
def taker(request: pytest.FixtureRequest) -> Fork:
    """Forks the children ``take_handles``: each Node's, and Python's."""
    node: str = request.param
    options: dict[str, Any] = {"exec_path": node} if node else {}
    script = CHILDREN / ("take_handles.js" if node else "take_handles.py")
    return lambda: fork(script, **options)


@pytest.fixture(scope="session")
def worker(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of ``child-process-worker``, as an installer writes it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    module, _, function = project["scripts"]["child-process-worker"].partition(":")
    script: Path = tmp_path_factory.mktemp("bin") / "child-process-worker"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\n"
        f"sys.exit({function}())\n"
    )
    script.chmod(0o755)
    return str(script)
