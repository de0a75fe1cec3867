"""A peer as the harness sees it: a process that is told to do one job at a time.

Each contestant has a process of its own. What one leaves in its allocator, its
caches or its threads is then not in another's figures; all the others sleep in
a read while one has its turn.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEADLINE", "PeerFailedError", "PeerMissingError", "Worker"]

# Seconds a peer may take for one job before the run is given up.
DEADLINE = 120.0

_HERE = Path(__file__).parent
_NODE = Path("peers", "node_peer.js")


class PeerMissingError(Exception):
    """The peer is not to be had here; the reason is what a reader is told."""


class PeerFailedError(Exception):
    """The peer did its job wrongly, died at it, or took too long."""


class Worker:
    """One running peer. Use as a context manager.

    Args:
        peer: ``node``, or the ``NAME`` of a ``peers/NAME_peer.py``.
        loop: The event loop it is to run on.
        environ: Added to its environment.

    Raises:
        PeerMissingError: It, or its loop, is not installed.
        PeerFailedError: It did not start.
    """

    def __init__(self, peer: str, loop: str, environ: Mapping[str, str]) -> None:
        self.peer = peer
        if peer == "node":
            argv = ["node", str(_HERE / _NODE)]
        else:
            argv = [sys.executable, "-m", f"benchmarks.peers.{peer}_peer", loop]
        try:
            self._process = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=_HERE.parent,
                env=os.environ | environ,
                bufsize=0,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise PeerMissingError(f"there is no {argv[0]} here") from None
        self._received = b""
        try:
            self.version = self._greeted()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, job: str, options: dict[str, Any]) -> dict[str, float]:
        """Have *job* done; return what the peer measured.

        Raises:
            PeerFailedError: It did not do it.
        """
        assert self._process.stdin is not None
        request = json.dumps({"job": job} | options) + "\n"
        self._process.stdin.write(request.encode())
        reply: dict[str, Any] = self._line()
        if "error" in reply:
            raise PeerFailedError(f"{self.peer}: {reply['error']}")
        return reply

    def close(self) -> None:
        """End the peer and whatever it started."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process.stdout.close()

    def _greeted(self) -> str:
        hello = self._line()
        if "missing" in hello:
            raise PeerMissingError(hello["missing"])
        return f"{hello['name']} {hello['version']}"

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        fd = self._process.stdout.fileno()
        until = time.monotonic() + DEADLINE
        while b"\n" not in self._received:
            ready, _, _ = select.select([fd], [], [], until - time.monotonic())
            if not ready:
                os.killpg(self._process.pid, signal.SIGKILL)
                raise PeerFailedError(f"{self.peer}: no answer within {DEADLINE:.0f} s")
            chunk = os.read(fd, 65536)
            if not chunk:
                raise PeerFailedError(f"{self.peer}: ended without an answer")
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message
