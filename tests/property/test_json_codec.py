"""Mode json: round trips, and the quick ways agree with the plain one."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from child_process.ipc import BadFrame, JsonCodec
from tests.property.values import joined, json_values, texts

PLAIN = JsonCodec(accelerate=False)
QUICK = JsonCodec(accelerate=True)
both = pytest.mark.parametrize("codec", [PLAIN, QUICK], ids=["plain", "quick"])

odd_floats = st.floats() | st.sampled_from([math.nan, math.inf])
odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | odd_floats
    | texts
    | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(texts | st.integers(), inner, max_size=4)
        | st.frozensets(texts, max_size=1)
    ),
    max_leaves=12,
)


@both
@given(value=json_values)
def test_a_value_comes_back_equal(codec: JsonCodec, value: Any) -> None:
    """What JSON has comes back equal; surrogates that are a pair, as one."""
    line = codec.encode(value)

    assert joined(value) == codec.decode(line)
    assert b"\n" not in line


@given(value=odd_values)
def test_text_is_json_for_any_parser(value: Any) -> None:
    """Neither way writes NaN, Infinity, undefined or an empty line."""
    for codec in (PLAIN, QUICK):
        text = codec.encode(value).decode()
        parsed = json.loads(text, parse_constant=pytest.fail)
        assert text
        assert parsed == PLAIN.decode(PLAIN.encode(value))


@given(
    block=st.lists(st.binary(max_size=12) | json_values.map(QUICK.encode), max_size=8)
)
def test_both_ways_read_the_same(block: list[bytes]) -> None:
    """Whatever the lines are, the quick and the plain way agree on them."""
    wire = b"".join(line.replace(b"\n", b"") + b"\n" for line in block)

    plain, plain_error = PLAIN.decode_lines(wire)
    quick, quick_error = QUICK.decode_lines(wire)

    assert repr(plain) == repr(quick)
    assert type(plain_error) is type(quick_error)


@both
@given(line=st.binary(max_size=30))
def test_garbage_is_a_bad_frame_or_a_value(codec: JsonCodec, line: bytes) -> None:
    """No line does worse than `BadFrame`."""
    values, error = codec.decode_lines(line.replace(b"\n", b"") + b"\n")

    assert len(values) + isinstance(error, BadFrame) == 1
