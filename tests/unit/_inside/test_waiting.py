"""Waiting of a forked child, which a signal can end."""

from __future__ import annotations

from pathlib import Path

from child_process import fork

SOURCE = """
import signal
from child_process import process

signal.signal(signal.SIGTERM, lambda *_: process.{act})
process.on("message", lambda message, handle: process.send(message))
"""


async def test_a_signals_handler_can_end_the_waiting(tmp_path: Path) -> None:
    """`disconnect` and `send` by a handler work although nothing arrives."""
    for act in (
        "disconnect()",
        'send("bye", callback=lambda error: process.disconnect())',
    ):
        script = tmp_path / "child.py"
        script.write_text(SOURCE.format(act=act))
        async with fork(script) as child:
            child.send(1)
            assert 1 == await child.receive()

            child.kill("SIGTERM")

            assert 0 == (await child.wait()).code
