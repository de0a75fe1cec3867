"""Mode ``advanced``: a frame to a value and back.

Layer: protocol. No socket, no clock, no event loop; imports the reader, the
writer and `errors` only.
"""

from __future__ import annotations

from typing import Any, Final

from child_process.ipc.v8_reader import decode
from child_process.ipc.v8_writer import encode

__all__ = ["V8Codec"]


class V8Codec:
    """V8's structured clone to a value and back. Holds no state."""

    mode: Final = "advanced"

    def encode(self, value: Any) -> bytes:
        """Return *value* as a payload, from its ``FF 0F`` on.

        Raises:
            NotSerializable: Part of it does not travel in mode ``advanced``.
        """
        return bytes(encode(value))

    def decode(self, payload: bytes) -> Any:
        """Return the value of *payload*.

        Raises:
            BadFrame: It is no V8 value. Any other exception is a bug.
        """
        return decode(payload)
