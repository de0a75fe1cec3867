"""Judgements about what is to be started.

Layer: security. No I/O.
"""

from child_process.security.validation import validate

__all__ = ["validate"]
