"""Values with a JavaScript of their own: strategies, and their source code."""

from __future__ import annotations

import json
import subprocess
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from child_process.ipc import (
    BigInt,
    Boxed,
    Hole,
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

HERE = Path(__file__).parent
MAX_SAFE = 2**53 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TYPED = {
    "b": "Int8Array",
    "h": "Int16Array",
    "H": "Uint16Array",
    "i": "Int32Array",
    "I": "Uint32Array",
    "f": "Float32Array",
    "d": "Float64Array",
    "q": "BigInt64Array",
    "Q": "BigUint64Array",
}


def number(x: float) -> float:
    """Return what JavaScript's number *x* is to us."""
    if x.is_integer() and abs(x) <= MAX_SAFE and not (x == 0 and str(x)[0] == "-"):
        return int(x)
    return x


def big(n: int) -> int:
    """Return what JavaScript's BigInt *n* is to us."""
    return n if abs(n) > MAX_SAFE else BigInt(n)


def set_of(members: Iterable[Any]) -> set[Any] | JSSet:
    """Return what JavaScript's Set of *members* is to us."""
    ordered = JSSet(members)
    try:
        plain = set(ordered)
    except TypeError:
        return ordered
    return plain if len(plain) == len(ordered) else ordered


def boxed(value: Any) -> Boxed:
    """Return the object that holds *value*."""
    return Boxed(value)


# Strategies

texts = st.one_of(
    st.text(max_size=12),
    st.text(alphabet=st.characters(max_codepoint=0xFF), max_size=12),
    st.text(alphabet="ab0123456789-.€\ud800\udc00😀", max_size=5),
    st.sampled_from(["0", "7", "10", "07", "4294967294", "4294967295", "__proto__x"]),
    st.text(alphabet="xyz", min_size=120, max_size=140),
).map(
    lambda text: text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "surrogatepass"
    )
)
safe_integers = st.one_of(
    st.integers(-200, 200),
    st.integers(-(2**31) - 2, 2**31 + 1),
    st.integers(-MAX_SAFE, MAX_SAFE),
)
floats = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([-0.0, 0.5, 1e-7, 1e21, 5e-324, 2.0**60]),
)
# What JavaScript would read as an int is one here too, so that types compare.
numbers = st.one_of(safe_integers, floats.map(number))
# What JSON.stringify spells so that it reads back as the same number.
plain_numbers = numbers.filter(
    lambda x: (x != 0 or str(x)[0] != "-") and not MAX_SAFE < abs(x) < 1e21
)
constants = st.sampled_from([None, True, False])


def json_like(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    """Return a strategy for what JSON has, with *numbers*."""
    return st.recursive(
        st.one_of(constants, numbers, texts),
        lambda inner: st.one_of(
            st.lists(inner, max_size=6),
            st.lists(numbers, max_size=6),
            st.dictionaries(texts, inner, max_size=6),
        ),
        max_leaves=20,
    )


json_values = json_like(numbers)
plain_json_values = json_like(plain_numbers)
moments = st.datetimes(timezones=st.just(UTC)).map(
    lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000)
)
views = st.one_of(
    st.binary(min_size=2, max_size=40),
    st.binary(max_size=40).map(bytearray),
    st.lists(st.integers(-128, 127), max_size=9).map(lambda x: array("b", x)),
    st.lists(st.integers(0, 65535), max_size=9).map(lambda x: array("H", x)),
    st.lists(st.integers(-(2**31), 2**31 - 1), max_size=9).map(lambda x: array("i", x)),
    st.lists(st.floats(width=32, allow_nan=False), max_size=9).map(
        lambda x: array("f", x)
    ),
    st.lists(st.floats(allow_nan=False), max_size=9).map(lambda x: array("d", x)),
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=9).map(lambda x: array("q", x)),
    st.lists(st.integers(0, 2**64 - 1), max_size=9).map(lambda x: array("Q", x)),
    st.binary(max_size=9).map(lambda x: JSView("Uint8ClampedArray", x)),
    st.binary(max_size=9).map(lambda x: JSView("DataView", x)),
    st.binary(max_size=9).map(lambda x: JSArrayBuffer(bytearray(x))),
    st.binary(max_size=9).map(lambda x: JSArrayBuffer(bytearray(x), 16)),
)
scalars = st.one_of(
    constants,
    numbers,
    texts,
    st.sampled_from([float("inf"), float("-inf")]),
    st.just(Undefined),
    st.integers(-(2**200), 2**200).map(big),
    moments,
    st.sampled_from([JSDate(8.64e15), JSDate(-8.64e15)]),
    views,
    st.builds(
        JSRegExp,
        st.sampled_from(["a+", "€", "[x-z]{2}", "(?<n>q)"]),
        st.sampled_from(["", "g", "gi", "dgimsuy", "v", "y"]),
    ),
    st.one_of(constants.filter(lambda x: x is not None), numbers, texts).map(boxed),
    st.integers(-(2**70), 2**70).map(lambda n: Boxed(BigInt(n))),
    st.frozensets(texts, max_size=4).map(set),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(numbers, max_size=6),
        st.lists(st.one_of(inner, st.just(Hole)), max_size=5),
        st.dictionaries(texts, inner, max_size=5),
        st.lists(st.tuples(inner, inner), max_size=4).map(JSMap),
        st.lists(inner, min_size=1, max_size=4).map(set_of),
        st.builds(
            JSArray,
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["a", "b", "-1"]), inner, min_size=1),
        ),
        st.dictionaries(st.integers(0, 99_999), inner, max_size=3).map(
            lambda items: SparseArray(100_000, items)
        ),
        st.builds(
            JSError,
            st.one_of(st.none(), texts),
            name=st.sampled_from(["Error", "TypeError", "RangeError", "URIError"]),
            stack=texts,
        ),
        inner.map(lambda x: [x, {"again": x}, x]),
    ),
    max_leaves=12,
)


@cache
def collect(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Return *count* values that *strategy* generates."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def gather(value: Any) -> None:
        found.append(value)

    gather()
    return found


# Source code


def source(value: Any) -> str:
    """Return a JavaScript expression for *value*.

    An object that comes again is the same object there: the expression is a
    function's, with a variable for every object.
    """
    writer = _Source()
    expression = writer.expression(value)
    lines = "".join(f"const {name} = {code};" for name, code in writer.lines)
    return f"(() => {{ {lines} return {expression}; }})()"


def string(text: str) -> str:
    """Return *text* as a JavaScript literal."""
    return json.dumps(text)


class _Source:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.names: dict[int, str] = {}

    def expression(self, value: Any) -> str:
        if value is None:
            return "null"
        if value is Undefined:
            return "undefined"
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, BigInt) or (
            isinstance(value, int) and abs(value) > MAX_SAFE
        ):
            return f"({int(value)}n)"
        if isinstance(value, int | float):
            return f"({value!r})".replace("inf", "Infinity")
        if isinstance(value, str):
            return string(value)
        if id(value) not in self.names:
            code = self.object(value)
            self.names[id(value)] = f"v{len(self.lines)}"
            self.lines.append((self.names[id(value)], code))
        return self.names[id(value)]

    def all(self, values: Iterable[Any]) -> str:
        return ", ".join(map(self.expression, values))

    def object(self, value: Any) -> str:  # noqa: C901, PLR0912 - a table
        if isinstance(value, JSArray):
            return f"P({self.array(list(value))}, {self.properties(value.properties)})"
        if isinstance(value, list):
            return self.array(value)
        if isinstance(value, dict):
            return self.properties(value)
        if isinstance(value, SparseArray):
            items = self.properties({str(k): v for k, v in value.items.items()})
            return f"P(new Array({value.length}), {items})"
        if isinstance(value, JSMap):
            return f"new Map([{', '.join(f'A({self.all(e)})' for e in value.items())}])"
        if isinstance(value, set | JSSet):
            return f"new Set(A({self.all(value)}))"
        if isinstance(value, bytes):
            return f"Buffer.from([{self.all(value)}])"
        if isinstance(value, bytearray):
            return f"new Uint8Array([{self.all(value)}])"
        if isinstance(value, array):
            n = "n" if value.typecode in "qQ" else ""
            items = ", ".join(f"{x!r}{n}".replace("inf", "Infinity") for x in value)
            return f"new {TYPED[value.typecode]}([{items}])"
        if isinstance(value, JSView):
            data = f"new Uint8Array([{self.all(value.data)}])"
            if value.kind == "DataView":
                return f"new DataView({data}.buffer)"
            return f"new {value.kind}({data})"
        if isinstance(value, JSArrayBuffer):
            data = f"new Uint8Array([{self.all(value.data)}]).buffer"
            if value.max_byte_length is None:
                return data
            most = value.max_byte_length
            return (
                f"(b => {{ const r = new ArrayBuffer(b.byteLength, {{maxByteLength: "
                f"{most}}}); new Uint8Array(r).set(new Uint8Array(b)); return r; }})({data})"
            )
        if isinstance(value, datetime):
            delta = value - EPOCH
            ms = (
                delta.days * 86400 + delta.seconds
            ) * 1000 + delta.microseconds // 1000
            return f"new Date({ms})"
        if isinstance(value, JSDate):
            return f"new Date({value.milliseconds!r})"
        if isinstance(value, JSRegExp):
            return f"new RegExp({string(value.source)}, {string(value.flags)})"
        if isinstance(value, Boxed):
            return f"Object({self.expression(value.value)})"
        if isinstance(value, JSError):
            message = "undefined" if value.message is None else string(value.message)
            return f"E({value.name}, {message}, {string(value.stack or '')}, [])"
        raise AssertionError(type(value))

    def properties(self, value: dict[str, Any]) -> str:
        """An object literal; a computed name is never a prototype."""
        inner = ", ".join(
            f"[{string(k)}]: {self.expression(v)}" for k, v in value.items()
        )
        return f"{{{inner}}}"

    def array(self, value: list[Any]) -> str:
        if any(item is Hole for item in value):
            items = {str(i): v for i, v in enumerate(value) if v is not Hole}
            return f"P(new Array({len(value)}), {self.properties(items)})"
        plain = (int, float)
        if all(
            (type(x) in plain and abs(x) <= MAX_SAFE) or type(x) is float for x in value
        ):
            return f"[{self.all(value)}]"
        return f"A({self.all(value)})"


def ask_oracle(cases: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return what Node says of *cases*, all in one process."""
    done = subprocess.run(
        ["node", str(HERE / "oracle.js")],
        input=json.dumps(cases),
        capture_output=True,
        check=False,
        text=True,
        timeout=50,
    )
    assert 0 == done.returncode, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
