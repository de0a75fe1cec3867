"""What the tests with real processes share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from child_process import Result, run, run_sync

Runs = Callable[..., Awaitable[Result[Any]]]


async def _blocking(*args: Any, **options: Any) -> Result[Any]:
    return run_sync(*args, **options)


@pytest.fixture(params=[run, _blocking], ids=["run", "run_sync"])
def runs(request: pytest.FixtureRequest) -> Runs:
    """`run`, then `run_sync`, called alike: what holds for one holds for both."""
    call: Runs = request.param
    return call
