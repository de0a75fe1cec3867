"""Buffers and views."""

from __future__ import annotations

import sys
from array import array
from typing import Any

import pytest

from child_process.ipc.js_values import JSView
from child_process.ipc.v8_views import bytes_like, from_view, numpy_array, to_view

# The old code is deprecated where there is the new one.
TEXT: Any = "w" if sys.version_info >= (3, 13) else "u"
EACH = [
    pytest.param("Buffer", b"ab", id="bytes"),
    pytest.param("Uint8Array", bytearray(b"ab"), id="bytearray"),
    pytest.param("Uint8ClampedArray", JSView("Uint8ClampedArray", b"a"), id="clamped"),
    *(
        pytest.param(kind, array(code, [1, 2]), id=kind)
        for kind, code in [
            ("Int8Array", "b"),
            ("Int16Array", "h"),
            ("Uint16Array", "H"),
            ("Int32Array", "i"),
            ("Uint32Array", "I"),
            ("Float32Array", "f"),
            ("Float64Array", "d"),
            ("BigInt64Array", "q"),
            ("BigUint64Array", "Q"),
        ]
    ),
]


@pytest.mark.parametrize(("kind", "value"), EACH)
def test_a_view_comes_back_as_it_was(kind: str, value: Any) -> None:
    """To bytes and back, each has one kind."""
    found = to_view(value)

    assert found is not None
    assert kind == found[0]
    again = from_view(kind, bytes(found[1]))
    assert (type(value), value) == (type(again), again)


def test_views_of_memory_go_by_their_format() -> None:
    """Bytes are a Buffer; numbers, a typed array; steps and dimensions copied out."""
    assert ("Buffer", b"abc") == to_view(memoryview(b"abc"))
    assert ("Buffer", b"ac") == to_view(memoryview(b"abc")[::2])
    kind, data = to_view(memoryview(array("d", [1.5]))) or ("", b"")
    assert ("Float64Array", array("d", [1.5]).tobytes()) == (kind, data)
    assert to_view(memoryview(b"abcd").cast("?")) is None
    wide = memoryview(b"abcdefgh").cast("B").cast("i", (1, 2))
    assert to_view(wide) is None
    assert to_view("text") is None
    assert to_view(array(TEXT, "x")) is None


def test_numpy_goes_by_its_dtype() -> None:
    """In this machine's order, whatever its own was."""
    numpy = pytest.importorskip("numpy")
    big = numpy.array([1, 2], dtype=">i4")

    native = numpy_array(big)

    kind, data = to_view(native) or ("", b"")
    assert ("Int32Array", array("i", [1, 2]).tobytes()) == (kind, data)
    assert native is numpy_array(native)


def test_without_numpy_nothing_is_its_array(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not imported to find out."""
    monkeypatch.delitem(sys.modules, "numpy", raising=False)

    assert numpy_array([1]) is None
    assert "numpy" not in sys.modules


def test_bytes_that_do_not_fill_elements_are_refused() -> None:
    """Three bytes are no Int16Array."""
    with pytest.raises(ValueError):
        from_view("Int16Array", b"abc")


def test_what_is_nothing_but_bytes() -> None:
    """Mode json sends those as a Buffer."""
    assert [b"a", b"a", b"a", None, None] == [
        bytes_like(x)
        for x in (b"a", bytearray(b"a"), memoryview(b"a"), array("d"), "a")
    ]
