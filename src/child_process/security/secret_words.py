"""The rule that keeps secrets out of arguments: `NoSecretWords`.

Layer: security. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from child_process.security.verdict import Denial

if TYPE_CHECKING:
    from child_process._values.plan import LaunchPlan

__all__ = ["NoSecretWords"]


@dataclass(frozen=True, slots=True)
class NoSecretWords:
    """Object to a `Secret` among the arguments: every user can read them."""

    def __call__(self, plan: LaunchPlan) -> tuple[Denial, ...]:
        """Judge the final arguments of *plan*, a shell's line included."""
        return tuple(
            Denial(
                "secret-argument",
                f"argument {index} is a secret, and every user of the system can "
                "read it while the program runs",
                "pass it by env=, by input= or with secret_file(…)",
            )
            for index in sorted(plan.secret_words)
        )
