from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from child_process import Result, run, run_sync

Runs: TypeAlias = Callable[..., Awaitable[Result[Any]]]


async def _blocking(*args: Any, **options: Any) -> Result[Any]:
    return run_sync(*args, **options)


@pytest.fixture(params=[run, _blocking], ids=["run", "run_sync"])
def runs(request: pytest.FixtureRequest) -> Runs:
    """Both ways to run a command to its end."""
    found: Runs = request.param
    return found
