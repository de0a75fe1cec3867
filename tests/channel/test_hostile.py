"""A peer that breaks the protocol hurts nobody: bytes.

Rows 58 to 62, 65 and 68 of the fault matrix. Each is one bad stream after one
good message; what came before counts, the error is typed, the channel closes,
and everything else goes on.
"""

import asyncio
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from child_process import BadFrame, ChildProcess, FrameTooLarge
from tests.channel.children import (
    PATIENCE,
    Script,
    closed,
    forked,
    names,
    raw,
    record,
)
from tests.support import programs

GOOD = {"json": b'"good"\n', "advanced": b'\0\0\0\x08\xff\x0f"\x04good'}
LIMIT = 1_000_000


def framed(payload: bytes) -> bytes:
    """Return *payload* with its length before it."""
    return struct.pack(">I", len(payload)) + payload


async def says(
    data: bytes, mode: str, *, then: str = "wire.recv(1)", **options: Any
) -> tuple[ChildProcess, list[tuple[Any, ...]]]:
    """Return a child that said something good and then *data*, and what was told."""
    source = f"wire.sendall({GOOD[mode]!r} + sys.stdin.buffer.read())\n{then}"
    stdio = ["pipe", "inherit", "inherit", "ipc"]
    options |= {"stdio": stdio, "input": data, "max_message": LIMIT}
    child = raw(source, serialization=mode, **options)
    told = record(child)
    await closed(child)
    return child, told


JSON = [
    pytest.param(b"hello\n", id="not JSON"),
    pytest.param(b"\n", id="empty line"),
    pytest.param(b" \n", id="blank line"),
    pytest.param(b"undefined\n", id="undefined"),
    pytest.param(b"NaN\n", id="NaN"),
    pytest.param(b"[Infinity]\n", id="Infinity"),
    pytest.param(b"[1,]\n", id="comma"),
    pytest.param(b"{'a': 1}\n", id="quotes"),
    pytest.param(b"1 2\n", id="two values"),
    pytest.param(b"\xef\xbb\xbf1\n", id="byte-order mark"),
    pytest.param(b"1" + b"0" * 5000 + b"\n", id="5,001 digits"),
    pytest.param(b"[" * 100_000 + b"]" * 100_000 + b"\n", id="100k nesting"),
    pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n", id="100k objects"),
    pytest.param(b"\x80\x04\x95" + b"\x8c\x05posix\n", id="pickle"),
    pytest.param(b"\0" * 100 + b"\n", id="NUL"),
]
ADVANCED = [
    pytest.param(framed(b""), id="length 0"),
    pytest.param(framed(b"\xff"), id="length 1"),
    pytest.param(framed(b"\xff\x0f"), id="no value"),
    pytest.param(framed(b"\xff\x10I\x02"), id="version 16"),
    pytest.param(framed(b"\xff\x0fc\x05ab"), id="text cut off"),
    pytest.param(framed(b"\xff\x0f\x01"), id="unknown tag"),
    pytest.param(framed(b"\xff\x0f^\x07"), id="reference to nothing"),
    pytest.param(framed(b'\xff\x0f"\xff\xff\xff\xff\x0f'), id="text of 4 GiB"),
    pytest.param(framed(b"\xff\x0fA\xff\xff\xff\xff\x0f"), id="array of 4 G"),
    pytest.param(framed(b'\xff\x0fo"\x01aI\x02{\x05'), id="wrong count"),
    pytest.param(framed(b"\xff\x0f" + b"A\x01" * 100_000), id="100k nesting"),
    pytest.param(framed(b"\xff\x0f\\\x07"), id="host object"),
    pytest.param(framed(b"\xff\x0fZ\xff\xff\xff\xff\x0f"), id="BigInt of 4 GiB"),
    pytest.param(framed(b"\x80\x04\x95\x8c\x05posix."), id="pickle"),
]
BAD = [("json", param) for param in JSON] + [("advanced", param) for param in ADVANCED]


@pytest.mark.parametrize(
    ("mode", "data"),
    [pytest.param(mode, *param.values, id=f"{mode}-{param.id}") for mode, param in BAD],
)
async def test_a_bad_frame(mode: str, data: bytes) -> None:
    """It is an error event, and the end of the channel; the child goes on."""
    child, told = await says(data, mode, then="wire.recv(1); os._exit(5)")

    assert ["spawn", "message", "error", "disconnect", "exit", "close"] == names(told)
    assert ("message", "good", None) == told[1]
    assert BadFrame is type(told[2][1])
    assert "ERR_IPC_BAD_FRAME" == told[2][1].code
    assert 5 == child.exit_code


@pytest.mark.parametrize("mode", ["json", "advanced"])
async def test_good_frames_after_a_bad_one_are_not_heard(mode: str) -> None:
    """There is no way to know what they are worth."""
    bad = b"x\n" if mode == "json" else framed(b"x")
    _, told = await says(bad + GOOD[mode], mode)

    assert [("message", "good", None)] == [one for one in told if one[0] == "message"]


@pytest.mark.parametrize(
    ("mode", "data"),
    [
        pytest.param("json", b'{"half": "a mess', id="json"),
        pytest.param("advanced", framed(b'\xff\x0f"\x04good')[:-1], id="advanced"),
        pytest.param("advanced", b"\0\0", id="half a length"),
    ],
)
async def test_the_end_within_a_message(mode: str, data: bytes) -> None:
    """It is told: something was lost."""
    _, told = await says(data, mode, then="")

    assert ["spawn", "message", "error", "disconnect", "exit", "close"] == names(told)
    assert "The peer broke the protocol: the end within a message" == str(told[2][1])


@pytest.mark.parametrize(
    ("mode", "data", "size"),
    [
        pytest.param("advanced", b"\xff\xff\xff\xff", 2**32 - 1, id="0xFFFFFFFF"),
        pytest.param("advanced", b"\x80\0\0\0", 2**31, id="negative"),
        pytest.param("advanced", b"\x7f\xff\xff\xff", 2**31 - 1, id="0x7FFFFFFF"),
        pytest.param(
            "advanced", struct.pack(">I", LIMIT + 1), LIMIT + 1, id="one over"
        ),
        pytest.param("json", b"x" * (LIMIT + 1), None, id="a line without end"),
        pytest.param(
            "json", b"x" * (LIMIT + 1) + b"\n", None, id="a line with its end"
        ),
    ],
)
async def test_a_frame_over_the_limit(mode: str, data: bytes, size: int | None) -> None:
    """Refused on the announced length, or as soon as that much came."""
    _, told = await says(data, mode)

    assert ["spawn", "message", "error", "disconnect", "exit", "close"] == names(told)
    error = told[2][1]
    assert FrameTooLarge is type(error)
    assert LIMIT == error.limit < error.size
    assert size in {None, error.size}


@pytest.mark.parametrize("mode", ["json", "advanced"])
async def test_a_message_of_just_the_limit(mode: str) -> None:
    """It is within it."""
    if mode == "json":
        text = LIMIT - 2
        data = b'"' + b"x" * text + b'"\n'
    else:
        text = LIMIT - 6
        length = bytes([text & 127 | 128, text >> 7 & 127 | 128, text >> 14])
        data = framed(b'\xff\x0f"' + length + b"x" * text)
    _, told = await says(data, mode, then="")

    assert ["good", "x" * text] == [one[1] for one in told if one[0] == "message"]
    assert "error" not in names(told)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        pytest.param(b'"a\xffb\xc3"\n', "a\ufffdb\ufffd", id="invalid UTF-8"),
        pytest.param(rb'"\ud800"' + b"\n", "\ud800", id="lone surrogate"),
        pytest.param(rb'"\ud83d\ude00"' + b"\n", "😀", id="surrogate pair"),
        pytest.param(
            b"12345678901234567890123\n", 12345678901234567890123, id="big int"
        ),
        pytest.param(b"1e999\n", float("inf"), id="beyond a double"),
        pytest.param(b'{"a":1,"a":2}\n', {"a": 2}, id="equal names"),
        pytest.param(
            b'{"__proto__":{"x":1}}\n', {"__proto__": {"x": 1}}, id="__proto__"
        ),
        pytest.param(b'{"__class__":"x"}\n', {"__class__": "x"}, id="__class__"),
        pytest.param(b'{"cmd":"NODE_"}\n', {"cmd": "NODE_"}, id="NODE_ alone"),
        pytest.param(
            b'{"cmd":["NODE_HANDLE"]}\n', {"cmd": ["NODE_HANDLE"]}, id="cmd is no text"
        ),
        pytest.param(b'"x"\r\n', "x", id="CRLF"),
        pytest.param(b"[" * 300 + b"]" * 300 + b"\n", None, id="300 deep"),
    ],
)
async def test_strange_but_no_fault(data: bytes, value: Any) -> None:
    """By a written rule: see docs/reference/wire-format.md."""
    _, told = await says(data, "json", then="")

    assert ["spawn", "message", "message", "disconnect", "exit", "close"] == names(told)
    assert value in (None, told[2][1])


FORGED = [
    pytest.param({"cmd": "NODE_HANDLE_ACK"}, False, id="an answer to nothing"),
    pytest.param({"cmd": "NODE_HANDLE_NACK"}, False, id="a refusal of nothing"),
    pytest.param(
        {"cmd": "NODE_SOCKET_COUNT", "key": "k", "count": 3}, False, id="a count"
    ),
    pytest.param({"cmd": "NODE_SOCKET_ALL_CLOSED", "key": "k"}, False, id="all closed"),
    pytest.param(
        {"cmd": "NODE_SOCKET_GET_COUNT", "key": "k"}, False, id="asks for a count"
    ),
    pytest.param(
        {"cmd": "NODE_SOCKET_NOTIFY_CLOSE", "key": "k"}, False, id="asks to be told"
    ),
    pytest.param({"cmd": "NODE_CLUSTER", "act": "online"}, False, id="cluster"),
    pytest.param({"cmd": "NODE_DISCONNECT"}, False, id="unknown"),
    pytest.param(
        {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": 1},
        False,
        id="a handle that is none",
    ),
    pytest.param({"cmd": "NODE_HANDLE"}, True, id="a handle without a type"),
    pytest.param(
        {"cmd": "NODE_HANDLE", "type": 5}, True, id="a handle of a wrong type"
    ),
    pytest.param(
        {"cmd": "NODE_HANDLE", "type": "child_process.fds", "fds": 10**6},
        True,
        id="a million handles",
    ),
    pytest.param(
        {"cmd": "NODE_SOCKET_GET_COUNT", "key": {}}, True, id="a key that is none"
    ),
    pytest.param(
        {"cmd": "NODE_SOCKET_NOTIFY_CLOSE", "key": "x" * 10_000}, True, id="a long key"
    ),
]


@pytest.mark.parametrize(("message", "bad"), FORGED)
async def test_forged_internal_messages(message: dict[str, Any], *, bad: bool) -> None:
    """They are never shown as messages, and never acted on where nothing asked."""
    import json

    data = json.dumps(message).encode() + b"\n"
    _, told = await says(data + (b"" if bad else b'"after"\n'), "json", then="")

    messages = [one[1] for one in told if one[0] == "message"]
    assert (["good"] if bad else ["good", "after"]) == messages
    assert bad == ("error" in names(told))
    assert ["disconnect", "exit", "close"] == names(told)[-3:]


async def test_a_node_disconnect_is_no_disconnect() -> None:
    """There is no such message, on Node's wire or ours."""
    child, told = await says(b'{"cmd":"NODE_DISCONNECT"}\n"after"\n', "json", then="")

    assert "after" == told[2][1]
    assert not child.connected


async def test_questions_without_end_whose_answers_are_not_read() -> None:
    """What they cost is bounded."""
    flood = r"""
    question = b'{"cmd":"NODE_SOCKET_GET_COUNT","key":"k"}\n' * 1000
    try:
        while True:
            wire.sendall(question)
    except OSError:
        pass
    """
    child = raw(flood, max_queue=1000)
    told = record(child)

    assert 0 == await closed(child)
    assert ["spawn", "error", "disconnect", "exit", "close"] == names(told)
    assert BadFrame is type(told[1][1])


async def test_pickle_is_never_unpickled(tmp_path: Path) -> None:
    """The message would make a file."""
    victim = tmp_path / "made"
    payload = b"cposix\nsystem\n(S'touch %s'\ntR.\n" % os.fsencode(victim)

    for mode in "json", "advanced":
        data = payload if mode == "json" else framed(payload)
        _, told = await says(data, mode)
        assert "error" in names(told)

    assert not victim.exists()


async def test_others_go_on(script: Script) -> None:
    """While one misbehaves, another child is talked to."""
    echo = forked(programs.path("ipc_echo.py"))
    bad = [asyncio.ensure_future(says(b"x\n", "json")) for _ in range(5)]
    for number in range(100):
        echo.send(number)

    got = [await echo.receive(timeout=PATIENCE) for _ in range(100)]
    await asyncio.gather(*bad)
    echo.disconnect()

    assert [*range(100)] == got
    assert 0 == await closed(echo)


async def test_an_error_that_nobody_listens_to_is_the_loops() -> None:
    """It is not lost: the loop's exception handler gets it."""
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    troubles: list[Any] = []
    loop.set_exception_handler(lambda _, context: troubles.append(context["exception"]))
    child = raw(r"wire.sendall(b'x\n'); wire.recv(1)")

    assert 0 == await closed(child)
    loop.set_exception_handler(handler)
    assert [BadFrame] == [type(trouble) for trouble in troubles]


async def test_who_waits_is_told_of_a_broken_channel() -> None:
    """As at any other end of it."""
    child = raw(r"wire.recv(1000); wire.sendall(b'x\n'); wire.recv(1)")
    told = record(child, "error")
    unsent: list[Any] = []
    waiting = [
        asyncio.ensure_future(child.receive()),
        asyncio.ensure_future(child.request(1)),
    ]
    await asyncio.sleep(0)
    child.send("x" * 10_000_000, callback=unsent.append)

    await asyncio.wait(waiting)

    codes = [getattr(one.exception(), "code", None) for one in waiting]
    assert ["ERR_IPC_CHANNEL_CLOSED"] * 2 == codes
    assert 0 == await closed(child)
    assert ["ERR_IPC_CHANNEL_CLOSED"] == [error.code for error in unsent]
    assert 1 == len(told)
