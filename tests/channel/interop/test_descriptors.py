"""Any descriptor, and memory, between two Python ends; never to Node."""

from __future__ import annotations

import mmap
import os
import socket
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from child_process import ChildProcess, fork
from child_process.ipc import InvalidHandle
from tests.channel.interop.clients import SECONDS, answer_of
from tests.channel.interop.node_parents import CHILDREN


def taking() -> ChildProcess:
    """Fork the child that reads what it gets."""
    return fork(CHILDREN / "take_descriptors.py", exec_argv=["-S"])


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Any]:
    """Hold something that has a descriptor, of *kind*, for a block."""
    with ExitStack() as stack:
        if kind == "file":
            yield stack.enter_context((folder / "f").open("w+"))
        elif kind == "null device":
            yield stack.enter_context(open("/dev/null", "rb"))
        elif kind == "terminal":
            for fd in (pair := os.openpty()):
                stack.callback(os.close, fd)
            yield pair[1]
        elif kind == "pipe":
            for fd in (pair := os.pipe()):
                stack.callback(os.close, fd)
            yield pair[0]
        elif kind == "closed socket":
            socket.socket().close()
            with socket.socket() as closed:
                pass
            yield closed
        elif kind == "no descriptor":
            yield object()
        else:
            family = {"raw unix": socket.SOCK_DGRAM, "packets": socket.SOCK_SEQPACKET}
            yield stack.enter_context(socket.socket(socket.AF_UNIX, family[kind]))


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("file", id="file"),
        pytest.param("null device", id="device"),
        pytest.param("terminal", id="terminal"),
        pytest.param("pipe", id="pipe"),
        pytest.param("raw unix", id="Unix datagram socket"),
        pytest.param("packets", id="Unix packet socket"),
        pytest.param("closed socket", id="closed socket"),
        pytest.param("no descriptor", id="no descriptor"),
    ],
)
async def test_what_would_abort_node_is_not_sent(
    program: str, kind: str, tmp_path: Path
) -> None:
    """InvalidHandle; nothing is sent, and the channel goes on."""
    script = CHILDREN / "take_handles.js"
    async with fork(script, exec_path=program) as child:
        with opened(kind, tmp_path) as handle, pytest.raises(InvalidHandle) as caught:
            child.send({"op": "hold"}, handle)

        answer = await answer_of(child, "ping", n=1)

    assert "ERR_INVALID_HANDLE_TYPE" == caught.value.code
    assert {"op": "pong", "n": 1} == answer
    assert 0 == child.exit_code


async def test_buffers_are_not_sent_to_node(program: str) -> None:
    """It knows nothing of them."""
    script = CHILDREN / "take_handles.js"
    async with fork(script, exec_path=program) as child:
        with pytest.raises(InvalidHandle):
            child.send({"op": "ping"}, buffers=[b"data"])

        answer = await answer_of(child, "ping", n=1)

    assert {"op": "pong", "n": 1} == answer


async def test_a_file_is_read_by_the_child_where_we_stand(tmp_path: Path) -> None:
    """A descriptor is the same open file at both ends; ours stays open."""
    (tmp_path / "f").write_text("skipped, read")
    async with taking() as child:
        with (tmp_path / "f").open("rb") as file:
            os.lseek(file.fileno(), len("skipped, "), os.SEEK_SET)
            child.send({"op": "read"}, file)
            answer = await child.receive(timeout=SECONDS)

            assert len("skipped, read") == os.lseek(file.fileno(), 0, os.SEEK_CUR)

    assert ["read", False] == answer["facts"]


async def test_a_pipe_is_written_by_the_child() -> None:
    """The child's copy is closed when it says so: we see the end."""
    read, write = os.pipe()
    async with taking() as child:
        child.send({"op": "write"}, write)
        os.close(write)
        await child.receive(timeout=SECONDS)
        data = [os.read(read, 100), os.read(read, 100)]
        os.close(read)

    assert [b"from the child", b""] == data


async def test_descriptors_leave_nothing_open_at_the_other_end() -> None:
    """Fifty files and fifty pairs of buffers later it has no more than before."""
    async with taking() as child:
        answers = []
        file = os.open("/dev/null", os.O_RDONLY)
        for _ in range(50):
            child.send({"op": "read"}, file)
            child.send({"op": "buffers"}, buffers=[b"one", b"two"])
            answers += [await child.receive(timeout=SECONDS) for _ in range(2)]
        os.close(file)

    counts = [answer["fds"] for answer in answers]
    assert counts[:2] == counts[-2:]


@pytest.mark.parametrize(
    ("buffer", "text"),
    [
        pytest.param(b"bytes", "bytes", id="bytes"),
        pytest.param(bytearray(b"changes"), "changes", id="bytearray"),
        pytest.param(memoryview(b"skip view")[5:], "view", id="memoryview"),
        pytest.param(array("I", [0x64636261]), "abcd", id="numbers"),
        pytest.param(b"", "", id="empty"),
        pytest.param(b"x" * 3_000_000, "x" * 3_000_000, id="large"),
    ],
)
async def test_buffers_arrive_read_only(buffer: Any, text: str) -> None:
    """Each is a memoryview of what it was when it was sent."""
    async with taking() as child:
        child.send({"op": "buffers"}, buffers=[buffer, b"second"])

        answer = await child.receive(timeout=SECONDS)

    assert [[text, True], ["second", True]] == answer["facts"]


async def test_a_very_large_buffer_arrives_whole() -> None:
    """It travels in two files, between two that travel in one each."""
    size = 40_000_001
    large = b"abc" + bytes(size - 6) + b"xyz"
    async with taking() as child:
        child.send({"op": "ends"}, buffers=[b"before", large, b"after!"])

        answer = await child.receive(timeout=SECONDS)

    expected = [[6, "before"], [size, "abcxyz"], [6, "after!"]]
    assert expected == answer["facts"]


async def test_buffers_come_from_the_child_as_mapped_memory() -> None:
    """A large one is mapped, not copied, and lives as long as it is held."""
    async with taking() as child:
        child.send({"op": "give"})
        message, buffers = await child.receive(timeout=SECONDS, handles=True)
        await child.receive(timeout=SECONDS)

    assert "these" == message
    assert [b"x" * 1_000_000, b"", b"second"] == [bytes(view) for view in buffers]
    assert isinstance(buffers[0].obj, mmap.mmap)
    with pytest.raises(TypeError):
        buffers[0][0] = 1


async def test_a_buffer_that_changes_later_arrives_as_it_was() -> None:
    """send() takes it down at once."""
    data = bytearray(b"before")
    async with taking() as child:
        child.send({"op": "buffers"}, buffers=[data])
        data[:] = b"after!"

        answer = await child.receive(timeout=SECONDS)

    assert [["before", True]] == answer["facts"]


@pytest.mark.parametrize(
    ("message", "buffers", "error"),
    [
        pytest.param(object(), [b"data"], TypeError, id="no such message"),
        pytest.param({}, [b"data", "text"], TypeError, id="no bytes"),
        pytest.param({}, [memoryview(b"abcd")[::2]], TypeError, id="with gaps"),
    ],
)
async def test_what_is_no_buffer_is_not_sent(
    message: Any, buffers: list[Any], error: type[Exception]
) -> None:
    """TypeError; nothing is open afterwards, and the channel goes on."""
    async with taking() as child:
        before = len(os.listdir("/proc/self/fd"))
        with pytest.raises(error):
            child.send(message, buffers=buffers)
        after = len(os.listdir("/proc/self/fd"))
        child.send({"op": "buffers"}, buffers=[b"fine"])

        answer = await child.receive(timeout=SECONDS)

    assert before == after
    assert [["fine", True]] == answer["facts"]
