"""A forked child that sends back what it gets."""

from __future__ import annotations

from child_process import process

process.on("message", lambda message, _handle: process.send(message))
