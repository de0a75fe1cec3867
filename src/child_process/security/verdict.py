"""What rules say about a plan: `Denial`, and the error `PolicyDenied`.

Layer: security. No I/O.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from child_process._masked import shown
from child_process._wording import bounded, display, printable
from child_process.errors import ProcessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process._values.plan import LaunchPlan

__all__ = ["Denial", "PolicyDenied"]

COMMAND_SHOWN: Final = 2 * 1024


@dataclass(frozen=True, slots=True)
class Denial:
    """One objection to a plan.

    Attributes:
        rule: Which rule objects: stable, for programs and logs.
        message: What is wrong, with the word that is wrong.
        remedy: What the caller can do about it.
    """

    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.message} [{self.rule}]: {self.remedy}"


class PolicyDenied(ProcessError, PermissionError):
    """Rules object to what was to be started. Nothing was started.

    Attributes:
        denials: Every objection, each with its remedy.
        plan: What was to be started. A pickled one has neither environment nor
            descriptors, and a mask for each secret.
    """

    code: ClassVar[str] = "ERR_ACCESS_DENIED"

    def __init__(self, denials: Sequence[Denial], plan: LaunchPlan) -> None:
        PermissionError.__init__(self, errno.EACCES, "denied by policy")
        self.denials: tuple[Denial, ...] = tuple(denials)
        self.plan = plan

    def __str__(self) -> str:
        command = bounded(display((self.plan.file, *self.plan.args)), COMMAND_SHOWN)
        objections = "".join(f"\n- {printable(str(each))}" for each in self.denials)
        return bounded(f"denied by policy: {command}{objections}")

    def __reduce__(self) -> tuple[Any, ...]:
        words = tuple(shown(word) for word in self.plan.argv)
        quoted = tuple(shown(word) for word in self.plan.quoted)
        plan = replace(self.plan, argv=words, quoted=quoted, environ={}, stdio=())
        return type(self), (self.denials, plan)
