"""A worker for parent.py and parent.js: upper-cases what it is given."""

from typing import Any

from child_process import process


def on_message(message: dict[str, Any], _handle: object) -> None:
    if message["cmd"] == "process":
        data = message["data"]
        result = data["payload"].upper()
        process.send({"cmd": "done", "data": {"id": data["id"], "result": result}})
    elif message["cmd"] == "exit":
        process.disconnect()


process.on("message", on_message)
process.run()  # until the channel closes; with fork() of Python, this line may go
