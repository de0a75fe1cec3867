"""A listening socket that a child is given by its place in `stdio`."""

import socket
import sys
from typing import Any

import pytest

from child_process import ChildProcess, exec_file, spawn
from tests.conformance.children import code, wait_gone

SERVER = """
import os, socket
server = socket.socket(fileno=3)
connection, _ = server.accept()
connection.sendall(b'hello from %d' % os.getpid())
connection.close()
"""

PARENT = """
import asyncio, socket, sys
from child_process import spawn

async def main():
    server = socket.create_server(("127.0.0.1", 0))
    child = spawn(
        sys.executable, ["-S", "-c", sys.argv[1]],
        stdio=["ignore", "ignore", "ignore", server], detached=True,
    )
    print(child.pid, server.getsockname()[1])

asyncio.run(main())
"""


def _serve(server: socket.socket, **options: Any) -> ChildProcess:
    stdio: list[Any] = ["ignore", "ignore", "inherit", server]
    return spawn(sys.executable, code(SERVER), stdio=stdio, **options)


def _ask(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        return client.recv(100)


@pytest.mark.node_test("test-listen-fd-server")
async def test_a_child_serves_what_we_listen_on() -> None:
    """It accepts although our own copy was closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        child = _serve(server)
    pid = child.pid

    heard = _ask(port)
    status = await child.wait_closed()

    assert f"hello from {pid}".encode() == heard
    assert 0 == status.code


@pytest.mark.node_test("test-listen-fd-detached", "test-listen-fd-detached-inherit")
async def test_a_detached_child_serves_after_its_parent_ended() -> None:
    """The socket is the child's own."""
    result = await exec_file(sys.executable, ["-c", PARENT, SERVER])
    pid, port = map(int, result.text.split())

    heard = _ask(port)

    assert f"hello from {pid}".encode() == heard
    wait_gone(pid)
