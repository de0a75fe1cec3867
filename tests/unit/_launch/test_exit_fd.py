import errno
import os
import signal
import sys
from collections.abc import Iterator

import pytest

from child_process._launch.exit_fd import open_exit_fd, taken
from tests.support import waiting

linux = pytest.mark.skipif(sys.platform != "linux", reason="pidfds are Linux'")


@pytest.fixture
def sleeper() -> Iterator[int]:
    """A child of ours that sleeps until it is killed."""
    pid = os.posix_spawn("/bin/sleep", ["sleep", "60"], {})
    yield pid
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return


def no_pidfd(patch: pytest.MonkeyPatch, number: int) -> None:
    """Let the system answer a wish for a pidfd with *number*."""

    def refuse(pid: int, flags: int = 0) -> int:
        raise OSError(number, os.strerror(number))

    patch.setattr(os, "pidfd_open", refuse, raising=False)


@linux
def test_a_pidfd_is_readable_once_the_process_ended(sleeper: int) -> None:
    """Not before, and the status is still there to be taken."""
    fd, is_pidfd = open_exit_fd(sleeper)
    before = waiting.readable(fd, 0)

    os.kill(sleeper, signal.SIGKILL)
    after = waiting.readable(fd)
    os.close(fd)

    assert is_pidfd
    assert (False, True) == (before, after)
    assert (sleeper, signal.SIGKILL) == os.waitpid(sleeper, 0)


@pytest.mark.parametrize("why", ["ENOSYS", "EPERM", "no such function"])
def test_without_pidfds_a_thread_waits(
    sleeper: int, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """On an old kernel, in a sandbox, on macOS: the descriptor behaves the same."""
    if why == "no such function":
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    else:
        no_pidfd(monkeypatch, getattr(errno, why))

    fd, is_pidfd = open_exit_fd(sleeper)
    before = waiting.readable(fd, 0)
    os.kill(sleeper, signal.SIGKILL)
    after = waiting.readable(fd)
    os.close(fd)

    assert not is_pidfd
    assert (False, True) == (before, after)
    assert (sleeper, signal.SIGKILL) == os.waitpid(sleeper, 0)


def test_a_thread_sees_an_end_that_somebody_else_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever calls waitpid(-1) takes the status, but not the news."""
    no_pidfd(monkeypatch, errno.ENOSYS)
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(pid, 0)

    fd, _ = open_exit_fd(pid)
    ended = waiting.readable(fd)
    os.close(fd)

    assert ended


def test_a_system_that_cannot_look_without_taking(
    sleeper: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MacOS before Python 3.13: the thread takes the status, and hands it out once."""
    no_pidfd(monkeypatch, errno.ENOSYS)
    monkeypatch.delattr(os, "waitid")

    fd, _ = open_exit_fd(sleeper)
    os.kill(sleeper, signal.SIGKILL)
    seen = waiting.readable(fd)
    os.close(fd)
    found = taken(sleeper)

    assert seen
    assert found is not None
    assert signal.SIGKILL == found[0]
    assert taken(sleeper) is None


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
def test_no_descriptor_left_is_an_error(
    sleeper: int, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A thread would need descriptors as well."""
    no_pidfd(monkeypatch, number)

    with pytest.raises(OSError) as caught:
        open_exit_fd(sleeper)

    assert number == caught.value.errno
