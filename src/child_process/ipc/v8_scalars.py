"""The smallest pieces of V8's structured clone: numbers, and names as indices.

Layer: protocol. Pure; imports the tags and `errors` only.
"""

from __future__ import annotations

from math import copysign
from struct import Struct
from typing import Any, Final

from child_process.ipc import v8_tags as tags
from child_process.ipc.errors import bad

__all__ = [
    "double",
    "index_key",
    "int32",
    "is_index",
    "is_short",
    "numeric",
    "read_varint",
    "varint",
]

NUMBER: Final = Struct("<Bd")
INT32: Final = bytes((tags.INT32,))
NUMBERS: Final = frozenset((int, float))
SHORT: Final = 0x80  # what one byte of a varint can say
VARINTS: Final = tuple(bytes((n,)) for n in range(SHORT))
SMALL: Final = {
    n: bytes((tags.INT32, (n << 1) ^ (n >> 31))) for n in range(-SHORT // 2, SHORT // 2)
}
INDEX_DIGITS: Final = 10
LAST_SHIFT: Final = 28  # a u32 has five groups of seven bits


def varint(value: int) -> bytes:
    """Return *value*, at least 0, low group first."""
    if value < SHORT:
        return VARINTS[value]
    out = bytearray()
    while value >= SHORT:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def int32(value: int) -> bytes:
    """Return *value*, of 32 bits, with its tag."""
    return SMALL.get(value) or INT32 + varint((value << 1) ^ (value >> 31))


def double(value: float) -> bytes:
    """Return *value* with its tag."""
    return NUMBER.pack(tags.DOUBLE, value)


def numeric(items: Any, kinds: set[type]) -> bytes | None:
    """Return *items* if V8 has them as numbers only, or None.

    Short ones if all are short; else doubles, every one.
    """
    if not kinds or kinds - NUMBERS:
        return None
    if kinds == {int}:
        least, most = min(items), max(items)
        if least >= tags.INT32_MIN and most <= tags.INT32_MAX:
            return b"".join(map(int32, items))
    elif all(map(is_short, items)):
        return b"".join(map(int32, map(int, items)))
    if any(type(item) is int and abs(item) > tags.MAX_SAFE for item in items):
        return None  # BigInts among them
    return b"".join(map(double, items))


def is_short(value: float) -> bool:
    """Whether V8 has *value* as a small integer: not a fraction, not minus 0."""
    return (
        tags.INT32_MIN <= value <= tags.INT32_MAX
        and value == int(value)
        and (value != 0 or copysign(1.0, value) > 0)
    )


def index_key(index: int) -> bytes:
    """Return *index* as a property's name."""
    return int32(index) if index <= tags.INT32_MAX else double(index)


def is_index(name: str) -> bool:
    """Whether JavaScript has *name* for an index: ``"7"``, but not ``"07"``."""
    return (
        len(name) <= INDEX_DIGITS
        and name.isascii()
        and name.isdigit()
        and (name[0] != "0" or name == "0")
        and int(name) <= tags.MAX_INDEX
    )


def read_varint(data: bytes, pos: int) -> tuple[int, int]:
    """Return the varint at *pos* and where it ends.

    Raises:
        BadFrame: It is longer than 32 bits need.
        IndexError: It is cut short.
    """
    value = shift = 0
    while True:
        byte = data[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < SHORT:
            return value & 0xFFFFFFFF, pos
        shift += 7
        if shift > LAST_SHIFT:
            bad("a number of too many bytes")
