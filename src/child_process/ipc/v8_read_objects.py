"""Read the objects of V8's structured clone that are no dicts and no lists.

Layer: protocol. No socket, no clock, no event loop; imports `errors`, the
stand-ins and the tags only.

Each function is called by `v8_reader` with the tag behind it. Each object is
entered into ``objects`` in the order in which V8 numbers them: when it begins.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from child_process.ipc import v8_tags as tags
from child_process.ipc.errors import bad
from child_process.ipc.js_values import (
    BigInt,
    Boxed,
    JSArrayBuffer,
    JSDate,
    JSError,
    JSMap,
    JSRegExp,
    JSSet,
)
from child_process.ipc.v8_views import from_view

if TYPE_CHECKING:
    from child_process.ipc.v8_reader import Reader

__all__: list[str] = []

T = TypeVar("T")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
VIEW_FLAGS_SINCE: Final = 14
REGEXP_ALL: Final = sum(tags.REGEXP_BITS.values())


def _enter(reader: Reader, value: T) -> T:
    reader.objects.append(value)
    return value


def date(reader: Reader) -> datetime | JSDate:
    """Read a Date: in UTC, or as `JSDate` if no `datetime` is it."""
    milliseconds = reader.number()
    moment: datetime | JSDate
    try:
        moment = EPOCH + timedelta(milliseconds=milliseconds)
    except (OverflowError, ValueError):  # NaN, or a year beyond 1 to 9999
        moment = JSDate(milliseconds)
    return _enter(reader, moment)


def true_object(reader: Reader) -> Boxed:
    """Read ``new Boolean(true)``."""
    return _enter(reader, Boxed(value=True))


def false_object(reader: Reader) -> Boxed:
    """Read ``new Boolean(false)``."""
    return _enter(reader, Boxed(value=False))


def number_object(reader: Reader) -> Boxed:
    """Read ``new Number(…)``."""
    return _enter(reader, Boxed(reader.double()))


def bigint_object(reader: Reader) -> Boxed:
    """Read ``Object(5n)``: a `BigInt` inside, whatever its size."""
    return _enter(reader, Boxed(BigInt(reader.bigint())))


def string_object(reader: Reader) -> Boxed:
    """Read ``new String(…)``."""
    return _enter(reader, Boxed(reader.string()))


def regexp(reader: Reader) -> JSRegExp:
    """Read a RegExp."""
    source = reader.string()
    bits = reader.uint()
    if bits & ~REGEXP_ALL:
        bad("a RegExp with unknown flags")
    flags = "".join(flag for flag, bit in tags.REGEXP_BITS.items() if bits & bit)
    return _enter(reader, JSRegExp(source, flags))


def map_(reader: Reader) -> JSMap:
    """Read a Map."""
    result = _enter(reader, JSMap())
    reader.enter()
    count = 0
    while reader.data[reader.pos] != tags.END_MAP:
        key = reader.value()
        result[key] = reader.value()
        count += 2
    reader.pos += 1
    reader.leave()
    if reader.uint() != count:
        bad("a wrong number of entries")
    return result


def set_(reader: Reader) -> set[Any] | JSSet:
    """Read a Set: a `set` where the members can stand in one side by side."""
    number = len(reader.objects)
    members = _enter(reader, JSSet())
    reader.enter()
    count = 0
    while reader.data[reader.pos] != tags.END_SET:
        members.add(reader.value())
        count += 1
    reader.pos += 1
    reader.leave()
    if reader.uint() != count:
        bad("a wrong number of members")
    try:
        result = set(members)
    except TypeError:
        return members
    if len(result) != count:  # 1 and true are one, to Python
        return members
    reader.objects[number] = result
    return result


def array_buffer(reader: Reader) -> Any:
    """Read an ArrayBuffer, or a view that V8 wrote with its buffer."""
    buffer = JSArrayBuffer(bytearray(reader.take(reader.uint())))
    return _maybe_view(reader, _enter(reader, buffer))


def resizable_buffer(reader: Reader) -> Any:
    """Read an ArrayBuffer that may grow, or a view of one."""
    length, most = reader.uint(), reader.uint()
    if length > most:
        bad("a buffer longer than it can be")
    buffer = JSArrayBuffer(bytearray(reader.take(length)), most)
    return _maybe_view(reader, _enter(reader, buffer))


def _maybe_view(reader: Reader, buffer: JSArrayBuffer) -> Any:
    """Return *buffer*, or the view of it that follows."""
    if reader.data[reader.pos : reader.pos + 1] != bytes((tags.BUFFER_VIEW,)):
        return buffer
    reader.pos += 1
    kind = tags.VIEW_LETTERS.get(reader.take(1)[0])
    start, length = reader.uint(), reader.uint()
    if reader.version >= VIEW_FLAGS_SINCE:
        reader.uint()  # whether it tracks the buffer's length: a copy does not
    if kind is None or start + length > len(buffer.data):
        bad("a view beyond its buffer, or of an unknown kind")
    return _enter(reader, _view(kind, bytes(buffer.data[start : start + length])))


def _view(kind: str, data: bytes) -> Any:
    try:
        return from_view(kind, data)
    except ValueError:
        return bad("a view that its bytes do not fill")


def host_object(reader: Reader) -> Any:
    """Read what Node writes itself: a view, or a copy of an object of its own."""
    number = len(reader.objects)
    reader.objects.append(None)  # not to be referred to before it is whole
    form = reader.uint()
    if form == 0:
        kind, size = reader.uint(), reader.uint()
        if kind >= len(tags.VIEWS):
            bad("a view of an unknown kind")
        value = _view(tags.VIEWS[kind], reader.take(size))
    elif form == 1:
        reader.enter()
        value = reader.value()
        reader.leave()
    else:
        bad("a host object of an unknown kind")
    reader.objects[number] = value
    return value


def error(reader: Reader) -> JSError:
    """Read an Error; in any order of its parts, as Node 20 writes another."""
    result = _enter(reader, JSError())
    reader.enter()
    data = reader.data
    while (tag := data[reader.pos]) != tags.ERROR_END:
        reader.pos += 1
        if tag in tags.ERROR_NAMES:
            result.name = tags.ERROR_NAMES[tag]
        elif tag == tags.ERROR_MESSAGE:
            result.message = reader.string()
        elif tag == tags.ERROR_STACK:
            result.stack = reader.string()
        elif tag == tags.ERROR_CAUSE:
            result.cause = reader.value()
        else:
            bad("an Error with an unknown part")
    reader.pos += 1
    reader.leave()
    result.args = (result.message,)
    if isinstance(result.cause, BaseException):
        result.__cause__ = result.cause
    return result
