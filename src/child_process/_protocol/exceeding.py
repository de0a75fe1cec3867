"""Which limit a tree of processes has passed: `passed`, `named`.

Layer: protocol. No I/O.

The kernel enforces limits, and does not say so: to a program that is refused
memory or a process, that is an error like any other. So the name comes from
what we see: of memory and processes while they are used, of the others by how
the program ended.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from child_process._values.limits import Limits
    from child_process._values.status import ExitStatus, Usage

__all__ = ["Sample", "is_watched", "named", "passed"]

_SHELL_SIGNAL: Final = 128
"""A shell whose command a signal ended exits with this and the signal."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a tree of processes uses at a moment.

    Attributes:
        memory: Bytes, what is in swap included; not files that are mapped.
        processes: Processes and their threads.
    """

    memory: int
    processes: int


def is_watched(limits: Limits | None) -> bool:
    """Say whether *limits* has what `passed` looks for."""
    return limits is not None and (
        limits.memory is not None or limits.processes is not None
    )


def passed(sample: Sample, limits: Limits) -> str | None:
    """Return the limit that *sample* is over, "memory" or "processes", or None."""
    if limits.memory is not None and sample.memory > limits.memory:
        return "memory"
    if limits.processes is not None and sample.processes > limits.processes:
        return "processes"
    return None


def named(status: ExitStatus, limits: Limits, usage: Usage | None) -> str | None:
    """Return the limit that ended a program with *status*: "cpu", "file_size".

    It says so by a signal of its own, or through a shell's exit code. Who
    ignores SIGXCPU is killed a second later: then *usage* tells.
    """
    number = status.signal_number
    if number is None and status.code is not None:
        number = status.code - _SHELL_SIGNAL
    if limits.cpu is not None:
        killed = status.signal_number == signal.SIGKILL
        if number == signal.SIGXCPU or (killed and _seconds(usage) >= limits.cpu):
            return "cpu"
    if limits.file_size is not None and number == signal.SIGXFSZ:
        return "file_size"
    return None


def _seconds(usage: Usage | None) -> float:
    return 0.0 if usage is None else usage.user + usage.system
