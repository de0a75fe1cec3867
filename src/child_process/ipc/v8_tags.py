"""The tags of V8's structured clone, as Node writes and reads them.

Layer: protocol. Constants only.

A payload is ``FF`` and the version, then one value: a tag and what belongs to
it. Below, *n* is a varint (base 128, low group first), *z* a zigzag varint, *d*
a little-endian double, *v* a value with its tag.

Source: V8's ``src/objects/value-serializer.cc`` for the tags; Node.js 20,
``lib/internal/child_process/serialization.js`` and ``lib/v8.js`` for host
objects and the numbers of views. Checked against a real peer in
``tests/interop/test_node_wire.py``.
"""

from __future__ import annotations

from typing import Final

__all__ = ["VERSION"]

VERSION_TAG: Final = 0xFF
VERSION: Final = 15  # what Node 20 to 26 write
OLDEST_VERSION: Final = 13  # what they are known to read
HEADER: Final = bytes((VERSION_TAG, VERSION))

PADDING: Final = 0x00  # before two-byte strings at odd offsets; skipped anywhere

# Primitives
UNDEFINED: Final = 0x5F  # _
NULL: Final = 0x30  # 0
TRUE: Final = 0x54  # T
FALSE: Final = 0x46  # F
HOLE: Final = 0x2D  # -    in dense arrays only
INT32: Final = 0x49  # I z
UINT32: Final = 0x55  # U n  read only
DOUBLE: Final = 0x4E  # N d
BIGINT: Final = 0x5A  # Z n bytes; n = 2 * bytes + sign
ONE_BYTE: Final = 0x22  # " n bytes, Latin-1
TWO_BYTE: Final = 0x63  # c n bytes, UTF-16, little-endian
UTF8: Final = 0x53  # S n bytes, read only

# Objects. Each takes the next id, in order of first writing.
REFERENCE: Final = 0x5E  # ^ n       the object with id n
OBJECT: Final = 0x6F  # o (v v)* { n
END_OBJECT: Final = 0x7B  # {
DENSE_ARRAY: Final = 0x41  # A n v* (v v)* $ n n
END_DENSE: Final = 0x24  # $
SPARSE_ARRAY: Final = 0x61  # a n (v v)* @ n n
END_SPARSE: Final = 0x40  # @
DATE: Final = 0x44  # D d
TRUE_OBJECT: Final = 0x79  # y
FALSE_OBJECT: Final = 0x78  # x
NUMBER_OBJECT: Final = 0x6E  # n d
STRING_OBJECT: Final = 0x73  # s v
BIGINT_OBJECT: Final = 0x7A  # z n bytes
REGEXP: Final = 0x52  # R v n
MAP: Final = 0x3B  # ; (v v)* : n
END_MAP: Final = 0x3A  # :
SET: Final = 0x27  # ' v* , n
END_SET: Final = 0x2C  # ,
ARRAY_BUFFER: Final = 0x42  # B n bytes
RESIZABLE_BUFFER: Final = 0x7E  # ~ n n bytes
BUFFER_VIEW: Final = 0x56  # V kind n n n   after a buffer; read only
ERROR: Final = 0x72  # r
HOST_OBJECT: Final = 0x5C  # \ 0 view, or \ 1 v

# Inside an Error. The order is message, stack, cause: Node 22 reads no other.
ERROR_MESSAGE: Final = 0x6D  # m v
ERROR_STACK: Final = 0x73  # s v
ERROR_CAUSE: Final = 0x63  # c v
ERROR_END: Final = 0x2E  # .
ERROR_NAMES: Final = {
    0x45: "EvalError",  # E
    0x52: "RangeError",  # R
    0x46: "ReferenceError",  # F
    0x53: "SyntaxError",  # S
    0x54: "TypeError",  # T
    0x55: "URIError",  # U
}
ERROR_TAGS: Final = {name: tag for tag, name in ERROR_NAMES.items()}

# Bits of a RegExp's flags. 0x40 is an experiment of V8's, not a letter.
REGEXP_BITS: Final = {
    "d": 0x80,
    "g": 0x01,
    "i": 0x02,
    "m": 0x04,
    "s": 0x20,
    "u": 0x10,
    "v": 0x100,
    "y": 0x08,
}

# Views, numbered as Node numbers them under HOST_OBJECT 0.
VIEWS: Final = (
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
    "Float32Array",
    "Float64Array",
    "DataView",
    "Buffer",
    "BigInt64Array",
    "BigUint64Array",
    "Float16Array",  # from Node 24 on
)
VIEW_NUMBERS: Final = {name: number for number, name in enumerate(VIEWS)}

# And as V8 itself names them after BUFFER_VIEW.
VIEW_LETTERS: Final = {
    ord("b"): "Int8Array",
    ord("B"): "Uint8Array",
    ord("C"): "Uint8ClampedArray",
    ord("w"): "Int16Array",
    ord("W"): "Uint16Array",
    ord("d"): "Int32Array",
    ord("D"): "Uint32Array",
    ord("f"): "Float32Array",
    ord("F"): "Float64Array",
    ord("h"): "Float16Array",
    ord("q"): "BigInt64Array",
    ord("Q"): "BigUint64Array",
    ord("?"): "DataView",
}

MAX_SAFE: Final = 2**53 - 1  # Number.MAX_SAFE_INTEGER; beyond it, BigInt
MAX_INDEX: Final = 2**32 - 2  # of an array; a larger number is a name
INT32_MIN: Final = -(2**31)
INT32_MAX: Final = 2**31 - 1
MAX_DEPTH: Final = 400  # of nesting; two frames each fit the interpreter's 1000

CONSTANTS: Final[dict[int, bool | None]] = {NULL: None, TRUE: True, FALSE: False}
"""The tags that are a whole value by themselves."""
