import asyncio
import socket
from typing import Any

import pytest

from child_process import Duplex


class Peer:
    """A descriptor above 2, and the child's end of it."""

    def __init__(self) -> None:
        ours, self.theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003 - the socket's signature
        self.heard: list[Any] = []
        loop = asyncio.get_running_loop()
        self.duplex = Duplex(loop, ours.detach(), lambda: self.heard.append("told"))
        for event in ("drain", "finish", "end", "error", "close"):
            self.duplex.on(event, lambda *args, event=event: self.heard.append(event))
        self.duplex.uncork()


async def test_both_ways_are_used_and_end_apart() -> None:
    """The end of what we write leaves what we read."""
    peer = Peer()
    with peer.theirs:
        peer.duplex.write(b"to")
        peer.duplex.end(b"!")
        said = (peer.theirs.recv(9), peer.theirs.recv(9))
        peer.theirs.sendall(b"fro")
        first = await anext(peer.duplex)

    rest = [chunk async for chunk in peer.duplex]

    assert (b"to!", b"") == said
    assert (b"fro", []) == (first, rest)
    assert ["finish", "told", "end", "close"] == peer.heard


async def test_a_full_socket_asks_to_wait() -> None:
    """False, then "drain"."""
    peer = Peer()
    with peer.theirs:
        more = peer.duplex.write(bytes(4 * 1024 * 1024))
        drained = asyncio.ensure_future(peer.duplex.drain())
        peer.theirs.setblocking(False)  # noqa: FBT003 - the socket's signature
        while not drained.done():
            try:
                peer.theirs.recv(1024 * 1024)
            except BlockingIOError:
                await asyncio.sleep(0)
        peer.duplex.destroy()

    assert more is False
    assert ["drain", "close", "told"] == peer.heard


async def test_destroying_closes_both_ways() -> None:
    """What was not written is lost, and that is told."""
    peer = Peer()
    with peer.theirs:
        peer.duplex.write(bytes(4 * 1024 * 1024))
        peer.duplex.destroy()
        while peer.theirs.recv(1024 * 1024):
            pass

    assert ["error", "close", "told"] == peer.heard
    with pytest.raises(BrokenPipeError):
        await peer.duplex.drain()
