"""Read V8's structured clone into Python values.

Layer: protocol. No socket, no clock, no event loop; imports `errors`, the
stand-ins and the tags only.

The peer is not trusted. Nothing is set aside on the strength of an announced
length; nesting is bounded by `MAX_DEPTH`; an array of holes is filled in only
as far as the payload is long, and is a `SparseArray` beyond that.

A reader keeps its place in ``pos``. A method in `READERS` is called with the
tag already behind it. Running off the end is an IndexError, or a slice that is
too short and an IndexError at the next read: `decode` makes both a `BadFrame`.

Source: see `v8_tags`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import copysign
from struct import Struct
from struct import error as StructError  # noqa: N812 - it is an error
from typing import Any, Final, NoReturn, TypeAlias

from child_process.ipc import v8_read_objects as objects
from child_process.ipc import v8_tags as tags
from child_process.ipc.errors import BadFrame, bad
from child_process.ipc.js_values import (
    BigInt,
    Hole,
    JSArray,
    SparseArray,
    Undefined,
)
from child_process.ipc.v8_scalars import SHORT, read_varint

__all__ = ["decode"]

# By name: these are looked up for every value.
ONE_BYTE: Final = tags.ONE_BYTE
INT32: Final = tags.INT32
CONSTANTS: Final = tags.CONSTANTS

DOUBLE: Final = Struct("<d")
SPARE_HOLES: Final = 1024

# Property names seen before: rows of a table share theirs, as JSON's do.
NAMES: Final[dict[bytes, str]] = {}
NAMES_KEPT: Final = 2048
NAME_LENGTH: Final = 32


def decode(payload: bytes) -> Any:
    """Return the value that *payload*, from its ``FF`` on, holds.

    Bytes after the value are ignored, as Node does.

    Raises:
        BadFrame: It is no such value. Any other exception is a bug.
    """
    reader = Reader(payload, {})
    value = reader.read()
    if reader.conflict:
        # An array turned out to be a JSArray or a SparseArray when something
        # inside referred to the list it was taken for. Now we know better.
        value = Reader(payload, reader.forms).read()
    return value


class Reader:
    """One payload on its way to a value.

    Args:
        data: The payload.
        forms: What earlier reading found about arrays, by id: "named" ones
            have properties, "sparse" ones too many holes for a list.
    """

    __slots__ = (
        "_holes",
        "_referred",
        "conflict",
        "data",
        "depth",
        "forms",
        "objects",
        "pos",
        "version",
    )

    def __init__(self, data: bytes, forms: dict[int, str]) -> None:
        self.conflict: bool = False
        self.forms: dict[int, str] = forms
        self.data: bytes = data
        self.pos: int = 0
        self.objects: list[Any] = []
        self._referred: set[int] = set()
        self.depth: int = 0
        self._holes = len(data) + SPARE_HOLES
        self.version: int = 0

    def read(self) -> Any:
        """Return the value."""
        data = self.data
        try:
            if data[0] != tags.VERSION_TAG:
                bad("no V8 value")
            self.version, self.pos = read_varint(data, 1)
            if not tags.OLDEST_VERSION <= self.version <= tags.VERSION:
                bad(f"version {self.version} of V8's format")
            value = self.value()
            if self.pos > len(data):
                bad("a value cut short")
        except (IndexError, StructError):
            raise BadFrame("a value cut short") from None
        except RecursionError:
            raise BadFrame("nested too deeply") from None
        return value

    def value(self) -> Any:
        """Read a tag and the value it begins."""
        tag = self.data[self.pos]
        self.pos += 1
        return READERS[tag](self)

    # Pieces

    def uint(self) -> int:
        value, self.pos = read_varint(self.data, self.pos)
        return value

    def take(self, size: int) -> bytes:
        start = self.pos
        self.pos = end = start + size
        if end > len(self.data):
            bad("a value cut short")
        return self.data[start:end]

    def number(self) -> float:
        (value,) = DOUBLE.unpack_from(self.data, self.pos)
        self.pos += DOUBLE.size
        return float(value)

    def string(self) -> str:
        """Read a value that has to be a string."""
        value = self.value()
        if type(value) is not str:
            bad("no string where one must be")
        return value

    def enter(self) -> None:
        """Go one level deeper."""
        self.depth += 1
        if self.depth > tags.MAX_DEPTH:
            bad("nested too deeply")

    def leave(self) -> None:
        """Come back from `enter`."""
        self.depth -= 1

    # Primitives

    def padding(self) -> Any:
        data, pos = self.data, self.pos
        while data[pos] == tags.PADDING:
            pos += 1
        self.pos = pos
        return self.value()

    def int32(self) -> int:
        value = self.uint()
        return (value >> 1) ^ -(value & 1)

    def double(self) -> float:
        """Read a number; integers that JavaScript counts exactly are ints."""
        value = self.number()
        if value.is_integer() and abs(value) <= tags.MAX_SAFE:
            # Minus zero stays a float: no int is it.
            return int(value) if value or copysign(1.0, value) > 0 else value
        return value

    def bigint(self) -> int:
        field = self.uint()
        value = int.from_bytes(self.take(field >> 1), "little")
        value = -value if field & 1 else value
        return value if abs(value) > tags.MAX_SAFE else BigInt(value)

    def one_byte(self) -> str:
        return self.take(self.uint()).decode("latin-1")

    def two_byte(self) -> str:
        data = self.take(self.uint())
        if len(data) % 2:
            bad("half a character")
        return data.decode("utf-16-le", "surrogatepass")

    def utf8(self) -> str:
        return self.take(self.uint()).decode("utf-8", "replace")

    # Objects

    def reference(self) -> Any:
        number = self.uint()
        if number >= len(self.objects) or self.objects[number] is None:
            bad("a reference to nothing")
        self._referred.add(number)
        return self.objects[number]

    def object(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self.objects.append(result)
        self._properties(result, tags.END_OBJECT)
        if self.uint() != len(result):
            bad("a wrong number of properties")
        return result

    def _properties(
        self, into: dict[Any, Any], end: int, *, indices: bool = False
    ) -> None:
        """Read names and values until *end*; with *indices*, ints stay ints."""
        self.enter()
        data, pos, names = self.data, self.pos, NAMES
        while True:
            tag = data[pos]
            pos += 1
            if tag == ONE_BYTE and (size := data[pos]) < SHORT:
                start = pos + 1
                pos = start + size
                raw = data[start:pos]
                key = names.get(raw) or _name(raw)
            elif tag == end:
                break
            else:
                self.pos = pos
                key = self._key(tag, indices=indices)
                pos = self.pos
            tag = data[pos]
            pos += 1
            if tag == ONE_BYTE and (size := data[pos]) < SHORT:
                start = pos + 1
                pos = start + size
                into[key] = data[start:pos].decode("latin-1")
            elif tag == INT32 and (size := data[pos]) < SHORT:
                pos += 1
                into[key] = (size >> 1) ^ -(size & 1)
            elif tag in CONSTANTS:
                into[key] = CONSTANTS[tag]
            else:
                self.pos = pos
                into[key] = READERS[tag](self)
                pos = self.pos
        self.pos = pos
        self.depth -= 1

    def _key(self, tag: int, *, indices: bool) -> Any:
        key = READERS[tag](self)
        if type(key) is str:
            return key
        if type(key) is int and 0 <= key <= tags.MAX_INDEX:
            return key if indices else str(key)
        return bad("a property named neither by a string nor by an index")

    def dense_array(self) -> list[Any]:
        length = self.uint()
        number = len(self.objects)
        result = JSArray() if number in self.forms else []
        self.objects.append(result)
        self._items(result, length)
        properties: dict[str, Any] = {}
        self._properties(properties, tags.END_DENSE)
        if self.uint() != len(properties) or self.uint() != length:
            bad("a wrong number of elements")
        if properties:
            return self._named(number, result, properties)
        return result

    def _items(self, into: list[Any], length: int) -> None:
        self.enter()
        data, pos, append = self.data, self.pos, into.append
        for _ in range(length):
            tag = data[pos]
            pos += 1
            if tag == ONE_BYTE and (size := data[pos]) < SHORT:
                start = pos + 1
                pos = start + size
                append(data[start:pos].decode("latin-1"))
            elif tag == INT32 and (size := data[pos]) < SHORT:
                pos += 1
                append((size >> 1) ^ -(size & 1))
            elif tag in CONSTANTS:
                append(CONSTANTS[tag])
            elif tag == tags.HOLE:
                append(Hole)
            else:
                self.pos = pos
                append(READERS[tag](self))
                pos = self.pos
        self.pos = pos
        self.depth -= 1

    def sparse_array(self) -> list[Any] | SparseArray:
        length = self.uint()
        number = len(self.objects)
        form = self.forms.get(number)
        result: Any = SparseArray(length) if form == "sparse" else JSArray()
        result = result if form else []
        self.objects.append(result)
        found: dict[Any, Any] = {}
        self._properties(found, tags.END_SPARSE, indices=True)
        if self.uint() != len(found) or self.uint() != length:
            bad("a wrong number of elements")
        indices = sum(1 for key in found if type(key) is int and key < length)
        holes = length - indices
        if form == "sparse" or holes > self._holes:
            return self._sparse(number, result, length, found)
        self._holes -= holes
        result.extend(found.pop(index, Hole) for index in range(length))
        properties = {str(key): value for key, value in found.items()}
        return self._named(number, result, properties) if properties else result

    def _named(
        self, number: int, result: list[Any], properties: dict[str, Any]
    ) -> JSArray:
        self.forms[number] = "named"
        if isinstance(result, JSArray):
            result.properties.update(properties)
            return result
        self.conflict |= number in self._referred
        named = JSArray(result, properties)
        self.objects[number] = named
        return named

    def _sparse(
        self,
        number: int,
        result: list[Any] | SparseArray,
        length: int,
        found: dict[Any, Any],
    ) -> SparseArray:
        self.forms[number] = "sparse"
        if not isinstance(result, SparseArray):
            self.conflict |= number in self._referred
            self.objects[number] = result = SparseArray(length)
        for key, value in found.items():
            if type(key) is int and key < length:
                result.items[key] = value
            else:
                result.properties[str(key)] = value
        return result


def _name(raw: bytes) -> str:
    """Return the property name that *raw* is, and remember it."""
    name = raw.decode("latin-1")
    if len(NAMES) < NAMES_KEPT and len(raw) <= NAME_LENGTH:
        NAMES[raw] = name
    return name


def _unknown(_: Reader) -> NoReturn:
    bad("a value of an unknown kind")


def _table() -> tuple[_Read, ...]:
    known: dict[int, _Read] = {
        tags.PADDING: Reader.padding,
        tags.UNDEFINED: lambda _: Undefined,
        tags.NULL: lambda _: None,
        tags.TRUE: lambda _: True,
        tags.FALSE: lambda _: False,
        tags.INT32: Reader.int32,
        tags.UINT32: Reader.uint,
        tags.DOUBLE: Reader.double,
        tags.BIGINT: Reader.bigint,
        tags.ONE_BYTE: Reader.one_byte,
        tags.TWO_BYTE: Reader.two_byte,
        tags.UTF8: Reader.utf8,
        tags.REFERENCE: Reader.reference,
        tags.OBJECT: Reader.object,
        tags.DENSE_ARRAY: Reader.dense_array,
        tags.SPARSE_ARRAY: Reader.sparse_array,
        tags.DATE: objects.date,
        tags.TRUE_OBJECT: objects.true_object,
        tags.FALSE_OBJECT: objects.false_object,
        tags.NUMBER_OBJECT: objects.number_object,
        tags.STRING_OBJECT: objects.string_object,
        tags.BIGINT_OBJECT: objects.bigint_object,
        tags.REGEXP: objects.regexp,
        tags.MAP: objects.map_,
        tags.SET: objects.set_,
        tags.ARRAY_BUFFER: objects.array_buffer,
        tags.RESIZABLE_BUFFER: objects.resizable_buffer,
        tags.ERROR: objects.error,
        tags.HOST_OBJECT: objects.host_object,
    }
    return tuple(known.get(tag, _unknown) for tag in range(256))


_Read: TypeAlias = Callable[[Reader], Any]
READERS: Final = _table()
