r"""Mode ``json``: a frame to a value and back.

Layer: protocol. No socket, no clock, no event loop; imports `errors`, the
stand-ins and the framing only.

Text is what Node's ``JSON.stringify`` writes, but for the spelling of floats
(``1.0``, ``1e-05``): no spaces, nothing escaped that need not be, a lone
surrogate as ``\udXXX``; NaN and the infinities are ``null``.

Two ways lead there. The quick one is compiled code, `orjson` and `msgspec`
where they are installed and the standard library's ``_json`` where not, with
`_stand_in` for the types that JSON does not know. Whatever it refuses goes the
plain way: `_plain` walks the value, and finds the path to what does not travel.

=============  ==============================================================
dependency     what it refuses, so that the standard library does it
=============  ==============================================================
orjson         lone surrogates; ints beyond 64 bits; names that are no strings
msgspec        lone surrogates; invalid UTF-8; numbers beyond a double
=============  ==============================================================

orjson only writes and msgspec only reads: orjson reads an int beyond 64 bits
as a float, without a word, and msgspec writes bytes and sets its own way.
Measured in ``docs/reference/wire-format.md``. Importing either costs about
what it saves in five thousand messages or so: that is when it is done.
"""

from __future__ import annotations

import json
import sys
from array import array
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

from child_process.ipc.errors import BadFrame, NotSerializable
from child_process.ipc.js_values import HoleType, Undefined, UndefinedType
from child_process.ipc.python_values import (
    Unwritable,
    error_facts,
    milliseconds,
    plainer,
)
from child_process.ipc.v8_views import bytes_like, numpy_array

if TYPE_CHECKING:
    from collections.abc import Callable

    _Writer = Callable[..., bytes]

__all__ = ["JsonCodec"]

WORTH_AN_IMPORT: Final = 1024 * 1024
MESSAGE_COSTS: Final = 128  # what a message costs besides its bytes, in bytes
NAMES: Final[dict[bool | None, str]] = {True: "true", False: "false", None: "null"}
INFINITY: Final = float("inf")


class JsonCodec:
    """Text of one line to a value and back.

    Args:
        accelerate: Use `orjson` and `msgspec` where they are installed: at
            once, never, or (None) once the messages have been worth it.
    """

    mode: Final = "json"

    def __init__(self, *, accelerate: bool | None = None) -> None:
        self._dumps: _Writer = _dumps
        self._lines: Callable[[bytes], list[Any]] = _lines
        # Bytes to go until an import is worth it.
        self._credit_out = self._credit_in = WORTH_AN_IMPORT
        self._options = 0
        if accelerate is None:
            self._dumps, self._lines = self._dumps_at_first, self._lines_at_first
        if accelerate or (accelerate is None and "orjson" in sys.modules):
            self._accelerate_out()
        if accelerate or (accelerate is None and "msgspec" in sys.modules):
            self._accelerate_in()

    def encode(self, value: Any) -> bytes:
        """Return *value* as text, without the newline.

        Raises:
            NotSerializable: Part of it does not travel in mode ``json``.
        """
        return self.frame(value)[:-1]

    def frame(self, value: Any) -> bytes:
        """Return *value* as a line: text, and a newline.

        Raises:
            NotSerializable: Part of it does not travel in mode ``json``.
        """
        dumps = self._dumps  # CPython 3.11 is slower to call what is no method
        try:
            # The sum is a copy, and that is good: orjson cuts its text to size
            # from a kilobyte, and a row of those kept takes malloc 2 us each.
            return dumps(value, _stand_in, self._options) + b"\n"
        except (TypeError, ValueError, RecursionError, Unwritable):
            return _encode_plainly(value) + b"\n"

    def decode(self, line: bytes) -> Any:
        """Return the value of *line*, without its newline.

        Raises:
            BadFrame: It is no JSON. Any other exception is a bug.
        """
        values, error = self.decode_lines(line + b"\n")
        if error is not None:
            raise error
        return values[0] if len(values) == 1 else _not_json("more than one line")

    def decode_lines(self, block: bytes) -> tuple[list[Any], BadFrame | None]:
        """Return the values of *block*, whole lines with their newlines.

        And what is wrong with the first line that has none, or None.
        """
        values: list[Any] | None
        try:
            values = self._lines(block)
        except Exception:  # noqa: BLE001 - the plain way says what is wrong
            values = None
        # Here, where the exception and what it holds are gone: it may be large.
        # Other counts mean an empty line, or a value over several.
        if values is None or len(values) != block.count(b"\n"):
            return _one_by_one(block)
        return values, None

    def _dumps_at_first(self, value: Any, *_: Any) -> bytes:
        """Write *value*, and see whether an import has become worth it."""
        text = _dumps(value)
        self._credit_out -= len(text) + MESSAGE_COSTS
        if self._credit_out < 0:
            self._accelerate_out()
        return text

    def _lines_at_first(self, block: bytes) -> list[Any]:
        """Read *block*, likewise."""
        self._credit_in -= len(block) + MESSAGE_COSTS * block.count(b"\n")
        if self._credit_in < 0:
            self._accelerate_in()
            return self._lines(block)
        return _lines(block)

    def _accelerate_out(self) -> None:
        self._dumps = _dumps
        try:
            import orjson
        except ImportError:
            return
        self._dumps = orjson.dumps
        self._options = (
            orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
        )

    def _accelerate_in(self) -> None:
        self._lines = _lines
        try:
            import msgspec
        except ImportError:
            return
        self._lines = msgspec.json.Decoder().decode_lines


# Writing, the quick way


def _stand_in(value: Any) -> Any:
    """Return what *value*, of a type JSON does not know, travels as.

    Raises:
        Unwritable: It does not travel.
    """
    if isinstance(value, tuple | set | frozenset):  # derived tuples: orjson asks
        return list(value)
    if isinstance(value, float):  # derived ones, likewise
        return float(value)
    if (data := bytes_like(value)) is not None:
        return {"type": "Buffer", "data": list(data)}
    if isinstance(value, array | memoryview):
        return value.tolist()
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, BaseException):
        name, message, stack, _ = error_facts(value)
        return {"name": name, "message": message, "stack": stack}
    if isinstance(value, HoleType):
        return None
    return plainer(value) if (it := numpy_array(value)) is None else it.tolist()


def _iso(moment: datetime) -> str:
    """Return *moment* as JavaScript's ``toISOString`` has it."""
    moment = moment.astimezone(UTC)
    thousandths = milliseconds(moment) % 1000
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{thousandths:03d}Z".rjust(24, "0")


def _make_writer() -> _Writer:
    """Return what writes text by the standard library's encoder, set up once.

    It is called as `orjson.dumps` is, which may take its place at any time.
    """
    encoder = json.JSONEncoder(
        ensure_ascii=False,
        allow_nan=False,
        check_circular=False,
        separators=(",", ":"),
        default=_stand_in,
    )
    encode: Callable[[Any], str] = encoder.encode
    try:
        from _json import encode_basestring, make_encoder

        chunks = make_encoder(
            None, _stand_in, encode_basestring, None, ":", ",", *(False,) * 3
        )
        "".join(chunks([""], 0))
    except (ImportError, TypeError):  # no CPython, or one that changed it
        pass
    else:

        def quick(value: Any) -> str:
            return "".join(chunks(value, 0))

        encode = quick

    def text(value: Any, *_: Any) -> bytes:
        # Only a lone surrogate is no UTF-8, and its \udXXX is JSON.
        return encode(value).encode("utf-8", "backslashreplace")

    return text


_dumps: Final[_Writer] = _make_writer()


# Writing, the plain way


def _encode_plainly(value: Any) -> bytes:
    try:
        return _dumps(_plain(value, set()))
    except Unwritable as unwritable:
        where = unwritable.where()
        raise NotSerializable(unwritable.kind, where, unwritable.reason) from None
    except RecursionError:
        reason = "nested too deeply"
    except ValueError:  # int to text: over `sys.get_int_max_str_digits`
        reason = "an int of too many digits in it"
    raise NotSerializable(type(value).__qualname__, "message", reason)


def _plain(value: Any, within: set[int]) -> Any:
    """Return *value* in terms of what JSON has and nothing else."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float):
        return value if -INFINITY < value < INFINITY else None
    if isinstance(value, int):
        return value
    if isinstance(value, UndefinedType):
        raise Unwritable(value, "undefined is no message")
    if id(value) in within:
        raise Unwritable(value, "it holds itself: use mode advanced")
    within.add(id(value))
    if isinstance(value, dict):
        result: Any = _plain_object(value, within)
    elif isinstance(value, list | tuple):
        result = _plain_array(value, within)
    else:
        result = _plain(_stand_in(value), within)
    within.discard(id(value))
    return result


def _plain_object(value: dict[Any, Any], within: set[int]) -> dict[str, Any]:
    result = {}
    for name, item in value.items():
        if item is Undefined:
            continue  # as JSON.stringify does
        try:
            result[_plain_name(name)] = _plain(item, within)
        except Unwritable as unwritable:
            unwritable.path.append(f"[{name!r:.50}]")
            raise
    return result


def _plain_array(value: list[Any] | tuple[Any, ...], within: set[int]) -> list[Any]:
    result = []
    for index, item in enumerate(value):
        try:
            result.append(None if item is Undefined else _plain(item, within))
        except Unwritable as unwritable:
            unwritable.path.append(f"[{index}]")
            raise
    return result


def _plain_name(name: Any) -> str:
    """Return a property's name: numbers and constants as their text."""
    if isinstance(name, str):
        return name
    if name is None or isinstance(name, bool):
        return NAMES[name]
    if isinstance(name, int):
        return int.__repr__(name)
    if isinstance(name, float):
        return float.__repr__(name)
    raise Unwritable(name, "the name of a property is a string or a number")


# Reading


def _no_constant(name: str) -> NoReturn:
    _not_json(f"{name} is no JSON")


def _not_json(reason: str) -> NoReturn:
    raise BadFrame(f"not JSON: {reason}")


_decoder: Final = json.JSONDecoder(parse_constant=_no_constant)


_scan: Final[Callable[[str, int], tuple[Any, int]]] = vars(_decoder)["scan_once"]


def _lines(block: bytes) -> list[Any]:
    """Return the values of *block*, one a line; any exception means otherwise."""
    text = block.decode()
    scan = _scan
    values = []
    start, size = 0, len(text)
    while start < size:
        value, start = scan(text, start)
        values.append(value)
        if text[start] != "\n":
            _not_json("more after the value")
        start += 1
    return values


def _one_by_one(block: bytes) -> tuple[list[Any], BadFrame | None]:
    """Return what `JsonCodec.decode_lines` does, a line at a time."""
    values = []
    start = 0
    view = memoryview(block)  # a line may be as large as the limit: no copies
    while start < len(block):
        end = block.index(b"\n", start)
        # Node reads what is no UTF-8 as U+FFFD.
        line = str(view[start:end], "utf-8", "replace")
        start = end + 1
        try:
            values.append(_decoder.decode(line))
        except BadFrame as error:
            return values, error
        except RecursionError:
            return values, BadFrame("nested too deeply")
        except json.JSONDecodeError as error:
            return values, BadFrame(f"not JSON: {error.msg} at {error.pos}")
        except ValueError:  # int: over `sys.get_int_max_str_digits`
            return values, BadFrame("an integer of too many digits")
    return values, None
