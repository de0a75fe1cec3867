"""A peer that breaks the protocol hurts nobody: descriptors.

Row 63 of the fault matrix. Every test here also checks, as all do, that no
descriptor is left open.
"""

import os
import textwrap
from typing import Any

import pytest

from child_process import BadFrame, ChildProcess
from tests.channel.children import closed, names, raw, record
from tests.support.leaks import descriptors
from tests.support.waiting import until

PASS = textwrap.dedent(
    r"""
    import array, fcntl, json, mmap, tempfile
    def send(data, fds):
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        wire.sendmsg([data], rights)
    def handle(kind, fds, **more):
        message = {"cmd": "NODE_HANDLE", "type": kind, "msg": "m", **more}
        send(json.dumps(message).encode() + b"\n", fds)
    def buffers(fds, sizes):
        body = {"child_process": "buffers", "body": "m", "sizes": sizes}
        message = {"cmd": "NODE_HANDLE", "type": "child_process.fds", "msg": body}
        send(json.dumps({**message, "fds": len(fds)}).encode() + b"\n", fds)
    def sealed(data):
        fd = os.memfd_create("x", os.MFD_ALLOW_SEALING)
        os.write(fd, data)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, 15)
        return fd
    null = os.open("/dev/null", os.O_RDWR)
    """
)


def passing(source: str, **options: Any) -> ChildProcess:
    """Start a child that passes descriptors."""
    return raw(PASS + textwrap.dedent(source), **options)


async def told_of(source: str) -> list[tuple[Any, ...]]:
    """Return what is told of a child that passes descriptors, and close handles."""
    child = passing(source)
    told = record(child)
    assert 0 == await closed(child)
    for name, *values in told:
        if name == "message" and hasattr(values[1], "close"):
            values[1].close()
    return told


UNASKED = [
    pytest.param(r"send(b'1\n', [null])", id="with a message"),
    pytest.param(r"send(b'1\n', [null] * 253)", id="253 with a message"),
    pytest.param(
        r"send(b'1', [null] * 253); send(b'\n', [null] * 253)",
        id="506 with one message",
    ),
    pytest.param(
        r"send(b'[', [null] * 253); send(b'1', [null] * 253); wire.recv(1)",
        id="more than any message has",
    ),
]


@pytest.mark.parametrize("source", UNASKED)
async def test_descriptors_that_no_message_announces(source: str) -> None:
    """They are closed at once, and the channel with them."""
    told = await told_of(source)

    assert ["error", "disconnect", "exit", "close"] == names(told)[-4:]
    assert BadFrame is type(told[-4][1])


async def test_descriptors_by_the_hundred_thousand() -> None:
    """253 with each of a thousand messages: never more open than a few."""
    source = r"""
    try:
        for _ in range(1000):
            send(b'1\n', [null] * 253)
    except OSError:
        pass
    """
    before = len(descriptors())
    child = passing(source)
    most = 0

    def count(message: object, handle: object) -> None:
        nonlocal most
        most = max(most, len(descriptors()))

    child.on("message", count)
    told = record(child)
    assert 0 == await closed(child)

    assert BadFrame is type(next(one for one in told if one[0] == "error")[1])
    assert most - before < 300


STRANGE = [
    pytest.param("os.open('/', os.O_RDONLY)", id="a directory"),
    pytest.param("os.open('/dev/null', os.O_WRONLY)", id="a device"),
    pytest.param("os.pipe()[0]", id="a pipe"),
    pytest.param("os.open('/proc/self/exe', os.O_PATH)", id="a path"),
    pytest.param("os.memfd_create('x')", id="a memory file"),
    pytest.param(
        "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).detach()",
        id="a datagram socket",
    ),
    pytest.param(
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).detach()",
        id="a kernel socket",
    ),
    pytest.param("os.epoll_fd()", id="an epoll"),
]


@pytest.mark.parametrize(
    "kind", ["net.Socket", "net.Server", "dgram.Socket", "child_process.fds", "Quatsch"]
)
async def test_a_descriptor_is_what_the_system_says(kind: str) -> None:
    """Whatever the peer calls it: a file is never taken for a socket."""
    told = await told_of(
        f"handle({kind!r}, [os.open('/', os.O_RDONLY)])\nwire.recv(1000)"
        if kind != "Quatsch"
        else f"handle({kind!r}, [null])\nwire.recv(1000)"
    )

    handles = [one[2] for one in told if one[0] == "message"]
    assert ["Descriptor"] * len(handles) == [type(one).__name__ for one in handles]
    assert 1 == len(handles) or "error" in names(told)


@pytest.mark.parametrize("kind", ["net.Socket", "child_process.fds"])
@pytest.mark.parametrize("made", STRANGE)
async def test_a_strange_descriptor(made: str, kind: str) -> None:
    """It arrives as one, or is an error; nothing is left open."""
    made = made.replace("os.epoll_fd()", "select.epoll().fileno()")
    source = f"""
    import select
    epoll = select.epoll()
    handle({kind!r}, [{made.replace("select.epoll()", "epoll")}])
    wire.recv(1000)
    """
    told = await told_of(source)

    assert ["disconnect", "exit", "close"] == names(told)[-3:]
    assert [True] == [
        one[0] == "error" or hasattr(one[2], "fileno")
        for one in told
        if one[0] in {"message", "error"}
    ]


async def test_a_path_to_a_socket_is_no_socket(tmp_path: Any) -> None:
    """The system calls it one, and refuses to use it as one."""
    source = f"""
    server = socket.socket(socket.AF_UNIX)
    server.bind({str(tmp_path / "s")!r})
    handle("net.Socket", [os.open({str(tmp_path / "s")!r}, os.O_PATH)])
    wire.recv(1000)
    """
    told = await told_of(source)

    assert BadFrame is type(next(one for one in told if one[0] == "error")[1])


async def test_the_other_end_of_the_channel_as_a_handle() -> None:
    """The channel closes once nobody has it: we do not hold our own open."""
    child = passing("handle('net.Socket', [wire.fileno()])")

    message, handle = await child.receive(handles=True)
    handle.close()

    assert ("m", 0) == (message, await closed(child))


BUFFERS = [
    pytest.param("buffers([os.memfd_create('x')], [0])", id="not sealed"),
    pytest.param(
        "fd = os.memfd_create('x'); os.truncate(fd, 1 << 40); buffers([fd], [1 << 40])",
        id="a terabyte of nothing",
    ),
    pytest.param("buffers([sealed(b'abc')], [4])", id="shorter than announced"),
    pytest.param("buffers([sealed(b'abc')], ['3'])", id="a size that is none"),
    pytest.param("buffers([os.pipe()[0]], [0])", id="a pipe"),
    pytest.param("buffers([os.open('/', 0)], [4096])", id="a directory"),
    pytest.param("buffers([null], [0])", id="a device"),
    pytest.param("buffers([sealed(b'a'), null], [1, 0])", id="the second"),
]


@pytest.mark.parametrize("source", BUFFERS)
async def test_buffers_that_are_none(source: str) -> None:
    """A buffer that its sender could change or cut short is refused."""
    told = await told_of(f"{source}\nwire.recv(1000)")

    assert ["spawn", "error", "disconnect", "exit", "close"] == names(told)
    assert BadFrame is type(told[1][1])


async def test_buffers_as_they_should_be() -> None:
    """The same by hand, done right: they are mapped."""
    told = await told_of(
        "buffers([sealed(b'abc'), sealed(b'')], [3, 0])\nwire.recv(1000)"
    )

    message = next(one for one in told if one[0] == "message")
    got = [bytes(view) for view in message[2]]
    for view in message[2]:
        view.release()
    assert ("m", [b"abc", b""]) == (message[1], got)


async def test_handles_that_nobody_takes_are_not_collected() -> None:
    """Some dozens wait, then the sender does; taken, the rest comes."""
    source = r"""
    for _ in range(200):
        handle("net.Socket", [null])
    answers = b""
    while answers.count(b"\n") < 200:
        answers += wire.recv(65536)
    """
    before = len(descriptors())
    child = passing(source)
    assert child.channel is not None
    mailbox = child.channel.mailbox
    await until(lambda: mailbox.full)
    held = len(descriptors()) - before

    count = 0
    async for _, handle in child.messages(handles=True):
        handle.close()
        count += 1

    assert (200, True) == (count, held < 100)
    assert 0 == await closed(child)


async def test_a_handle_of_an_internal_message_is_closed() -> None:
    """Nobody can take it but who listens to internal messages."""
    source = r"""
    message = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": {"cmd": "NODE_CLUSTER"}}
    one, other = socket.socketpair()
    send(json.dumps(message).encode() + b"\n", [one.fileno()])
    one.close()
    assert not other.recv(1)
    """
    told = await told_of(source)

    assert ["spawn", "disconnect", "exit", "close"] == names(told)


async def test_out_of_descriptors_a_handle_is_refused() -> None:
    """The system drops it; the peer gets a NACK, and the message is not shown."""
    import resource

    source = r"""
    wire.recv(2)
    handle("net.Socket", [null])
    wire.sendall(b'"after"\n')
    assert wire.recv(1000).startswith(b'{"cmd":"NODE_HANDLE_NACK"}')
    """
    child = passing(source)
    told = record(child)
    await until(lambda: "spawn" in names(told))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    child.send(1)
    used = max(fd for fd, _ in descriptors())
    full = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 1, hard))
        while True:
            full.append(os.dup(0))
    except OSError:
        await until(lambda: "message" in names(told))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for fd in full:
            os.close(fd)

    assert 0 == await closed(child)
    assert [("message", "after", None)] == [one for one in told if one[0] == "message"]
