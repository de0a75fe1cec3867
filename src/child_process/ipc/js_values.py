"""Python stand-ins for what only JavaScript has.

Layer: protocol. Pure; imports `frozen` only.

They arrive in mode ``advanced`` where no Python type means the same, and may
be sent to say precisely which JavaScript value is meant. All of them compare
by what they hold and pickle; those without contents that may change are
frozen. ``docs/reference/wire-format.md`` has the whole table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSet
from reprlib import recursive_repr
from typing import Any, Final, TypeAlias, final

from child_process.ipc.frozen import Frozen, Record

__all__ = [
    "BigInt",
    "Boxed",
    "Hole",
    "HoleType",
    "JSArray",
    "JSArrayBuffer",
    "JSDate",
    "JSError",
    "JSMap",
    "JSRegExp",
    "JSSet",
    "JSView",
    "SparseArray",
    "Undefined",
    "UndefinedType",
]

REGEXP_FLAGS: Final = "dgimsuvy"

# Typed arrays that no `array.array` can hold, and the size of their elements.
VIEW_SIZES: Final = {"Uint8ClampedArray": 1, "DataView": 1, "Float16Array": 2}


class _Only:
    """A value of which there is one; its repr is its name."""

    __slots__ = ()
    _name = ""

    def __repr__(self) -> str:
        return self._name

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return self._name  # pickle and copy: the one of this module


@final
class UndefinedType(_Only):
    """The type of `Undefined`."""

    __slots__ = ()
    _name = "Undefined"


@final
class HoleType(_Only):
    """The type of `Hole`."""

    __slots__ = ()
    _name = "Hole"


Undefined: Final = UndefinedType()
"""JavaScript's ``undefined``; None is its ``null``."""

Hole: Final = HoleType()
"""An index that an array does not have: the middle of ``[1, , 3]``."""


class BigInt(int):
    """An int that is a BigInt in JavaScript, however small: ``5n``.

    Ints beyond 2**53 - 1 are BigInts anyway.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"BigInt({int(self)})"


class Boxed(Frozen):
    """A Number, String, Boolean or BigInt *object*: ``new Number(1)``."""

    value: bool | float | str


class JSDate(Frozen):
    """A Date that `datetime` cannot hold: an invalid one, or a far year.

    Attributes:
        milliseconds: Since 1970 in UTC; NaN is JavaScript's *Invalid Date*.
    """

    milliseconds: float


class JSRegExp(Frozen):
    """A RegExp. Not compiled: the two languages' patterns differ.

    Attributes:
        source: What stands between the slashes.
        flags: Letters of ``dgimsuvy``, in that order.

    Raises:
        ValueError: There is no such flag, or one comes twice or out of order.
    """

    source: str
    flags: str = ""

    def __init__(self, source: str, flags: str = "") -> None:
        super().__init__(source, flags)
        if self.flags != "".join(c for c in REGEXP_FLAGS if c in self.flags):
            msg = f"flags {self.flags!r}: expected some of {REGEXP_FLAGS}, in order"
            raise ValueError(msg)


class JSView(Frozen):
    """A typed array or view without a counterpart in Python.

    Attributes:
        kind: ``Uint8ClampedArray``, ``DataView``, or ``Float16Array`` (which
            Node has from 24 on).
        data: Its bytes, little-endian.

    Raises:
        ValueError: There is no such kind, or the bytes do not fill it.
    """

    kind: str
    data: bytes

    def __init__(self, kind: str, data: bytes) -> None:
        super().__init__(kind, data)
        size = VIEW_SIZES.get(self.kind)
        if size is None or len(self.data) % size:
            msg = f"{self.kind} of {len(self.data)} bytes"
            raise ValueError(msg)


class JSArrayBuffer(Record):
    """An ArrayBuffer: bytes that are no Buffer and no typed array.

    Attributes:
        data: The bytes.
        max_byte_length: Up to which it may grow; None is an ordinary one.
    """

    data: bytearray
    max_byte_length: int | None = None


class JSArray(list[Any]):
    """A list that has properties besides, as the result of ``exec()`` has.

    Attributes:
        properties: By name, in order.
    """

    def __init__(
        self, items: Iterable[Any] = (), properties: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(items)
        self.properties: dict[str, Any] = dict(properties or {})

    def __eq__(self, other: object) -> bool:
        mine, its = self.properties, getattr(other, "properties", {})
        return list.__eq__(self, other) is True and mine == its

    def __ne__(self, other: object) -> bool:
        return not self == other  # list has one of its own

    __hash__ = None

    @recursive_repr()
    def __repr__(self) -> str:
        return f"JSArray({list.__repr__(self)}, {self.properties!r})"


class SparseArray(Record):
    """An array with so many holes that a list would be mostly holes.

    Attributes:
        length: JavaScript's ``length``, at most 2**32 - 1.
        items: What is there, by index.
        properties: By name.
    """

    length: int
    items: dict[int, Any]
    properties: dict[str, Any]

    def __init__(
        self,
        length: int,
        items: dict[int, Any] | None = None,
        properties: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(length, items or {}, properties or {})


class JSError(Exception):
    """An Error that came over a channel, with what JavaScript knows of it.

    It is a Python exception, so it can be raised; nothing raises it by itself.

    Attributes:
        message: None is an Error without one.
        name: ``Error``, ``TypeError`` …: one of JavaScript's own.
        stack: Its trace, with name and message in the first line; or None.
        cause: Any value at all; `Undefined` is none.
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        name: str = "Error",
        stack: str | None = None,
        cause: Any = Undefined,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.name = name
        self.stack = stack
        self.cause = cause
        if isinstance(cause, BaseException):
            self.__cause__: BaseException | None = cause

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.message else self.name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, JSError):
            return NotImplemented
        return self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash((self.name, self.message))

    def _facts(self) -> tuple[Any, ...]:
        return self.message, self.name, self.stack, self.cause


_Token: TypeAlias = Any


def _token(value: Any) -> _Token:
    """Return what makes *value* a key of its own, to JavaScript.

    1 and 1.0 are one number, and NaN is itself; True is not 1, and 1n is not
    either; everything but primitives is a key by identity.
    """
    kind = type(value)
    if kind is str:
        return value
    if kind is int or kind is float:
        return ("number", "NaN") if value != value else ("number", value)  # noqa: PLR0124 - NaN only
    if kind is bool or kind is BigInt:
        return kind, int(value)
    if value is None or kind is UndefinedType:
        return kind, None
    return "object", id(value)


class JSMap(MutableMapping[Any, Any]):
    """A Map: in order, with any keys, told apart as JavaScript does.

    A list or a dict is a key by identity: ``m[key]`` finds only the same one.
    It equals a dict with the same items, where the keys allow that.
    """

    __slots__ = ("_entries",)

    def __init__(
        self, items: Mapping[Any, Any] | Iterable[tuple[Any, Any]] = ()
    ) -> None:
        self._entries: dict[_Token, tuple[Any, Any]] = {}
        for key, value in items.items() if isinstance(items, Mapping) else items:
            self[key] = value

    def __getitem__(self, key: Any) -> Any:
        try:
            return self._entries[_token(key)][1]
        except KeyError:
            raise KeyError(key) from None

    def __setitem__(self, key: Any, value: Any) -> None:
        token = _token(key)
        first = self._entries.get(token)
        self._entries[token] = (key if first is None else first[0], value)

    def __delitem__(self, key: Any) -> None:
        try:
            del self._entries[_token(key)]
        except KeyError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[Any]:
        return (key for key, _ in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, JSMap):
            return list(self._entries.values()) == list(other._entries.values())
        if not isinstance(other, Mapping):
            return NotImplemented
        try:
            mine = dict(self._entries.values())
        except TypeError:  # a key that no dict can have
            return False
        return len(mine) == len(self) and mine == other

    __hash__ = None  # type: ignore[assignment]  # as Python has it: what changes has no hash

    @recursive_repr()
    def __repr__(self) -> str:
        return f"JSMap({list(self._entries.values())!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return JSMap, (list(self._entries.values()),)


class JSSet(MutableSet[Any]):
    """A Set whose members no Python set can hold, or not side by side.

    In order; members are told apart as the keys of a `JSMap` are.
    """

    __slots__ = ("_members",)

    def __init__(self, members: Iterable[Any] = ()) -> None:
        self._members: dict[_Token, Any] = {}
        for member in members:
            self.add(member)

    def add(self, value: Any) -> None:
        """Add *value*, at the end, if it is not there."""
        self._members.setdefault(_token(value), value)

    def discard(self, value: Any) -> None:
        """Take *value* out, if it is there."""
        self._members.pop(_token(value), None)

    def __contains__(self, value: object) -> bool:
        return _token(value) in self._members

    def __iter__(self) -> Iterator[Any]:
        return iter(self._members.values())

    def __len__(self) -> int:
        return len(self._members)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, JSSet):
            return list(self) == list(other)
        return MutableSet.__eq__(self, other)

    __hash__ = None  # type: ignore[assignment]  # as Python has it: what changes has no hash

    @recursive_repr()
    def __repr__(self) -> str:
        return f"JSSet({list(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return JSSet, (list(self),)
