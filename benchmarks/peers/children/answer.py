"""A forked child that answers requests by themselves."""

from __future__ import annotations

from child_process import process


@process.on_request
def same(message: object) -> object:
    return message
