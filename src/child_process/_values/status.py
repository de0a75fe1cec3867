"""How a process ended: `ExitStatus`, and what it used: `Usage`.

Layer: values. No I/O.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from child_process._values.signals import signal_name

if TYPE_CHECKING:
    import resource

__all__ = ["ExitStatus", "Usage"]


@dataclass(frozen=True, slots=True)
class ExitStatus:
    """How a process ended: by itself, with a code, or by a signal.

    Attributes:
        code: 0 to 255; None when a signal ended it.
        signal: The signal's name, "SIGKILL" for one; None when it exited.
        signal_number: The signal's number; None when it exited.
    """

    code: int | None = None
    signal: str | None = None
    signal_number: int | None = None

    @property
    def ok(self) -> bool:
        """Whether it exited with code 0."""
        return self.code == 0

    @property
    def returncode(self) -> int:
        """The code; a signal's number as a negative one, as in `subprocess`."""
        if self.signal_number is not None:
            return -self.signal_number
        return -1 if self.code is None else self.code

    @classmethod
    def from_waitid(cls, how: int, status: int) -> ExitStatus:
        """Return what ``si_code`` *how* and ``si_status`` *status* mean."""
        if how == os.CLD_EXITED:
            return cls(code=status)
        return cls(signal=signal_name(status), signal_number=status)

    @classmethod
    def from_wait(cls, status: int) -> ExitStatus:
        """Return what *status*, of ``wait4``, means."""
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            return cls(signal=signal_name(number), signal_number=number)
        return cls(code=os.WEXITSTATUS(status))


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process used, its own waited-for children included.

    Its memory is known only where the child needed more than this program ever
    had: Linux counts what the child borrowed from us until its own program ran
    as the child's (`true` "used" 1 GiB, because we did). Else it is None, which
    is better than a figure that is ours.

    Attributes:
        user: Seconds of processor time in the program.
        system: Seconds of processor time in the kernel for it.
        voluntary_switches: How often it waited for something.
        involuntary_switches: How often it had to make room.
        max_rss: The most memory that it had at a time, in bytes; None where it
            cannot be told apart from ours.
    """

    user: float
    system: float
    voluntary_switches: int
    involuntary_switches: int
    max_rss: int | None = None

    @classmethod
    def of(cls, used: resource.struct_rusage, max_rss: int | None = None) -> Usage:
        """Return what *used*, of ``wait4``, says; its memory is *max_rss*."""
        return cls(
            user=used.ru_utime,
            system=used.ru_stime,
            voluntary_switches=used.ru_nvcsw,
            involuntary_switches=used.ru_nivcsw,
            max_rss=max_rss,
        )
