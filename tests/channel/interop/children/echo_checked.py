"""Sends back what it gets, and whether it is what the file in argv[1] says."""

import pickle
import sys
from pathlib import Path
from typing import Any

from child_process import process

expected = iter(pickle.loads(Path(sys.argv[1]).read_bytes()))


def check(message: list[Any], handle: object) -> None:
    value = next(expected)
    equal = type(value) is type(message[0]) and value == message[0]
    process.send([message[0], equal])


process.on("message", check)
process.run()
