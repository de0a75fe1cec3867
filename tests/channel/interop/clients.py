"""Servers and clients whose sockets travel; all waits end within `SECONDS`."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from child_process import ChildProcess

SECONDS: Final = 20.0


@contextmanager
def listening(address: Any = ("127.0.0.1", 0)) -> Iterator[socket.socket]:
    """Hold a server that does not block for a block: TCP, or Unix at a path."""
    if isinstance(address, str):
        server = socket.socket(socket.AF_UNIX)
        server.bind(address)
        server.listen()
    else:
        server = socket.create_server(address)
    server.settimeout(0.0)
    with server:
        yield server


@contextmanager
def bound() -> Iterator[socket.socket]:
    """Hold a UDP socket that has an address for a block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(SECONDS)
        yield udp


def connected(address: Any) -> socket.socket:
    """Return a connection to *address*, of TCP or Unix."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    client = socket.socket(family)
    client.settimeout(SECONDS)
    client.connect(address)
    return client


def connection(server: socket.socket) -> tuple[socket.socket, socket.socket]:
    """Return both ends of a connection to *server*: the client's, and the accepted."""
    client = connected(server.getsockname())
    accepted, _ = server.accept()
    return client, accepted


async def said_to(client: socket.socket) -> str:
    """Return all that *client*'s peer says until it closes; close *client*."""
    return await asyncio.to_thread(_said_to, client)


def _said_to(client: socket.socket) -> str:
    with client:
        return b"".join(iter(lambda: client.recv(1000), b"")).decode()


async def asked(udp: socket.socket, address: Any, data: bytes) -> str:
    """Return what whoever has *address* answers to the datagram *data*."""
    udp.sendto(data, address)
    return (await asyncio.to_thread(udp.recv, 1000)).decode()


async def answer_of(child: ChildProcess, op: str, **fields: Any) -> Any:
    """Return what *child*, a ``take_handles``, says to *op*."""
    child.send({"op": op, **fields})
    return await child.receive(timeout=SECONDS)
