"""A peer's conversation with the harness: one line of JSON each way.

The peer says who it is, then answers every job it is told::

    peer     {"name": "asyncio", "version": "3.11.7"}   or {"missing": "why"}
    harness  {"job": "stream", "size": 1073741824, "how": "read"}
    peer     {"seconds": 0.52}                or {"error": "TypeError: ..."}

End of file on stdin ends the peer. It measures by itself, so that neither the
conversation nor the harness is in the figures. Seconds and bytes everywhere.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import traceback
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeAlias

Reply: TypeAlias = dict[str, float]
AsyncJob: TypeAlias = Callable[..., Coroutine[Any, Any, Reply]]
SyncJob: TypeAlias = Callable[..., Reply]


def serve(name: str, version: str, jobs: Mapping[str, SyncJob]) -> None:
    """Answer the *jobs* asked for on stdin, until it ends."""
    _say({"name": name, "version": version})
    for line in sys.stdin:
        options = json.loads(line)
        job = jobs[options.pop("job")]
        try:
            _say(job(**options))
        except Exception as exc:  # noqa: BLE001 - the harness decides what it means
            traceback.print_exc()
            _say({"error": f"{type(exc).__name__}: {exc}"})


def serve_on_loop(
    name: str,
    version: str,
    jobs: Mapping[str, AsyncJob],
    sync_jobs: Mapping[str, SyncJob] | None = None,
) -> None:
    """Answer the *jobs* on one event loop, kept from job to job.

    ``argv[1]`` names the loop: asyncio, or a module with ``new_event_loop``.
    The loop stands still while the peer waits for its next turn.
    """
    kind = sys.argv[1] if len(sys.argv) > 1 else "asyncio"
    try:
        module = importlib.import_module(kind)
    except ModuleNotFoundError:
        missing(f"{kind} is not installed")
        return
    if kind != "asyncio":
        version = f"{version} on {kind} {module.__version__}"
    with asyncio.Runner(loop_factory=module.new_event_loop) as runner:

        def on_loop(job: AsyncJob) -> SyncJob:
            return lambda **options: runner.run(job(**options))

        all_jobs = {key: on_loop(job) for key, job in jobs.items()}
        serve(name, version, all_jobs | dict(sync_jobs or {}))


def missing(why: str) -> None:
    """Say that this peer is not to be had here, and why."""
    _say({"missing": why})


def _say(message: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
