"""The V8 reader: a value or `BadFrame`; and a value can be written again."""

from __future__ import annotations

from child_process.ipc import BadFrame, NotSerializable, V8Codec
from fuzz.driver import main

CODEC = V8Codec()


def target(data: bytes) -> None:
    """Read *data*; write what it was; read that."""
    try:
        value = CODEC.decode(data)
    except BadFrame:
        return
    try:
        payload = CODEC.encode(value)
    except NotSerializable as error:
        # Writing takes more of the interpreter's stack than reading.
        reason = error.reason
    else:
        reason = "nested too deeply"
        CODEC.decode(payload)
    assert reason == "nested too deeply"


if __name__ == "__main__":
    main("v8", target)
