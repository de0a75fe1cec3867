"""The exit statuses of `child-process run`: those of env(1) and timeout(1).

Layer: cli. No I/O.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, Final

from child_process.errors import CommandFailed, SpawnError, TimeoutExceeded

if TYPE_CHECKING:
    from child_process import Result
    from child_process.errors import ProcessError

__all__ = ["OUR_TROUBLE", "SIGNALLED", "status_of_error", "status_of_result"]

TIMED_OUT: Final = 124
OUR_TROUBLE: Final = 125
NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127
SIGNALLED: Final = 128
"""And the signal's number."""


def status_of_result(result: Result[Any]) -> int:
    """Return the status for a command that ended by itself with *result*."""
    if result.ok:
        return 0
    if result.signal_number is not None:
        return SIGNALLED + result.signal_number
    return OUR_TROUBLE if result.code is None else result.code


def status_of_error(error: ProcessError) -> int:
    """Return the status for a command that ended with *error*, or never began."""
    match error:
        case TimeoutExceeded():
            return TIMED_OUT
        case CommandFailed() if error.result.reason is None:
            return status_of_result(error.result)
        case SpawnError(step="lookup" | "exec"):
            return NOT_FOUND if error.errno == errno.ENOENT else NOT_EXECUTABLE
        case _:
            return OUR_TROUBLE
