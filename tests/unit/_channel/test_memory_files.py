"""Sealed files in memory: cut, filled, sealed, and mapped as one again."""

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from child_process._channel import memory_files
from child_process._channel.memory_files import filled, is_sealed, mapped, pieces
from child_process.ipc.errors import BadFrame

LARGE = memory_files.LARGE


@contextmanager
def files(data: bytes) -> Iterator[list[int]]:
    """Yield the files that hold *data*, and close them."""
    fds = filled(memoryview(data))
    try:
        yield fds
    finally:
        for fd in fds:
            os.close(fd)


@pytest.mark.parametrize("size", [0, 1, LARGE - 1, LARGE, LARGE + 1, 100_000_001])
def test_the_pieces_are_the_whole(size: int) -> None:
    """No byte is lost, and what goes before another piece is whole pages."""
    cut = pieces(size)

    assert size == sum(cut)
    assert all(piece % 4096 == 0 for piece in cut[:-1])
    assert (2 if size >= LARGE else 1) == len(cut)


@pytest.mark.parametrize("size", [0, 5, LARGE, LARGE + 4099])
def test_what_was_filled_is_what_is_mapped(size: int) -> None:
    """Cut or not, it comes back whole, read-only, after the files are closed."""
    data = os.urandom(4099) * (size // 4099 + 1)
    data = data[:size]

    with files(data) as fds:
        assert all(map(is_sealed, fds))
        view = mapped(fds, pieces(size))

    assert view.readonly
    assert view.format == "B"
    assert data == view


def test_a_slice_keeps_the_mapping() -> None:
    """Memory is given back only when nobody can reach it any more."""
    data = bytes(LARGE - 1) + b"xyz"

    with files(data) as fds:
        part = mapped(fds, pieces(len(data)))[-3:]
    gc.collect()

    assert b"xyz" == bytes(part)


def test_a_mapping_that_nobody_holds_is_given_back() -> None:
    """The system's list of mappings is as it was."""
    before = mappings()

    with files(bytes(LARGE)) as fds:
        view = mapped(fds, pieces(LARGE))
        during = mappings()
        del view
    gc.collect()

    assert before == mappings()
    assert before < during


def mappings() -> int:
    """Return how many memory files of ours are mapped."""
    with open("/proc/self/maps") as file:
        return file.read().count("child-process-buffer")


def test_what_is_too_short_is_refused() -> None:
    """The sizes are looked at before anything is mapped."""
    with files(bytes(LARGE)) as fds, pytest.raises(BadFrame):
        mapped(fds, [1, 1])


def test_what_is_not_sealed_is_refused() -> None:
    """Its sender could change it, or cut it short."""
    fd = os.memfd_create("x")
    os.write(fd, b"abc")

    with pytest.raises(BadFrame):
        mapped([fd], [3])
    os.close(fd)


def test_where_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both halves are filled here."""

    class NoRoom:
        def __init__(self, **options: object) -> None: ...

        def start(self) -> None:
            raise RuntimeError

    monkeypatch.setattr(threading, "Thread", NoRoom)

    with files(b"ab" * LARGE) as fds:
        assert b"ab" * LARGE == mapped(fds, pieces(2 * LARGE))


def test_a_half_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong on the other thread is raised here; no file is left open."""
    write = os.write

    def fails(fd: int, view: memoryview) -> int:
        if fd == made[-1]:
            raise OSError(28, "no space")
        return write(fd, view)

    made: list[int] = []
    create = memory_files._new_file

    def new_file() -> int:
        made.append(create())
        return made[-1]

    monkeypatch.setattr(memory_files, "_new_file", new_file)
    monkeypatch.setattr(os, "write", fails)

    with pytest.raises(OSError, match="no space"):
        filled(memoryview(bytes(LARGE)))
