"""Write the values of V8's structured clone that are no plain containers.

Layer: protocol. No socket, no clock, no event loop; imports the stand-ins and
the tags only.

The functions in `WRITERS` are called by `v8_writer`, by exact type; `other` is
called for all other types and finds what a value derives from, or stands for.
"""

from __future__ import annotations

from array import array
from datetime import datetime
from enum import Enum
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

from child_process.ipc import v8_tags as tags
from child_process.ipc.js_values import (
    BigInt,
    Boxed,
    Hole,
    HoleType,
    JSArray,
    JSArrayBuffer,
    JSDate,
    JSError,
    JSMap,
    JSRegExp,
    JSSet,
    JSView,
    SparseArray,
    Undefined,
)
from child_process.ipc.python_values import (
    Unwritable,
    error_facts,
    milliseconds,
    plainer,
)
from child_process.ipc.v8_views import numpy_array, to_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from child_process.ipc.v8_writer import Writer

__all__: list[str] = []

NUMBER: Final = Struct("<Bd")
MANY_DIMENSIONS: Final = 2


def hole(_: Writer, value: HoleType) -> None:
    """Refuse a hole outside of a list."""
    raise Unwritable(value, "a hole can only be in a list")


def date(writer: Writer, value: datetime) -> None:
    """Write a Date."""
    if writer.begin(value):
        writer.out += NUMBER.pack(tags.DATE, milliseconds(value))


def js_date(writer: Writer, value: JSDate) -> None:
    """Write a Date by its number."""
    if writer.begin(value):
        writer.out += NUMBER.pack(tags.DATE, value.milliseconds)


def boxed(writer: Writer, value: Boxed) -> None:
    """Write a Number, String, Boolean or BigInt object."""
    if not writer.begin(value):
        return
    inner, out = value.value, writer.out
    if isinstance(inner, bool):
        out.append(tags.TRUE_OBJECT if inner else tags.FALSE_OBJECT)
    elif isinstance(inner, str):
        out.append(tags.STRING_OBJECT)
        writer.string(inner)
    elif isinstance(inner, BigInt):
        writer.bigint(int(inner), tags.BIGINT_OBJECT)
    else:
        out += NUMBER.pack(tags.NUMBER_OBJECT, inner)


def regexp(writer: Writer, value: JSRegExp) -> None:
    """Write a RegExp."""
    if writer.begin(value):
        writer.out.append(tags.REGEXP)
        writer.string(value.source)
        writer.uint(sum(tags.REGEXP_BITS[flag] for flag in value.flags))


def as_key(value: Any) -> Any:
    """Return *value* as a Map or a Set takes it in: minus zero is zero."""
    return 0 if type(value) is float and value == 0 else value


def set_(writer: Writer, value: set[Any] | frozenset[Any] | JSSet) -> None:
    """Write a Set, in the order in which it is iterated."""
    if not writer.begin(value):
        return
    writer.out.append(tags.SET)
    for member in value:
        try:
            writer.value(as_key(member))
        except Unwritable as unwritable:
            unwritable.path.append("{…}")
            raise
    writer.out.append(tags.END_SET)
    writer.uint(len(value))


def map_(writer: Writer, value: JSMap) -> None:
    """Write a Map."""
    if writer.begin(value):
        writer.map_body(value.items())


def js_array(writer: Writer, value: JSArray) -> None:
    """Write an array and its properties."""
    if not writer.begin(value):
        return
    properties = writer.ordered(value.properties)
    kinds = set(map(type, value))
    if HoleType in kinds:
        found = {i: item for i, item in enumerate(value) if item is not Hole}
        writer.sparse_body(len(value), found, properties)
    else:
        writer.dense_body(value, kinds, properties)


def sparse_array(writer: Writer, value: SparseArray) -> None:
    """Write an array that is mostly holes."""
    if not all(0 <= index < value.length for index in value.items):
        raise Unwritable(value, "an index beyond its length")
    if not 0 <= value.length <= tags.MAX_INDEX + 1:
        raise Unwritable(value, "longer than an array can be")
    if writer.begin(value):
        properties = writer.ordered(value.properties)
        writer.sparse_body(value.length, value.items, properties)


def array_buffer(writer: Writer, value: JSArrayBuffer) -> None:
    """Write an ArrayBuffer."""
    if not writer.begin(value):
        return
    size, most = len(value.data), value.max_byte_length
    if most is None:
        writer.out.append(tags.ARRAY_BUFFER)
        writer.uint(size)
    else:
        if size > most:
            raise Unwritable(value, "longer than its max_byte_length")
        writer.out.append(tags.RESIZABLE_BUFFER)
        writer.uint(size)
        writer.uint(most)
    writer.out += value.data


def error(writer: Writer, value: BaseException) -> None:
    """Write an Error."""
    if not writer.begin(value):
        return
    out = writer.out
    name, message, stack, cause = error_facts(value)
    out.append(tags.ERROR)
    if name in tags.ERROR_TAGS:
        out.append(tags.ERROR_TAGS[name])
    if message is not None:
        out.append(tags.ERROR_MESSAGE)
        writer.string(message)
    if stack is not None:
        out.append(tags.ERROR_STACK)
        writer.string(stack)
    if cause is not Undefined:
        out.append(tags.ERROR_CAUSE)
        try:
            writer.value(cause)
        except Unwritable as unwritable:
            unwritable.path.append(".cause")
            raise
    out.append(tags.ERROR_END)


def view(writer: Writer, value: Any) -> None:
    """Write a Buffer, a typed array or a DataView."""
    found = to_view(value)
    if found is None:
        raise Unwritable(value, "no typed array holds its elements")
    _host_view(writer, value, *found)


def _host_view(writer: Writer, owner: Any, kind: str, data: Any) -> None:
    if type(owner) is bytes and len(owner) <= 1:
        writer.begin_anonymous()
    elif not writer.begin(owner):
        return
    out = writer.out
    out.append(tags.HOST_OBJECT)
    out.append(0)
    out.append(tags.VIEW_NUMBERS[kind])
    writer.uint(len(data))
    out += data


def _numpy(writer: Writer, owner: Any, numbers: Any) -> None:
    """Write a NumPy array; one of several dimensions as arrays of arrays."""
    if numbers.dtype.kind not in "iuf":
        writer.array(numbers.tolist())
    elif numbers.ndim == 0:
        writer.value(numbers.item())
    elif numbers.ndim >= MANY_DIMENSIONS:
        writer.array(list(numbers))
    elif (found := to_view(numbers)) is None:
        raise Unwritable(owner, "no typed array holds its elements")
    else:
        _host_view(writer, owner, *found)


WRITERS: Final[dict[type, Callable[[Any, Any], None]]] = {
    HoleType: hole,
    datetime: date,
    JSDate: js_date,
    Boxed: boxed,
    JSRegExp: regexp,
    set: set_,
    frozenset: set_,
    JSSet: set_,
    JSMap: map_,
    JSArray: js_array,
    SparseArray: sparse_array,
    JSArrayBuffer: array_buffer,
    JSError: error,
    bytes: view,
    bytearray: view,
    memoryview: view,
    array: view,
    JSView: view,
}


def other(writer: Writer, value: Any) -> None:
    """Write a value of a type that is in no table: by what it derives from."""
    if not isinstance(value, Enum):
        for base in type(value).__mro__:
            known = writer.writers.get(base)
            if known is not None:
                known(writer, value)
                return
        if isinstance(value, BaseException):
            error(writer, value)
            return
        if (numbers := numpy_array(value)) is not None:
            _numpy(writer, value, numbers)
            return
    try:
        plain = plainer(value)
    except Unwritable:
        if (found := to_view(value)) is None:
            raise
        _host_view(writer, value, *found)
        return
    if type(plain) is dict:
        writer.mapping(plain, value)
    else:
        writer.value(plain)
