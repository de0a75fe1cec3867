"""Do what each message says with the socket that comes with it."""

import socket
import threading
from typing import Any

from child_process import process

waiting: list[tuple[str, socket.socket]] = []


def serve(server: socket.socket, words: str) -> None:
    while True:
        with server.accept()[0] as connection:
            connection.sendall(words.encode())


def say(words: str, handle: socket.socket) -> None:
    with handle:
        handle.settimeout(None)
        handle.sendall(words.encode())
    process.send("said")


def take(message: Any, handle: socket.socket) -> None:
    if message == "go on":
        say(*waiting.pop())
    elif "later" in message:
        waiting.append((message["later"], handle))
    elif "say" in message:
        say(message["say"], handle)
    elif "serve" in message:
        handle.settimeout(None)
        words = message["serve"]
        threading.Thread(target=serve, args=(handle, words), daemon=True).start()
        process.send("serving")
    else:
        process.send("receiving")
        handle.settimeout(None)
        process.send(handle.recv(100).decode())


process.on("message", take)
