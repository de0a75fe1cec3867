import errno
import os
from collections.abc import Callable, Iterator

import pytest

from child_process._launch import at_once

Write = Callable[[int, bytes], int]


@pytest.fixture(params=["the one in use", "by ctypes"])
def write(request: pytest.FixtureRequest) -> Write:
    """The function in use, and the one for where nothing is compiled."""
    if request.param == "by ctypes":
        return at_once._write_by_ctypes()
    return at_once.write_at_once


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe; the one to write to does not block."""
    read, end = os.pipe()
    os.set_blocking(end, False)
    yield read, end
    os.close(read)
    os.close(end)


def test_what_there_is_room_for_is_written(write: Write, pipe: tuple[int, int]) -> None:
    """Whole, zero bytes included."""
    read, end = pipe

    number = write(end, b"a\0b\n")

    assert 0 == number
    assert b"a\0b\n" == os.read(read, 99)


def test_what_cannot_be_written_is_an_errno(
    write: Write, pipe: tuple[int, int]
) -> None:
    """No room, and no descriptor; nothing is raised and nobody waits."""
    _, end = pipe

    many = [write(end, b"x" * 4096) for _ in range(1000)]
    full = many[-1]
    none = write(-1, b"x")

    assert (errno.EAGAIN, errno.EBADF) == (full, none)
