import asyncio
import fcntl
import os
import socket
import struct
import sys
from collections.abc import Callable, Iterator

import pytest

from child_process._transport.pipes import (
    PIPE_SIZE,
    READ_SIZE,
    ReadPipe,
    WritePipe,
    socket_pipes,
)
from tests.support import leaks

Ends = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Ends]:
    """A pipe's reading and writing end, neither blocking; close what you keep."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    yield read, write
    for fd in (read, write):
        try:
            os.close(fd)
        except OSError:
            continue


async def test_reading_gives_what_is_there(pipe: Ends) -> None:
    """None is nothing yet; the empty bytes are the end."""
    reader = ReadPipe(asyncio.get_running_loop(), pipe[0])
    nothing = reader.read()

    os.write(pipe[1], b"ab")
    something = reader.read()
    os.close(pipe[1])
    end = reader.read()
    reader.close()

    assert (None, b"ab", b"") == (nothing, something, end)


async def test_a_loop_calls_when_there_is_something(pipe: Ends) -> None:
    """While it is watched; watching twice is once."""
    reader = ReadPipe(asyncio.get_running_loop(), pipe[0])
    ready = asyncio.Event()

    reader.watch(ready.set)
    reader.watch(ready.set)
    os.write(pipe[1], b"a")
    await ready.wait()
    reader.unwatch()
    reader.unwatch()
    ready.clear()
    for _ in range(3):
        await asyncio.sleep(0)
    reader.close()

    assert not ready.is_set()


@pytest.mark.parametrize("make", [ReadPipe, WritePipe])
async def test_closing_closes_once(make: type[ReadPipe | WritePipe]) -> None:
    """A second close does not close a stranger's descriptor of the same number."""
    read, write = os.pipe()
    mine, other = (read, write) if make is ReadPipe else (write, read)
    closing = make(asyncio.get_running_loop(), mine)
    closing.watch(lambda: None)

    closing.close()
    again = os.dup(other)  # takes the number that is free now
    closing.close()
    os.fstat(again)
    os.close(again)
    os.close(other)

    assert mine == again
    assert -1 == closing.fd


def socket_reader(loop: asyncio.AbstractEventLoop, fd: int) -> ReadPipe:
    """Return the half that reads."""
    return socket_pipes(loop, fd)[0]


def socket_writer(loop: asyncio.AbstractEventLoop, fd: int) -> WritePipe:
    """Return the half that writes."""
    return socket_pipes(loop, fd)[1]


@pytest.mark.parametrize("make", [ReadPipe, WritePipe, socket_reader, socket_writer])
async def test_a_pipe_that_was_never_made_can_be_closed(
    make: Callable[[asyncio.AbstractEventLoop, int], ReadPipe | WritePipe],
) -> None:
    """The streams of a failed start are closed from the beginning."""
    missing = make(asyncio.get_running_loop(), -1)

    missing.watch(lambda: None)
    missing.close()

    assert -1 == missing.fd


@pytest.mark.skipif(sys.platform != "linux", reason="F_SETPIPE_SZ is Linux'")
async def test_a_pipe_that_is_full_grows(pipe: Ends) -> None:
    """A child that writes a lot waits less; one that writes little costs nothing."""
    reader = ReadPipe(asyncio.get_running_loop(), pipe[0])
    before = fcntl.fcntl(pipe[0], fcntl.F_GETPIPE_SZ)

    os.write(pipe[1], bytes(READ_SIZE))
    chunk = reader.read()
    after = fcntl.fcntl(pipe[0], fcntl.F_GETPIPE_SZ)
    reader.close()

    assert READ_SIZE == len(chunk or b"")
    assert before < PIPE_SIZE <= after


async def test_a_socket_that_is_full_stays_as_it_is() -> None:
    """What cannot grow is read all the same."""
    one, other = socket.socketpair()
    other.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * READ_SIZE)
    reader = ReadPipe(asyncio.get_running_loop(), one.detach())
    with other:
        other.sendall(bytes(2 * READ_SIZE))

        sizes = [len(reader.read() or b""), len(reader.read() or b"")]
    reader.close()

    assert [READ_SIZE, READ_SIZE] == sizes


async def test_a_reset_is_an_end() -> None:
    """A peer that ended with unread data says so in a socket's way."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    ours.setblocking(False)  # noqa: FBT003 - the socket's signature
    reader = ReadPipe(asyncio.get_running_loop(), ours.detach())
    told = asyncio.Event()

    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    theirs.close()
    reader.watch(told.set)
    await told.wait()
    end = reader.read()
    reader.close()

    assert b"" == end


async def test_writing_takes_what_fits(pipe: Ends) -> None:
    """What does not fit is the caller's to keep."""
    writer = WritePipe(asyncio.get_running_loop(), pipe[1])

    first = writer.write(bytes(10 * PIPE_SIZE))
    second = writer.write(b"x")
    writer.close()

    assert 0 < first < 10 * PIPE_SIZE
    assert 0 == second


async def test_a_loop_calls_when_there_is_room(pipe: Ends) -> None:
    """While it is watched."""
    writer = WritePipe(asyncio.get_running_loop(), pipe[1])
    ready = asyncio.Event()

    writer.write(bytes(10 * PIPE_SIZE))
    writer.watch(ready.set)
    writer.watch(ready.set)
    os.read(pipe[0], 10 * PIPE_SIZE)
    await ready.wait()
    writer.unwatch()
    writer.unwatch()
    room = writer.write(b"x")
    writer.close()

    assert 1 == room


async def test_a_reader_that_left_breaks_the_pipe(pipe: Ends) -> None:
    """That is told to who writes."""
    writer = WritePipe(asyncio.get_running_loop(), pipe[1])
    os.close(pipe[0])

    with pytest.raises(BrokenPipeError):
        writer.write(b"x")
    writer.close()


async def test_half_of_a_socket_is_closed() -> None:
    """The peer sees the end of what we write, and can still be read."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)  # noqa: FBT003 - the socket's signature
    reader, writer = socket_pipes(asyncio.get_running_loop(), ours.detach())

    with theirs:
        writer.write(b"to")
        writer.close()
        said = (theirs.recv(9), theirs.recv(9))
        theirs.sendall(b"fro")
        answer = reader.read()
    reader.close()

    assert (b"to", b"") == said
    assert b"fro" == answer


async def test_half_of_a_socket_whose_peer_has_gone_is_closed() -> None:
    """There is nobody to tell."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    reader, writer = socket_pipes(asyncio.get_running_loop(), ours.detach())
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    theirs.close()

    writer.close()
    reader.close()

    assert (-1, -1) == (reader.fd, writer.fd)


@pytest.mark.parametrize("first", [0, 1], ids=["reader", "writer"])
async def test_a_socket_is_closed_with_its_second_half(first: int) -> None:
    """Whichever goes first, the other one goes on; then it is closed, once."""
    before = leaks.descriptors()
    ours, theirs = socket.socketpair()
    halves = socket_pipes(asyncio.get_running_loop(), ours.detach())
    fd = halves[0].fd

    with theirs:
        halves[first].close()
        halves[first].close()
        os.fstat(fd)
        halves[1 - first].close()

    assert before == leaks.descriptors()


@pytest.mark.parametrize("make", [ReadPipe, WritePipe])
async def test_a_pipe_that_is_dropped_is_closed(
    make: type[ReadPipe | WritePipe],
) -> None:
    """A loop that was closed early leaves nothing open."""
    before = leaks.descriptors()
    read, write = os.pipe()
    mine, other = (read, write) if make is ReadPipe else (write, read)
    dropped: ReadPipe | WritePipe | None = make(asyncio.get_running_loop(), mine)

    dropped = None
    os.close(other)

    assert dropped is None
    assert before == leaks.descriptors()


async def test_halves_that_are_dropped_are_closed() -> None:
    """A loop that was closed early leaves no socket open either."""
    before = leaks.descriptors()
    ours, theirs = socket.socketpair()
    dropped: object = socket_pipes(asyncio.get_running_loop(), ours.detach())

    dropped = None
    theirs.close()

    assert dropped is None
    assert before == leaks.descriptors()
