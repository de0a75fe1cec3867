"""Reads what comes as a descriptor or as buffers, and sends it back in words."""

import os
from typing import Any

from child_process import process


def facts_of(op: str, handle: Any) -> list[Any]:
    if op == "read":
        fd = handle.fileno()
        return [os.read(fd, 100).decode(), os.get_inheritable(fd)]
    if op == "write":
        return [os.write(handle.fileno(), b"from the child")]
    if op == "buffers":
        return [[bytes(buffer).decode(), buffer.readonly] for buffer in handle]
    if op == "ends":
        return [[len(b), (bytes(b[:3]) + bytes(b[-3:])).decode()] for b in handle]
    process.send("these", buffers=[b"x" * 1_000_000, b"", b"second"])
    return []


def on_message(message: dict[str, Any], handle: Any) -> None:
    facts = facts_of(message["op"], handle)
    if hasattr(handle, "close"):
        handle.close()
    del handle
    process.send({"facts": facts, "fds": len(os.listdir("/proc/self/fd"))})


process.on("message", on_message)
