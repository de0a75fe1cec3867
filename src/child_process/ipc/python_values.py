"""Python values that neither wire format knows, as ones that both know.

Layer: protocol. Pure; imports `js_values` only.

One step at a time: what comes back may hold such values again. Both codecs
use it, so that a dataclass, an enum or a mapping is the same thing in both.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

from child_process.ipc.js_values import (
    Boxed,
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

__all__ = ["Unwritable", "error_facts", "milliseconds", "plainer"]


class Unwritable(Exception):
    """A value that does not travel; the codec makes it a `NotSerializable`.

    *path* grows on the way out: the innermost step comes first.
    """

    def __init__(self, value: Any, reason: str) -> None:
        super().__init__(value, reason)
        self.kind: str = type(value).__qualname__
        self.reason = reason
        self.path: list[str] = []

    def where(self) -> str:
        """Return the path from the message to the value."""
        return "message" + "".join(reversed(self.path))


# Dataclasses and mappings, some of them, but not to be sent as such.
ADVANCED: Final = (
    JSArrayBuffer,
    JSDate,
    JSMap,
    JSRegExp,
    JSSet,
    JSView,
    SparseArray,
)

JS_NAMES: Final[dict[type[BaseException], str]] = {
    TypeError: "TypeError",
    SyntaxError: "SyntaxError",
    NameError: "ReferenceError",
    IndexError: "RangeError",
    OverflowError: "RangeError",
}


def plainer(value: Any) -> Any:
    """Return what *value* travels as, in either mode.

    ======================  =================================================
    an enum's member        its value
    a `Boxed` value         what is in the box (mode ``json``)
    a dataclass's instance  a dict of its fields
    a mapping               a dict
    a UUID                  its text
    a NumPy scalar          the number, or the text, that it is
    ======================  =================================================

    Raises:
        Unwritable: It is none of these.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Boxed):
        return value.value
    if isinstance(value, ADVANCED):
        raise Unwritable(value, "only mode advanced has it")
    kind = type(value)
    fields = getattr(kind, "__dataclass_fields__", None)
    if fields is not None:
        # ClassVars and InitVars are among them, but are no fields.
        return {
            name: getattr(value, name)
            for name, field in fields.items()
            if field._field_type.name == "_FIELD"  # noqa: SLF001 - without importing dataclasses
        }
    if isinstance(value, Mapping):
        return dict(value)
    # Whoever has such a value has imported its module.
    uuid = sys.modules.get("uuid")
    if uuid is not None and isinstance(value, uuid.UUID):
        return str(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        item = value.item()
        if type(item) is not kind and not isinstance(item, numpy.generic):
            return item
    raise Unwritable(value, _advice(value))


def milliseconds(moment: datetime) -> int:
    """Return *moment* as JavaScript counts: whole milliseconds since 1970, UTC.

    A naive one is local time, as for `datetime.timestamp`. Rounded down.
    """
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def error_facts(error: BaseException) -> tuple[str, str | None, str | None, Any]:
    """Return the name, the message, the stack and the cause of *error*.

    The name is one that JavaScript has; the stack begins with Python's own.
    """
    if isinstance(error, JSError):
        return error.name, error.message, error.stack, error.cause
    import traceback

    message = str(error)
    name = type(error).__qualname__
    lines = traceback.format_exception(error, chain=False)
    stack = f"{name}: {message}\n{''.join(lines)}".rstrip()
    cause = Undefined if error.__cause__ is None else error.__cause__
    return _js_name(error), message, stack, cause


def _js_name(error: BaseException) -> str:
    """Return the nearest of JavaScript's own errors."""
    for kind, name in JS_NAMES.items():
        if isinstance(error, kind):
            return name
    return "Error"


def _advice(value: Any) -> str:
    """Return what to do about *value*, which does not travel."""
    if callable(value):
        return "functions and classes do not travel"
    return "it has no form on the wire: send a str, a number, a list or a dict of it"
