"""Does with each handle that comes what its message says; see take_handles.js."""

import asyncio
import os
import socket
from typing import Any

from child_process import process

held: list[Any] = []


def greet(message: dict[str, Any], handle: socket.socket) -> None:
    with handle:
        handle.sendall(f"hello {message['n']}".encode())


def hold(message: dict[str, Any], handle: socket.socket) -> None:
    held.append(handle)


def release(message: dict[str, Any], handle: None) -> None:
    while held:
        with held.pop() as connection:
            connection.sendall(b"released")


def serve(message: dict[str, Any], handle: socket.socket) -> None:
    accepting(handle)
    process.send({"op": "serving"})


def accepting(listening: socket.socket) -> None:
    listening.settimeout(0.0)
    asyncio.get_running_loop().add_reader(listening, accept, listening)
    held.append(listening)


def accept(server: socket.socket) -> None:
    try:
        connection, _ = server.accept()
    except BlockingIOError:
        return  # the other process was quicker
    with connection:
        connection.sendall(b"child")


def datagrams(message: dict[str, Any], handle: socket.socket) -> None:
    asyncio.get_running_loop().add_reader(handle, answer, handle)
    held.append(handle)
    process.send({"op": "serving"})


def answer(udp: socket.socket) -> None:
    data, sender = udp.recvfrom(1000)
    udp.sendto(b"child got " + data, sender)


def stop(message: dict[str, Any], handle: None) -> None:
    while held:
        asyncio.get_running_loop().remove_reader(held[-1])
        held.pop().close()
    process.send({"op": "stopped"})


def fds(message: dict[str, Any], handle: None) -> None:
    process.send(len(os.listdir("/proc/self/fd")))


def ping(message: dict[str, Any], handle: None) -> None:
    process.send({"op": "pong", "n": message["n"]})


def server(message: dict[str, Any], handle: None) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    accepting(listening)
    _, port = listening.getsockname()
    process.send({"op": "given", "address": {"port": port}}, listening)


def udp(message: dict[str, Any], handle: None) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        _, port = bound.getsockname()
        process.send({"op": "given", "address": {"port": port}}, bound)


def connect(message: dict[str, Any], handle: None) -> None:
    if isinstance(message["path"], int):
        connected = socket.create_connection(("127.0.0.1", message["path"]))
    else:
        connected = socket.socket(socket.AF_UNIX)
        connected.connect(message["path"])
    process.send({"op": "given"}, connected)


async def on_message(message: dict[str, Any], handle: Any) -> None:
    globals()[message["op"]](message, handle)


process.on("message", on_message)
process.run()
