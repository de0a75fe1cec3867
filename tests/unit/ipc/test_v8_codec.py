"""The codec of mode advanced: both directions together."""

from __future__ import annotations

import pytest

from child_process.ipc import BadFrame, NotSerializable, V8Codec


def test_both_directions() -> None:
    """A payload is bytes, from its header on; faults are typed by whose they are."""
    codec = V8Codec()

    assert b'\xff\x0f"\x02hi' == codec.encode("hi")
    assert "hi" == codec.decode(codec.encode("hi"))
    with pytest.raises(NotSerializable):
        codec.encode(1j)
    with pytest.raises(BadFrame):
        codec.decode(b"")


def test_lists_and_dicts_go_400_levels_deep() -> None:
    """Written and read, as documented, with 100 frames of a caller's to spare."""
    value: object = None
    for _ in range(199):
        value = [{"a": value}]

    codec = V8Codec()

    assert codec.encode(value) == codec.encode(codec.decode(codec.encode(value)))
