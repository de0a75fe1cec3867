"""Values that many tests need, where most of their fields do not matter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from child_process._protocol.collector import Collector
from child_process._protocol.outcome import Facts
from child_process._values.options import SpawnOptions
from child_process._values.plan import LaunchPlan
from child_process._values.result import Result
from child_process._values.stdio import Slot, Stdio

QUIET: Final[Stdio] = (Slot.IGNORE, Slot.IGNORE, Slot.IGNORE)
PIPES: Final[Stdio] = (Slot.PIPE, Slot.PIPE, Slot.PIPE)

RESULT: Final[Result[str]] = Result(
    command="make -j8",
    pid=42,
    code=2,
    signal=None,
    stdout="out\n",
    stderr="err\n",
    output=(None, "out\n", "err\n"),
    duration=0.5,
    usage=None,
    reason=None,
    truncated=False,
    drained=True,
    accepted=False,
)


def result(**changes: Any) -> Result[Any]:
    """Return `RESULT` with *changes*."""
    return replace(RESULT, **changes)


def facts(**changes: Any) -> Facts:
    """Return the facts of a command that ended by itself, with *changes*."""
    plain = Facts(
        command="make -j8",
        pid=42,
        status=None,
        usage=None,
        kept={},
        slots=3,
        seconds=0.5,
        reason=None,
        drained=True,
    )
    return replace(plain, **changes)


def kept(stream: str, *chunks: bytes, limit: int | None = None) -> Collector:
    """Return a collector that was fed *chunks*."""
    collector = Collector(stream, limit)
    for chunk in chunks:
        collector.feed(chunk)
    return collector


def plan(*argv: str, **changes: Any) -> LaunchPlan:
    """Return a plan of the absolute program ``argv[0]``, with *changes*."""
    plain = LaunchPlan(
        file=argv[0],
        program=argv[0],
        argv=argv,
        environ={b"PATH": b"/usr/bin:/bin"},
        cwd=None,
        stdio=QUIET,
        session=False,
        group=True,
        uid=None,
        gid=None,
        shell=False,
    )
    return replace(plain, **changes)


def options(**given: Any) -> SpawnOptions:
    """Return the checked options *given*."""
    return SpawnOptions.of(given)
