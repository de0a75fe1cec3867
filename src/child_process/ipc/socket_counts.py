"""How many sockets of whose server are open at which end.

Layer: protocol. No socket, no clock, no event loop; imports `envelope` only.

A Node server that sent sockets away closes when they are closed there too: its
process asks, by the server's key, and the end that holds them answers.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from child_process.ipc import envelope
from child_process.ipc.errors import BadFrame
from child_process.ipc.events import Event, Ignored, SocketCount, SocketsClosed

__all__ = ["SocketCounts"]


class SocketCounts:
    """What one end knows of the sockets it holds, and of those it sent away."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._to_tell: set[str] = set()
        self._counts_asked: Counter[str] = Counter()
        self._closes_asked: Counter[str] = Counter()

    def arrived(self, key: str) -> None:
        """Note that a socket with *key* is here."""
        self._open[key] += 1

    def closed(self, key: str) -> dict[str, Any] | None:
        """Note that one of them closed; return what the peer is to be told."""
        self._open[key] -= 1
        if self._open[key] > 0:
            return None
        del self._open[key]
        if key not in self._to_tell:
            return None
        self._to_tell.remove(key)
        return envelope.reply(envelope.ALL_CLOSED, key=key)

    def asking(self, command: str, key: str) -> dict[str, Any]:
        """Return the question *command*, and expect an answer to it."""
        asked = self._counts_asked
        if command == envelope.NOTIFY_CLOSE:
            asked = self._closes_asked
        asked[key] += 1
        return envelope.reply(command, key=key)

    def heard(self, value: dict[str, Any]) -> dict[str, Any] | Event | None:
        """Return the reply to *value*, or the event that it is.

        Raises:
            BadFrame: It has no key, or a count that is none.
        """
        command, key = value["cmd"], envelope.text_or_none(value.get("key"))
        if key is None:
            raise BadFrame(f"{command} without a key")
        if command == envelope.GET_COUNT:
            return envelope.reply(envelope.COUNT, key=key, count=self._open[key])
        if command == envelope.NOTIFY_CLOSE:
            if self._open[key]:
                self._to_tell.add(key)
                return None
            return envelope.reply(envelope.ALL_CLOSED, key=key)
        if command == envelope.ALL_CLOSED:
            if _answered(self._closes_asked, key):
                return SocketsClosed(key)
            return Ignored(value, "nothing asked for it")
        count = value.get("count")
        if not isinstance(count, int) or count < 0:
            raise BadFrame(f"{command} without a count")
        if _answered(self._counts_asked, key):
            return SocketCount(key, count)
        return Ignored(value, "nothing asked for it")


def _answered(asked: Counter[str], key: str) -> bool:
    """Take a question off *asked*; False says there was none."""
    if not asked[key]:
        del asked[key]
        return False
    asked[key] -= 1
    if not asked[key]:
        del asked[key]
    return True
