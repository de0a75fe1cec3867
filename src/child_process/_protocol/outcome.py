"""From the facts of a run to its `Result`, and to the error it deserves.

Layer: protocol. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from child_process._masked import redact
from child_process._protocol.decoding import decode
from child_process._protocol.exceeding import named
from child_process._values.result import Result
from child_process._values.status import ExitStatus, Usage
from child_process.errors import (
    Aborted,
    CommandFailed,
    MaxBufferExceeded,
    TimeoutExceeded,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from child_process._protocol.collector import Collector
    from child_process._values.options import RunOptions

__all__ = ["Facts", "conclude", "failure", "interrupted"]

_NOT_OURS = ExitStatus()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known once a run is over.

    Attributes:
        command: As one would type it.
        pid: None when nothing was started.
        status: How it ended; None when nothing was started.
        usage: Processor time, if known.
        kept: A collector for each piped descriptor.
        slots: How many descriptors the child had.
        seconds: From the start to the end of the output.
        reason: Why we ended it, or None.
        drained: Whether every stream came to its end.
        hidden: The secrets of the call, which no error's output may show.
    """

    command: str
    pid: int | None
    status: ExitStatus | None
    usage: Usage | None
    kept: Mapping[int, Collector]
    slots: int
    seconds: float
    reason: str | None
    drained: bool
    hidden: frozenset[str] = field(default=frozenset(), repr=False)


def conclude(facts: Facts, options: RunOptions) -> Result[Any]:
    """Return the result that *facts* make under *options*."""
    status = facts.status or _NOT_OURS
    reason = facts.reason
    if reason is None and options.limits is not None:
        reason = named(status, options.limits, facts.usage)
    output = tuple(
        _output(facts.kept.get(index), options.encoding) for index in range(facts.slots)
    )
    return Result(
        command=facts.command,
        pid=facts.pid,
        code=status.code,
        signal=status.signal,
        signal_number=status.signal_number,
        stdout=output[1],
        stderr=output[2],
        output=output,
        duration=facts.seconds,
        usage=facts.usage,
        reason=reason,
        truncated=any(kept.overflowed for kept in facts.kept.values()),
        drained=facts.drained,
        accepted=reason is None and status.code in options.accept,
    )


def interrupted(command: str, pid: int | None, reason: str) -> Result[Any]:
    """Return what is known of a command that was called off for *reason*."""
    return Result(
        command=command,
        pid=pid,
        code=None,
        signal=None,
        stdout=None,
        stderr=None,
        output=(None, None, None),
        duration=0.0,
        usage=None,
        reason=reason,
        truncated=False,
        drained=False,
        accepted=False,
    )


def failure(
    result: Result[Any], facts: Facts, options: RunOptions
) -> CommandFailed | None:
    """Return the error that *result* is, or None if it is a success.

    The reason decides before the code: a child that answers SIGTERM with
    exit code 0 was stopped all the same. ``stop(reason="timeout")`` can be
    anybody's: it is no time limit that was passed.
    """
    if facts.hidden and not result.accepted:
        result = _masked(result, facts.hidden)
    full = [kept.stream for kept in facts.kept.values() if kept.overflowed]
    match result.reason:
        case "timeout" if options.timeout is not None:
            return TimeoutExceeded(result, options.timeout)
        case "max_buffer" if options.max_buffer is not None and full:
            return MaxBufferExceeded(result, full[0], options.max_buffer)
        case "aborted" if options.signal is not None:
            return Aborted(result, options.signal.reason)
        case None if result.accepted:
            return None
        case _:
            return CommandFailed(result)


def _masked(result: Result[Any], hidden: frozenset[str]) -> Result[Any]:
    """Return *result* for an error, which may go into a log or a pickle."""
    output = tuple(redact(stream, hidden) for stream in result.output)
    return replace(result, stdout=output[1], stderr=output[2], output=output)


def _output(kept: Collector | None, encoding: str | None) -> str | bytes | None:
    if kept is None:
        return None
    data = kept.value()
    if encoding is None:
        return data
    return decode(data, encoding, truncated=kept.overflowed)
