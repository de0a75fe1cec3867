import errno
import fcntl
import os
import resource
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from child_process._launch import wiring as module
from child_process._launch.wiring import Wiring, wire
from child_process._values.stdio import Slot, Stdio
from tests.support import leaks, samples

PIPE, IGNORE, INHERIT = Slot.PIPE, Slot.IGNORE, Slot.INHERIT


@pytest.fixture(params=["as it is", "in Python"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled way to make a pipe, where there is one, and its twin."""
    if request.param == "in Python":
        monkeypatch.setattr(module, "open_pipe", module._open_pipe)


@pytest.fixture
def wirings() -> Iterator[list[Wiring]]:
    """A list whose wirings are closed after the test."""
    made: list[Wiring] = []
    yield made
    for wiring in made:
        wiring.close()


def same(one: int, other: int) -> bool:
    """Say whether two descriptors are of the same file."""
    return os.path.sameopenfile(one, other)


def test_a_pipe_goes_one_way(wirings: list[Wiring]) -> None:
    """We write 0, and read 1 and 2."""
    wiring = wire(samples.PIPES)
    wirings.append(wiring)

    os.write(wiring.ours[0], b"in")
    os.write(wiring.theirs[1], b"out")
    os.write(wiring.theirs[2], b"err")

    assert b"in" == os.read(wiring.theirs[0], 9)
    assert b"out" == os.read(wiring.ours[1], 9)
    assert b"err" == os.read(wiring.ours[2], 9)


def test_our_ends_do_not_block_and_theirs_do(wirings: list[Wiring]) -> None:
    """A child must not find its stdout unwilling to wait."""
    wiring = wire((*samples.PIPES, PIPE))
    wirings.append(wiring)

    assert [False] * 4 == [os.get_blocking(fd) for fd in wiring.ours.values()]
    assert [True] * 4 == [os.get_blocking(fd) for fd in wiring.theirs.values()]


def test_nothing_is_inherited_by_other_children(wirings: list[Wiring]) -> None:
    """A program that is started at the same moment gets none of these."""
    wiring = wire((PIPE, IGNORE, INHERIT, PIPE, 0))
    wirings.append(wiring)
    every = [*wiring.ours.values(), *wiring.theirs.values()]

    assert [False] * 7 == [os.get_inheritable(fd) for fd in every]


def test_a_pipe_above_two_goes_both_ways(wirings: list[Wiring]) -> None:
    """It is a socket pair; the first three are real pipes."""
    wiring = wire((*samples.PIPES, PIPE))
    wirings.append(wiring)

    os.write(wiring.ours[3], b"to")
    os.write(wiring.theirs[3], b"fro")

    assert b"to" == os.read(wiring.theirs[3], 9)
    assert b"fro" == os.read(wiring.ours[3], 9)
    assert stat.S_ISFIFO(os.fstat(wiring.theirs[1]).st_mode)


def test_what_is_ignored_is_the_null_device(wirings: list[Wiring]) -> None:
    """0 can be read, 1 and 2 can be written; above, nothing is open."""
    wiring = wire((IGNORE, IGNORE, IGNORE, IGNORE))
    wirings.append(wiring)

    modes = {
        index: fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE
        for index, fd in wiring.theirs.items()
    }

    assert {0: os.O_RDONLY, 1: os.O_RDWR, 2: os.O_RDWR} == modes
    assert b"" == os.read(wiring.theirs[0], 9)
    assert {} == wiring.ours


def test_what_is_handed_in_is_duplicated(wirings: list[Wiring], tmp_path: Path) -> None:
    """It may be closed as soon as the call returned, although the start comes later."""
    path = tmp_path / "file"
    with path.open("wb") as file:
        wiring = wire((IGNORE, file, file.fileno()))
        wirings.append(wiring)

    os.write(wiring.theirs[1], b"a")
    os.write(wiring.theirs[2], b"b")

    assert b"ab" == path.read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="a pipe is opened anew by /proc")
@pytest.mark.parametrize("end", [0, 1])
def test_a_pipe_that_does_not_block_blocks_for_the_child(
    wirings: list[Wiring], end: int
) -> None:
    """A stream of another child, as stdio: the program must not meet EAGAIN."""
    pipe = os.pipe()
    for fd in pipe:
        os.set_blocking(fd, False)

    wiring = wire((IGNORE, pipe[end], IGNORE))
    wirings.append(wiring)
    theirs = wiring.theirs[1]
    blocking = (os.get_blocking(pipe[end]), os.get_blocking(theirs))
    same_pipe = os.fstat(pipe[end]).st_ino == os.fstat(theirs).st_ino
    for fd in pipe:
        os.close(fd)

    assert (False, True) == blocking
    assert same_pipe


def test_what_is_inherited_has_our_number(wirings: list[Wiring]) -> None:
    """The child's 2 is our 2."""
    wiring = wire((IGNORE, 2, INHERIT))
    wirings.append(wiring)

    assert same(2, wiring.theirs[1])
    assert same(2, wiring.theirs[2])


def test_no_source_stands_in_the_way_of_a_target(wirings: list[Wiring]) -> None:
    """Every descriptor for the child is above all the numbers that it gets."""
    stdio: Stdio = (IGNORE, 0, *[PIPE] * 60)

    wiring = wire(stdio)
    wirings.append(wiring)

    assert set(range(len(stdio))) == set(wiring.theirs)
    assert min(wiring.theirs.values()) >= len(stdio)


class Closed:
    """A file that was closed."""

    def fileno(self) -> int:
        """Say what a closed file says."""
        message = "I/O operation on closed file"
        raise ValueError(message)


@pytest.mark.parametrize(
    ("slot", "kind"),
    [
        pytest.param(99_999, OSError, id="no descriptor"),
        pytest.param(Closed(), ValueError, id="closed file"),
    ],
)
def test_a_refusal_leaves_nothing_open(
    slot: int | Closed, kind: type[Exception]
) -> None:
    """What was made before is closed again."""
    before = leaks.descriptors()

    with pytest.raises(kind):
        wire((PIPE, PIPE, slot))

    assert before == leaks.descriptors()


@pytest.mark.parametrize("room", range(1, 7))
def test_running_out_of_descriptors_leaves_nothing_open(room: int) -> None:
    """Wherever the system says EMFILE, all that was made is closed again."""
    before = leaks.descriptors()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = [os.dup(0) for _ in range(room)]
    for fd in free:
        os.close(fd)

    resource.setrlimit(resource.RLIMIT_NOFILE, (max(free) + 1, limits[1]))
    try:
        with pytest.raises(OSError) as caught:
            wire((*samples.PIPES, PIPE))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    assert errno.EMFILE == caught.value.errno
    assert before == leaks.descriptors()


def test_their_ends_are_closed_alone() -> None:
    """After the start only ours stay open, and see the end of file."""
    wiring = wire(samples.PIPES)

    wiring.close_theirs()
    end = os.read(wiring.ours[1], 9)
    wiring.close()
    wiring.close()

    assert b"" == end
    assert {} == wiring.ours
    assert {} == wiring.theirs
