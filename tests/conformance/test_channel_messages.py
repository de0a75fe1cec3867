"""Messages between parents and children, Node's and Python's."""

import asyncio
import struct
from array import array
from pathlib import Path
from typing import Any

import pytest

from child_process import BadFrame, ChildProcess, OptionError, fork, spawn
from child_process.ipc import JSError, NotSerializable, Undefined
from tests.channel.children import PATIENCE, closed, raw, record
from tests.channel.children import names as names_of
from tests.support import programs
from tests.support.waiting import until

BY_NODE = pytest.param("js", marks=pytest.mark.node, id="node")
EITHER = ["py", BY_NODE]
MODES = ["json", "advanced"]


def echo(suffix: str, **options: Any) -> ChildProcess:
    """Fork the child that sends back each message."""
    return fork(programs.path(f"ipc_echo.{suffix}"), **options)


async def back(child: ChildProcess, value: Any) -> Any:
    """Return what becomes of *value* there and back."""
    child.send(value)
    return await child.receive(timeout=PATIENCE)


@pytest.mark.node_test("advanced-serialization")
@pytest.mark.parametrize("serialization", [0, "foo", {}, [], True, None], ids=repr)
async def test_a_wrong_serialization_is_refused(serialization: Any) -> None:
    """By `spawn` as by `fork`, whether there is a channel or not."""
    with pytest.raises(OptionError) as by_fork:
        fork("x.py", serialization=serialization)
    with pytest.raises(OptionError) as by_spawn:
        spawn("true", serialization=serialization)

    assert by_fork.value.code == by_spawn.value.code == "ERR_INVALID_ARG_VALUE"


@pytest.mark.node_test("advanced-serialization")
@pytest.mark.parametrize("suffix", EITHER)
async def test_values_beyond_json_come_back(suffix: str) -> None:
    """Bytes, big numbers, maps, sets, cycles, errors."""
    child = echo(suffix, serialization="advanced")
    circular: dict[str, Any] = {"n": 1}
    circular["self"] = circular
    error = ValueError("broken")

    got = [
        await back(child, value)
        for value in (b"bytes", [2**80], {1: "x"}, {1, 2}, array("d", [1.5]), circular)
    ]
    told = await back(child, error)
    child.disconnect()

    assert [b"bytes", [2**80]] == [bytes(got[0]), got[1]]
    assert got[5]["self"] is got[5]
    assert isinstance(told, JSError | Exception)
    assert "broken" in str(told)
    assert 0 == await closed(child)


@pytest.mark.node_test("advanced-serialization-largebuffer")
@pytest.mark.parametrize("suffix", EITHER)
async def test_four_big_arrays_in_order(suffix: str) -> None:
    """Eight megabytes each."""
    child = echo(suffix, serialization="advanced")
    for number in range(4):
        child.send(bytes([number]) * 8_000_000)

    got = [bytes(await child.receive(timeout=PATIENCE)) for _ in range(4)]
    child.disconnect()

    assert [(number, 8_000_000) for number in range(4)] == [(b[0], len(b)) for b in got]
    assert 0 == await closed(child)


@pytest.mark.node_test("advanced-serialization-splitted-length-field")
@pytest.mark.parametrize("suffix", EITHER)
async def test_frames_that_lie_across_reads(suffix: str) -> None:
    """Even their lengths."""
    child = echo(suffix, serialization="advanced")
    calls: list[Any] = []
    for number in range(10):
        child.send(bytes([number]) * 65521, callback=calls.append)

    got = [bytes(await child.receive(timeout=PATIENCE)) for _ in range(10)]
    child.disconnect()

    assert [(number, 65521) for number in range(10)] == [(b[0], len(b)) for b in got]
    assert [None] * 10 == calls
    assert 0 == await closed(child)


@pytest.mark.node_test("fork-advanced-header-serialization")
@pytest.mark.parametrize("length", [1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF])
async def test_a_length_of_any_size_does_not_hurt_the_parent(length: int) -> None:
    """It is an error event, at once or at the end."""
    data = struct.pack(">I", length) + b"x"
    child = raw(f"wire.sendall({data!r})", serialization="advanced")
    told = record(child, "error", "close")

    await closed(child)

    assert ["error", "close"] == names_of(told)
    assert isinstance(told[0][1], BadFrame)


@pytest.mark.node_test("disconnect")
@pytest.mark.parametrize("suffix", EITHER)
async def test_disconnecting(suffix: str) -> None:
    """It is told later, and once; a second call is an error; the child ends."""
    child = echo(suffix)
    assert child.connected
    assert "hi" == await back(child, "hi")
    told = record(child)

    child.disconnect()
    at_once = (child.connected, child.channel, [*told])
    child.disconnect()

    assert (False, None, []) == at_once
    assert 0 == await closed(child)
    assert ["disconnect", "error", "exit", "close"] == names_of(told)
    assert "ERR_IPC_DISCONNECTED" == told[1][1].code


@pytest.mark.node_test("internal")
async def test_internal_messages_are_no_messages() -> None:
    """What begins with NODE_ is told as such; the prefix alone is the user's."""
    lines = b'{"cmd":"NODE_foo"}\n{"cmd":"NODE_"}\n{"cmd":"foobarNODE_"}\n'
    child = raw(
        f"wire.sendall({lines!r}); print(wire.recv(100))",
        stdio=["ignore", "pipe", "inherit", "ipc"],
    )
    assert child.stdout is not None
    told = record(child, "message", "internal_message")

    child.send({"cmd": "NODE_bar"})

    assert 'b\'{"cmd":"NODE_bar"}\\n\'\n' == await child.stdout.text()
    assert 0 == await closed(child)
    assert [
        ("internal_message", {"cmd": "NODE_foo"}, None),
        ("message", {"cmd": "NODE_"}, None),
        ("message", {"cmd": "foobarNODE_"}, None),
    ] == told


@pytest.mark.node
@pytest.mark.node_test("internal")
async def test_a_node_child_gets_internal_messages_as_such(tmp_path: Path) -> None:
    """And sends them."""
    path = tmp_path / "child.js"
    path.write_text(
        "process.on('message', m => process.send(['message', m]));"
        "process.on('internalMessage', m => process.send({cmd: 'NODE_back', m}));"
    )
    child = fork(path)
    told = record(child, "message", "internal_message")

    child.send({"cmd": "NODE_foo"})
    child.send({"cmd": "foo"})
    await until(lambda: len(told) == 2)
    child.disconnect()

    assert (
        "internal_message",
        {"cmd": "NODE_back", "m": {"cmd": "NODE_foo"}},
        None,
    ) == told[0]
    assert ("message", ["message", {"cmd": "foo"}], None) == told[1]
    assert 0 == await closed(child)


@pytest.mark.node_test("ipc-next-tick")
async def test_each_message_is_told_whatever_a_listener_raises() -> None:
    """Ten that came together, ten listeners that raise, ten calls."""
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    troubles: list[Any] = []
    loop.set_exception_handler(lambda _, context: troubles.append(context["exception"]))
    child = raw(r"wire.sendall(b'1\n' * 10)")
    calls: list[int] = []

    def listen(message: int, handle: object) -> None:
        calls.append(message)
        raise ValueError

    child.on("message", listen)
    assert 0 == await closed(child)
    loop.set_exception_handler(handler)

    assert ([1] * 10, 10) == (calls, len(troubles))


@pytest.mark.node_test("send-after-close")
async def test_sending_after_the_close() -> None:
    """False; the error goes to the callback, else to "error"."""
    child = fork(programs.path("ipc_facts.py"))
    assert 0 == await closed(child)
    told = record(child, "error")
    calls: list[Any] = []

    answers = child.send("ping"), child.send("ping", callback=calls.append)
    await until(lambda: told and calls)

    assert (False, False) == answers
    code = "ERR_IPC_CHANNEL_CLOSED"
    assert [code, code] == [told[0][1].code, calls[0].code]
    assert "Channel closed" == str(calls[0])


@pytest.mark.node_test("send-cb")
@pytest.mark.parametrize("suffix", EITHER)
async def test_a_callback_gets_none(suffix: str) -> None:
    """When the message is on its way."""
    child = echo(suffix)
    calls: list[Any] = []

    child.send("ping", callback=calls.append)
    await child.receive()
    child.disconnect()

    assert ([None], 0) == (calls, await closed(child))


@pytest.mark.node_test("send-returns-boolean")
@pytest.mark.parametrize("suffix", EITHER)
async def test_what_send_answers(suffix: str) -> None:
    """True, true with a handle; false while that waits; true again afterwards."""
    import socket

    child = echo(suffix)
    assert "up" == await back(child, "up")
    with socket.create_server(("127.0.0.1", 0)) as server:
        answers = [
            child.send("one"),
            child.send("two", server),
            child.send("three"),
            child.send("four"),
        ]
    got = [await child.receive(timeout=PATIENCE) for _ in range(4)]
    again = child.send("five")
    got.append(await child.receive(timeout=PATIENCE))
    child.kill()  # the server holds it

    assert ["one", "two", "three", "four", "five"] == got
    assert ([True, True, False, False], True) == (answers, again)
    await closed(child)


@pytest.mark.node_test("send-type-error", "fork")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "value",
    [lambda: None, object(), Undefined],
    ids=["function", "object", "undefined"],
)
async def test_what_is_no_message_is_refused(mode: Any, value: Any) -> None:
    """Here, as an exception; nothing was sent."""
    child = echo("py", serialization=mode)

    with pytest.raises(NotSerializable):
        child.send(value)
    with pytest.raises(TypeError):
        child.send()  # type: ignore[call-arg]  # on purpose

    assert "next" == await back(child, "next")
    child.disconnect()
    assert 0 == await closed(child)


@pytest.mark.node_test("send-type-error")
@pytest.mark.parametrize("handle", ["foo", 1.5, {}], ids=repr)
async def test_what_is_no_handle_is_refused(handle: Any) -> None:
    """With Node's code, at both ends."""
    child = echo("py")

    with pytest.raises(TypeError) as caught:
        child.send("x", handle)

    assert "ERR_INVALID_HANDLE_TYPE" == caught.value.code  # type: ignore[attr-defined]  # Node's code, on a TypeError, too
    child.disconnect()
    assert 0 == await closed(child)


@pytest.mark.node_test("send-utf8")
@pytest.mark.parametrize("suffix", EITHER)
@pytest.mark.parametrize("mode", MODES)
async def test_much_text_of_more_than_a_byte_a_character(
    suffix: str, mode: Any
) -> None:
    """However it is cut on the way."""
    child = echo(suffix, serialization=mode)
    text = "ß" * 400_000 + "€😀" * 50_000

    assert text == await back(child, text)
    child.disconnect()
    assert 0 == await closed(child)
