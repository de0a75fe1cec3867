"""Bytes and numbers side by side: JavaScript's views, Python's buffers.

Layer: protocol. Pure; imports `js_values`, `errors` and the tags only.

==================  =========================================================
JavaScript          Python
==================  =========================================================
Buffer              `bytes` (also from a `memoryview` of bytes)
Uint8Array          `bytearray` (also from unsigned 8-bit arrays)
other typed arrays  `array.array` (also from NumPy arrays and memoryviews)
JSView.kind         `JSView`
==================  =========================================================

Copied either way: whoever changes it, the other side does not see it.
"""

from __future__ import annotations

import sys
from array import array
from typing import Any, Final, TypeAlias

from child_process.ipc.js_values import VIEW_SIZES, JSView

__all__ = [
    "Numbers",
    "bytes_like",
    "from_view",
    "number_view",
    "numpy_array",
    "to_view",
]

Numbers: TypeAlias = "array[int] | array[float]"

TYPECODES: Final = {
    "Int8Array": "b",
    "Int16Array": "h",
    "Uint16Array": "H",
    "Int32Array": "i",
    "Uint32Array": "I",
    "Float32Array": "f",
    "Float64Array": "d",
    "BigInt64Array": "q",
    "BigUint64Array": "Q",
}

# (kind of number, bytes each) to the view that holds it.
NUMBER_VIEWS: Final = {
    ("i", 1): "Int8Array",
    ("u", 1): "Uint8Array",
    ("i", 2): "Int16Array",
    ("u", 2): "Uint16Array",
    ("i", 4): "Int32Array",
    ("u", 4): "Uint32Array",
    ("i", 8): "BigInt64Array",
    ("u", 8): "BigUint64Array",
    ("f", 4): "Float32Array",
    ("f", 8): "Float64Array",
}

# The letters of `array` and `struct`, to the kinds of numbers NumPy speaks of.
LETTERS: Final = dict.fromkeys("bhilqn", "i") | dict.fromkeys("BHILQN", "u")
KINDS: Final = LETTERS | {"f": "f", "d": "f"}
# The orders that `tobytes` leaves as this machine has them.
NATIVE: Final = ("", "@", "=", "<" if sys.byteorder == "little" else ">")
BYTES: Final = ("B", "c", "<B", ">B")


def from_view(kind: str, data: bytes) -> bytes | bytearray | Numbers | JSView:
    """Return *data*, the contents of a view named *kind*, as Python has it.

    Raises:
        ValueError: The bytes do not fill its elements.
    """
    if kind == "Buffer":
        return data
    if kind == "Uint8Array":
        return bytearray(data)
    if kind in VIEW_SIZES:
        return JSView(kind, data)
    numbers: array[Any] = array(TYPECODES[kind])
    numbers.frombytes(data)
    return _swapped(numbers)


def to_view(value: Any) -> tuple[str, Any] | None:
    """Return the kind and the bytes of the view that *value* is, or None.

    *value* is one of ours, of the standard library's, or NumPy's with one
    dimension.
    """
    if isinstance(value, bytes):
        return "Buffer", value
    if isinstance(value, bytearray):
        return "Uint8Array", value
    if isinstance(value, JSView):
        return value.kind, value.data
    if isinstance(value, array):
        kind = number_view(value.typecode, value.itemsize)
        return None if kind is None else (kind, _swapped(value).tobytes())
    try:
        view = memoryview(value)  # also of what else has a buffer: mmap, ctypes
    except (TypeError, ValueError, BufferError):
        return None
    if view.format in BYTES:
        return "Buffer", view.tobytes()
    if view.ndim != 1:
        return None
    order, letter = view.format[:-1], view.format[-1:]
    kind = number_view(letter, view.itemsize)
    if kind is None or order not in NATIVE:
        return None
    numbers: array[Any] = array(TYPECODES.get(kind, "B"))
    numbers.frombytes(view.tobytes())
    return kind, _swapped(numbers).tobytes()


def number_view(letter: str, size: int) -> str | None:
    """Return the kind of view for numbers of format *letter*, or None."""
    return NUMBER_VIEWS.get((KINDS.get(letter, ""), size))


def bytes_like(value: Any) -> bytes | None:
    """Return *value*'s bytes if it is nothing but bytes: for mode ``json``."""
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if isinstance(value, memoryview) and value.format in BYTES:
        return value.tobytes()
    return None


def numpy_array(value: Any) -> Any:
    """Return *value* if it is a NumPy array, in this machine's order, or None.

    NumPy is not imported for it: without it, nothing is a NumPy array.
    """
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.ndarray):
        return None
    order = value.dtype.newbyteorder("=")
    return value if value.dtype == order else value.astype(order)


def _swapped(numbers: array[Any]) -> array[Any]:
    """Return *numbers* in the wire's order, or from it: little-endian."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers
