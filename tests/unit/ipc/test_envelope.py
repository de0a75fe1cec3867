"""Node's own messages."""

from __future__ import annotations

from typing import Any

import pytest

from child_process.ipc import ANY, NODE_KINDS, BadFrame, Handle, InvalidHandle
from child_process.ipc.envelope import (
    Envelope,
    check_handle,
    close_envelope,
    is_internal,
    open_envelope,
)


@pytest.mark.parametrize(
    ("value", "internal"),
    [
        ({"cmd": "NODE_X"}, True),
        ({"cmd": "NODE_HANDLE", "more": 1}, True),
        ({"cmd": "NODE_"}, False),
        ({"cmd": "node_x"}, False),
        ({"cmd": ["NODE_X"]}, False),
        ({"Cmd": "NODE_X"}, False),
        ({}, False),
        ("NODE_X", False),
        (None, False),
    ],
)
def test_what_is_nodes_own(value: Any, *, internal: bool) -> None:
    """A cmd longer than five characters that begins with NODE_."""
    assert internal is is_internal(value)


@pytest.mark.parametrize(
    ("handle", "fields"),
    [
        (Handle("net.Server", (3,)), {}),
        (Handle("net.Socket", (3,), key="4:::0"), {"key": "4:::0"}),
        (Handle("dgram.Socket", (3,), dgram_type="udp6"), {"dgramType": "udp6"}),
        (Handle(ANY, (3, 4)), {"fds": 2}),
    ],
)
def test_an_envelope_has_nodes_fields_in_nodes_order(
    handle: Handle, fields: dict[str, Any]
) -> None:
    """And opens to what was put in."""
    closed = close_envelope({"n": 1}, handle)

    assert ["cmd", "type", "msg", *fields] == list(closed)
    assert (
        closed == {"cmd": "NODE_HANDLE", "type": handle.kind, "msg": {"n": 1}} | fields
    )
    opened = open_envelope(closed)
    assert ({"n": 1}, len(handle.fds)) == (opened.message, opened.count)
    assert handle == opened.handle(handle.fds)


def test_nodes_second_try_is_wrapped_twice() -> None:
    """The inner envelope is the one that counts."""
    inner = close_envelope(7, Handle("net.Socket", (3,), key="k"))
    outer = close_envelope(inner, Handle("net.Native", (3,)))

    assert Envelope(7, "net.Socket", key="k") == open_envelope(outer)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"type": 1},
        {"type": "net.Socket", "key": 5},
        {"type": "net.Socket", "key": "k" * 5000},
        {"type": "dgram.Socket", "dgramType": []},
        {"type": ANY, "fds": 0},
        {"type": ANY, "fds": 10**9},
        {"type": ANY, "fds": "2"},
    ],
)
def test_a_forged_envelope_is_a_bad_frame(value: dict[str, Any]) -> None:
    """Fields of the wrong kind."""
    with pytest.raises(BadFrame):
        open_envelope({"cmd": "NODE_HANDLE", **value})


@pytest.mark.parametrize(
    "handle",
    [
        Handle("file", (3,)),
        Handle("net.Socket", ()),
        Handle("net.Socket", (3, 4)),
        Handle("net.Socket", (3,), dgram_type="udp4"),
        Handle("dgram.Socket", (3,)),
        Handle("dgram.Socket", (3,), dgram_type="udp5"),
        Handle(ANY, ()),
        Handle(ANY, (3,) * 254),
    ],
)
def test_what_cannot_be_sent_is_refused(handle: Handle) -> None:
    """By type, by number of descriptors, by missing facts."""
    with pytest.raises(InvalidHandle):
        check_handle(handle)


def test_what_can_be_sent() -> None:
    """Each of Node's types, and any descriptors between Python ends."""
    for kind in NODE_KINDS:
        dgram = "udp4" if kind == "dgram.Socket" else None
        check_handle(Handle(kind, (3,), dgram_type=dgram))
    check_handle(Handle(ANY, (3,) * 253))
