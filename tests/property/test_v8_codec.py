"""V8's format: round trips, garbage, and another implementation's opinion."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from child_process.ipc import BadFrame, V8Codec
from child_process.ipc import v8_tags as tags
from tests.property.values import joined, json_values, values

CODEC = V8Codec()


@given(value=values)
def test_a_value_comes_back_equal(value: Any) -> None:
    """What is written reads back equal."""
    assert value == CODEC.decode(CODEC.encode(value))


@given(value=values)
def test_what_was_read_is_written_alike(value: Any) -> None:
    """Bytes that were read are written again as they were, but for a set's order."""
    payload = CODEC.encode(CODEC.decode(CODEC.encode(value)))

    again = CODEC.encode(CODEC.decode(payload))

    assert CODEC.decode(payload) == CODEC.decode(again)
    assert payload == again or tags.SET in payload


@given(value=values, data=st.data())
def test_damage_is_a_bad_frame_or_another_value(
    value: Any, data: st.DataObject
) -> None:
    """A payload with bytes changed, or cut short, does no worse than `BadFrame`."""
    payload = bytearray(CODEC.encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(payload)))

    for damaged in (payload, payload[:cut]):
        with suppress(BadFrame):
            CODEC.decode(bytes(damaged))


@given(value=values, data=st.data())
def test_a_payload_cut_short_is_a_bad_frame(value: Any, data: st.DataObject) -> None:
    """No beginning of a payload is taken for the whole."""
    payload = CODEC.encode(value)
    cut = data.draw(st.integers(0, len(payload) - 1))

    with pytest.raises(BadFrame):
        CODEC.decode(payload[:cut])


@given(garbage=st.binary(max_size=80))
def test_garbage_is_a_bad_frame_or_a_value(garbage: bytes) -> None:
    """No bytes behind a header do worse than `BadFrame`."""
    for payload in (garbage, b"\xff\x0f" + garbage, b"\xff\x0dA\x09" + garbage):
        with suppress(BadFrame):
            CODEC.decode(payload)


@given(value=json_values)
def test_v8serialize_reads_what_we_write(value: Any) -> None:
    """An independent reader agrees, where it is known to be right."""
    v8serialize = pytest.importorskip("v8serialize")
    value = whole(value)

    assert plain(value) == plain(v8serialize.loads(CODEC.encode(value)))


def whole(value: Any) -> Any:
    """Return *value* with U+FFFD for lone surrogates: v8serialize reads none."""
    text = json.dumps(joined(value), ensure_ascii=False)
    return json.loads(text.encode("utf-8", "replace"))


def plain(value: Any) -> Any:
    """Return *value* without v8serialize's own classes."""
    kind = type(value).__name__
    if kind == "JSArray":
        return [plain(item) for item in value.array]
    if kind == "JSObject" or isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
