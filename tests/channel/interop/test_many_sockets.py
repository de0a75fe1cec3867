"""Many sockets through many channels, with nothing left open."""

from __future__ import annotations

import asyncio
import os

import pytest

from child_process import fork
from tests.channel.children import Script
from tests.channel.interop.clients import SECONDS, listening, said_to
from tests.channel.interop.node_parents import CHILDREN

MANY = 80
AT_ONCE = 8


async def test_eighty_children_pass_a_socket_each() -> None:
    """Each ends at once after sending; the parent has the connection, alive."""
    before = len(os.listdir("/proc/self/fd"))
    loop = asyncio.get_running_loop()
    turns = asyncio.Semaphore(AT_ONCE)
    with listening() as server:
        server.listen(MANY)
        port = server.getsockname()[1]

        async def greeted(n: int) -> tuple[int, int | None]:
            words = [str(port), str(n)]
            async with (
                turns,
                fork(CHILDREN / "pass_socket.py", words, exec_argv=["-S"]) as child,
            ):
                message, handle = await child.receive(timeout=SECONDS, handles=True)
                with handle:
                    handle.sendall(f"{message['n']}".encode())
                await child.wait_closed()
            return message["n"], child.exit_code

        async def served() -> list[str]:
            clients = [(await loop.sock_accept(server))[0] for _ in range(MANY)]
            for client in clients:
                client.settimeout(SECONDS)
            return [await said_to(client) for client in clients]

        serving = asyncio.ensure_future(served())
        ends = await asyncio.gather(*map(greeted, range(MANY)))
        told = await serving

    assert [(n, 0) for n in range(MANY)] == ends
    assert sorted(map(str, range(MANY))) == sorted(told)
    assert before == len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("ending", ["pass", "sys.exit(0)", "process.disconnect()"])
async def test_handles_that_wait_for_an_answer_go_before_the_child_ends(
    script: Script, ending: str
) -> None:
    """Five sockets and the messages between them, however the child ends."""
    source = f"""
    import socket, sys
    from child_process import process
    for n in range(5):
        near, far = socket.socketpair()
        near.sendall(b"%d" % n)
        process.send(n, far)
        process.send(-n)
    {ending}
    """
    got = []
    async with fork(script(source), exec_argv=["-S"]) as child:
        async for value, handle in child.messages(handles=True):
            got.append((value, handle and handle.recv(10)))
            if handle:
                handle.close()

    expected = [[(n, b"%d" % n), (-n, None)] for n in range(5)]
    assert [pair for both in expected for pair in both] == got
    assert 0 == child.exit_code


async def test_a_thousand_descriptors_through_one_channel() -> None:
    """All arrive, in order; sender and receiver have as many descriptors as before."""
    script = CHILDREN / "take_descriptors.py"
    async with fork(script, exec_argv=["-S"]) as child:
        counts = []
        for n in range(1000):
            read, write = os.pipe()
            os.write(write, b"%d" % n)
            child.send({"op": "read"}, read)
            os.close(read)
            os.close(write)
            answer = await child.receive(timeout=SECONDS)
            assert [str(n), False] == answer["facts"]
            counts.append((answer["fds"], len(os.listdir("/proc/self/fd"))))

    assert counts[0] == counts[-1]
