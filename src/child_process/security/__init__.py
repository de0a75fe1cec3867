"""Judgements about what is to be started.

Layer: security. No I/O.
"""

from child_process.security.policy import Policy, guarded, strict, trusted
from child_process.security.rules import (
    KnownArguments,
    OnlyPrograms,
    PlainLines,
    Rule,
)
from child_process.security.validation import validate
from child_process.security.verdict import Denial, PolicyDenied

__all__ = [
    "Denial",
    "KnownArguments",
    "OnlyPrograms",
    "PlainLines",
    "Policy",
    "PolicyDenied",
    "Rule",
    "guarded",
    "strict",
    "trusted",
    "validate",
]
