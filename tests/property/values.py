"""Strategies for what travels, and what it is when it comes back."""

from __future__ import annotations

from array import array
from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from child_process.ipc import (
    BigInt,
    Boxed,
    Hole,
    JSArrayBuffer,
    JSDate,
    JSError,
    JSMap,
    JSRegExp,
    JSView,
    Undefined,
)

texts = st.text(st.characters(), max_size=10) | st.sampled_from(["0", "7", "\ud800"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    texts,
)
json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        texts,
    ),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5)
    ),
    max_leaves=20,
)
objects = st.one_of(
    st.just(Undefined),
    st.integers(-(2**53) + 1, 2**53 - 1).map(BigInt),
    st.binary(max_size=20),
    st.binary(max_size=20).map(bytearray),
    st.lists(st.integers(-9, 9), max_size=5).map(lambda x: array("i", x)),
    st.lists(st.floats(allow_nan=False), max_size=5).map(lambda x: array("d", x)),
    st.binary(max_size=9).map(lambda x: JSView("DataView", x)),
    st.binary(max_size=9).map(lambda x: JSArrayBuffer(bytearray(x))),
    st.datetimes(timezones=st.just(UTC)).map(
        lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000)
    ),
    st.just(JSDate(9e15)),
    st.builds(JSRegExp, texts, st.sampled_from(["", "gi", "dsv"])),
    st.builds(Boxed, st.booleans() | texts | st.integers(-9, 9)),
    st.frozensets(texts, max_size=4).map(set),
)
values = st.recursive(
    scalars | objects,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(inner | st.just(Hole), max_size=5),
        st.dictionaries(texts, inner, max_size=5),
        st.lists(st.tuples(inner, inner), max_size=3).map(JSMap),
        st.builds(JSError, st.none() | texts, stack=texts, cause=inner),
    ),
    max_leaves=15,
)


def joined(value: Any) -> Any:
    """Return *value* with surrogates paired, as UTF-16 and JSON have them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if isinstance(value, list):
        return [joined(item) for item in value]
    if isinstance(value, dict):
        return {joined(name): joined(item) for name, item in value.items()}
    return value


__all__ = ["joined", "json_values", "objects", "scalars", "texts", "values"]
