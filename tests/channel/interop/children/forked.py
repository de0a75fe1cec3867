"""A child of fork_python.js: does what its messages say."""

import os
import sys
from typing import Any

from child_process import process


def on_message(message: Any, handle: object) -> None:
    if message == "exit":
        process.send("bye")
        sys.exit(7)
    if message == "gone":
        for number in range(1000):
            process.send(number)
        os._exit(3)
    if message == "read":
        process.send(sys.stdin.read())
        process.disconnect()


process.on("message", on_message)
process.on("disconnect", lambda: print("disconnected", process.connected))
print("out", *sys.argv[1:])
print("err", file=sys.stderr)
process.send("ready")
process.run()
