"""What a child may use at most: `Limits`.

Layer: values. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from child_process._values import checks
from child_process.errors import OptionRangeError, OptionTypeError

__all__ = ["Limits"]

MOST: Final = 2**63 - 1
"""Of a limit: from there on the system takes a number for "none"."""
NICEST: Final = 19
LEAST_NICE: Final = -20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may use at most; each limit is in force before its program runs.

    Whoever passes one is ended by it, and `Result.reason` has its name. *memory*
    and *processes* are of the whole tree, and looked at forty times a second; in
    between, and when nobody looks, the kernel's wall stands a way further out.
    What a child with one of these two leaves behind when it ends is ended as
    well, since nobody would look. The others are of each process by itself. None
    of them can be raised again. None leaves a limit as ours is.

    Attributes:
        memory: Bytes that are in use; what processes share counts once, mapped
            files do not. The tree is killed.
        cpu: Seconds of processor time, whole ones (RLIMIT_CPU): SIGXCPU, and
            SIGKILL a second later.
        files: Descriptors that it may have open (RLIMIT_NOFILE): the next one is
            refused, and nothing is ended.
        processes: Processes and threads. The tree is killed.
        file_size: Bytes of a file that it writes (RLIMIT_FSIZE): SIGXFSZ. Who
            ignores that, as Python does, gets EFBIG, and no reason is named.
        nice: How far it stands back for others: -20 to 19; less than ours takes
            rights.

    Raises:
        OptionError: It names the limit, its value and what would be right.
    """

    memory: int | None = None
    cpu: int | None = None
    files: int | None = None
    processes: int | None = None
    file_size: int | None = None
    nice: int | None = None

    def __post_init__(self) -> None:
        for name in ("memory", "cpu", "files", "processes", "file_size"):
            value = getattr(self, name)
            if value is not None:
                checks.integer(f"limits.{name}", value, MOST - 1)
        if self.nice is not None:
            _check_niceness(self.nice)

    @property
    def empty(self) -> bool:
        """Whether nothing is limited."""
        return self == Limits()


def _check_niceness(value: object) -> None:
    expected = f"a whole number from {LEAST_NICE} to {NICEST}"
    if not isinstance(value, int) or isinstance(value, bool):
        raise OptionTypeError("limits.nice", value, expected)
    if not LEAST_NICE <= value <= NICEST:
        raise OptionRangeError("limits.nice", value, expected)
