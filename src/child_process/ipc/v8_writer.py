"""Write Python values as V8's structured clone.

Layer: protocol. No socket, no clock, no event loop; imports `errors`, the
stand-ins and the tags only.

The bytes are those that Node writes for the same value, spelled as a literal
or parsed from JSON. (V8's bytes depend on how an array came to be: one that
was deserialized counts as having holes, and is written as sparse.)

The same object twice is written once and referred to, as everywhere in
structured clone: cycles work, and sharing arrives. The exceptions are empty
and one-byte `bytes` and the empty tuple, of which CPython has only one each.

Source: see `v8_tags`.
"""

from __future__ import annotations

from struct import Struct
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from child_process.ipc import v8_tags as tags
from child_process.ipc import v8_write_objects as objects
from child_process.ipc.errors import NotSerializable
from child_process.ipc.js_values import BigInt, Hole, HoleType, UndefinedType
from child_process.ipc.python_values import Unwritable
from child_process.ipc.v8_scalars import (
    SHORT,
    SMALL,
    double,
    index_key,
    int32,
    is_index,
    is_short,
    numeric,
    varint,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["encode"]

LENGTH: Final = Struct(">I")

ONE_BYTE: Final = tuple(bytes((tags.ONE_BYTE, n)) for n in range(SHORT))
CONSTANTS: Final[dict[bool | None, bytes]] = {
    None: bytes((tags.NULL,)),
    True: bytes((tags.TRUE,)),
    False: bytes((tags.FALSE,)),
}
CONSTANT_TYPES: Final = frozenset((bool, NoneType))
EMPTY_ARRAY: Final = bytes((tags.DENSE_ARRAY, 0, tags.END_DENSE, 0, 0))

# Property names written before, each as it is on the wire. Never one that
# JavaScript takes for an index, or one of two bytes a character: where it
# stands decides on its padding.
NAMES: Final[dict[str, bytes]] = {}
NAMES_KEPT: Final = 2048
NAME_LENGTH: Final = 32


def encode(value: Any, *, framed: bool = False) -> bytearray:
    """Return *value* as a payload, from its ``FF 0F`` on.

    Args:
        value: What to write.
        framed: Put the payload's length before it, as on the wire.

    Raises:
        NotSerializable: Part of it does not travel in mode ``advanced``.
    """
    writer = Writer()
    out = writer.out
    if framed:
        out += b"\0\0\0\0"
    out += tags.HEADER
    try:
        writer.value(value)
    except Unwritable as unwritable:
        where = unwritable.where()
        raise NotSerializable(unwritable.kind, where, unwritable.reason) from None
    except RecursionError:
        kind = type(value).__qualname__
        raise NotSerializable(kind, "message", "nested too deeply") from None
    if framed:
        size = len(out) - LENGTH.size
        if size > 0xFFFFFFFF:  # noqa: PLR2004 - what a u32 can say
            kind = type(value).__qualname__
            raise NotSerializable(kind, "message", f"{size} bytes, over 4 GiB")
        LENGTH.pack_into(out, 0, size)
    return out


class Writer:
    """One value on its way to a payload."""

    __slots__ = ("_kept", "_numbers", "out")

    writers: ClassVar[dict[type, Callable[[Any, Any], None]]] = {}

    def __init__(self) -> None:
        self.out: bytearray = bytearray()
        # Ids by identity. A negative key is an object nobody can refer to: it
        # takes an id all the same.
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []  # or a temporary's identity would come again

    def value(self, value: Any) -> None:
        """Write *value*, tag and all."""
        (WRITERS.get(type(value)) or objects.other)(self, value)

    def uint(self, value: int) -> None:
        """Write a number without a tag."""
        self.out += varint(value)

    def begin(self, value: Any) -> bool:
        """Give *value* its id; or refer to it, if it has one, and say False."""
        numbers = self._numbers
        identity = id(value)
        if identity in numbers:
            self.out.append(tags.REFERENCE)
            self.out += varint(numbers[identity])
            return False
        numbers[identity] = len(numbers)
        self._kept.append(value)
        return True

    def begin_anonymous(self) -> None:
        """Give an id to what nobody will refer to."""
        self._numbers[~len(self._numbers)] = len(self._numbers)

    # Primitives

    def undefined(self, _: UndefinedType) -> None:
        self.out.append(tags.UNDEFINED)

    def null(self, _: None) -> None:
        self.out.append(tags.NULL)

    def boolean(self, value: bool) -> None:  # noqa: FBT001 - the value to write
        self.out.append(tags.TRUE if value else tags.FALSE)

    def integer(self, value: int) -> None:
        if tags.INT32_MIN <= value <= tags.INT32_MAX:
            self.out += int32(value)
        elif abs(value) <= tags.MAX_SAFE:
            self.out += double(value)
        else:
            self.bigint(value)

    def bigint(self, value: int, tag: int = tags.BIGINT) -> None:
        size = (value.bit_length() + 63) // 64 * 8
        self.out.append(tag)
        self.out += varint(size << 1 | (value < 0))
        self.out += abs(value).to_bytes(size, "little")

    def number(self, value: float) -> None:
        if is_short(value):
            self.out += int32(int(value))
        else:
            self.out += double(value)

    def string(self, value: str) -> None:
        out = self.out
        if value.isascii():
            data = value.encode()
        else:
            try:
                data = value.encode("latin-1")
            except UnicodeEncodeError:
                self._two_byte(value)
                return
        out.append(tags.ONE_BYTE)
        out += varint(len(data))
        out += data

    def _two_byte(self, value: str) -> None:
        out = self.out
        data = value.encode("utf-16-le", "surrogatepass")
        size = varint(len(data))
        if (len(out) + 1 + len(size)) % 2:
            out.append(tags.PADDING)
        out.append(tags.TWO_BYTE)
        out += size
        out += data

    # Arrays

    def array(self, value: list[Any] | tuple[Any, ...]) -> None:
        if not value and type(value) is tuple:
            self.begin_anonymous()
            self.out += EMPTY_ARRAY
        elif self.begin(value):
            kinds = set(map(type, value))
            if HoleType in kinds:
                found = {i: v for i, v in enumerate(value) if v is not Hole}
                self.sparse_body(len(value), found, {})
            else:
                self.dense_body(value, kinds, {})

    def dense_body(
        self, items: Any, kinds: set[type], properties: dict[str, Any]
    ) -> None:
        """Write an array without holes; in one piece, to spare the stack."""
        out, writers = self.out, WRITERS
        size = varint(len(items))
        out.append(tags.DENSE_ARRAY)
        out += size
        if (numbers := numeric(items, kinds)) is not None:
            out += numbers
            items = ()
        index = -1
        try:
            for index, item in enumerate(items):  # noqa: B007 - for the path
                kind = type(item)
                if kind is str and item.isascii() and len(item) < SHORT:
                    out += ONE_BYTE[len(item)]
                    out += item.encode()
                elif kind is int and item in SMALL:
                    out += SMALL[item]
                elif kind in CONSTANT_TYPES:
                    out += CONSTANTS[item]
                else:
                    (writers.get(kind) or objects.other)(self, item)
        except Unwritable as unwritable:
            unwritable.path.append(f"[{index}]")
            raise
        if properties:
            self.pairs(properties)
        out.append(tags.END_DENSE)
        out += varint(len(properties))
        out += size

    def sparse_body(
        self, length: int, items: dict[int, Any], properties: dict[str, Any]
    ) -> None:
        """Write an array with holes."""
        out = self.out
        out.append(tags.SPARSE_ARRAY)
        out += varint(length)
        for index in sorted(items):
            out += index_key(index)
            try:
                self.value(items[index])
            except Unwritable as unwritable:
                unwritable.path.append(f"[{index}]")
                raise
        if properties:
            self.pairs(properties)
        out.append(tags.END_SPARSE)
        out += varint(len(items) + len(properties))
        out += varint(length)

    # Dicts

    def mapping(self, value: dict[Any, Any], owner: Any = None) -> None:
        """Write an object; *owner* is whom it stands for, if not itself."""
        if not self.begin(value if owner is None else owner):
            return
        out = self.out
        ordered: dict[Any, Any] | None = value
        if not value.keys() <= NAMES.keys():
            ordered = in_order(value)
        if ordered is None:
            self.map_body(value.items())
            return
        out.append(tags.OBJECT)
        self.pairs(ordered)
        out.append(tags.END_OBJECT)
        out += varint(len(value))

    def pairs(self, properties: dict[Any, Any]) -> None:
        """Write names and values; a name that is an int is an index."""
        out, writers, names = self.out, WRITERS, NAMES
        name: Any = None
        try:
            for name, item in properties.items():
                written = names.get(name)
                if written is not None:
                    out += written
                else:
                    self._name(name)
                kind = type(item)
                if kind is str and item.isascii() and len(item) < SHORT:
                    out += ONE_BYTE[len(item)]
                    out += item.encode()
                elif kind is int and item in SMALL:
                    out += SMALL[item]
                elif kind in CONSTANT_TYPES:
                    out += CONSTANTS[item]
                else:
                    (writers.get(kind) or objects.other)(self, item)
        except Unwritable as unwritable:
            unwritable.path.append(f"[{str(name)!r}]")
            raise

    def _name(self, name: str | int) -> None:
        if isinstance(name, int):
            self.out += index_key(name)
        else:
            self.string(name)

    def ordered(self, properties: dict[str, Any]) -> dict[Any, Any]:
        """Return *properties* in JavaScript's order."""
        ordered = in_order(properties)
        if ordered is None:
            raise Unwritable(properties, "the names of properties are strings")
        return ordered

    def map_body(self, entries: Iterable[tuple[Any, Any]]) -> None:
        """Write a Map."""
        out = self.out
        out.append(tags.MAP)
        count = 0
        for key, item in entries:
            try:
                self.value(objects.as_key(key))
                self.value(item)
            except Unwritable as unwritable:
                unwritable.path.append(f"[{key!r:.50}]")
                raise
            count += 2
        out.append(tags.END_MAP)
        out += varint(count)


def in_order(properties: dict[Any, Any]) -> dict[Any, Any] | None:
    """Return *properties* as a JavaScript object has them, or None for a Map.

    Indices come first, by number, and are ints; then names, as they came.
    """
    indices: dict[int, Any] = {}
    names: dict[Any, Any] = {}
    for name, item in properties.items():
        if not isinstance(name, str):
            return None
        if name[:1].isdigit() and is_index(name):
            indices[int(name)] = item
        else:
            names[name] = item
            if worth_keeping(name):
                NAMES[name] = ONE_BYTE[len(name)] + name.encode()
    return {i: indices[i] for i in sorted(indices)} | names if indices else names


def worth_keeping(name: str) -> bool:
    """Whether *name* may enter `NAMES`."""
    return (
        len(NAMES) < NAMES_KEPT
        and len(name) <= NAME_LENGTH
        and type(name) is str
        and name.isascii()
    )


# By exact type; what derives from these is looked up by `objects.other`.
WRITERS: Final[dict[type, Callable[[Any, Any], None]]] = {
    NoneType: Writer.null,
    UndefinedType: Writer.undefined,
    bool: Writer.boolean,
    int: Writer.integer,
    float: Writer.number,
    str: Writer.string,
    BigInt: Writer.bigint,
    list: Writer.array,
    tuple: Writer.array,
    dict: Writer.mapping,
}
WRITERS.update(objects.WRITERS)
Writer.writers = WRITERS
