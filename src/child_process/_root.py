"""The root of the package's errors: `ProcessError`.

Layer: bottom. Imports nothing of the package. Apart from `errors`, which needs
`subprocess` for its kin: a forked child needs this one soon, and not those.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = ["ProcessError"]


class ProcessError(Exception):
    """Root of the package's errors.

    Attributes:
        code: What happened, for programs: stable, and Node's where it has one.
    """

    code: ClassVar[str] = "ERR_CHILD_PROCESS"
