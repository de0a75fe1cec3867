import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from child_process._launch import guardian as module
from child_process._launch import proc
from child_process._launch.guardian import Guardian
from tests.support import waiting

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def guardian() -> Iterator[Guardian]:
    """A guardian of this process beside its own; it goes with the test."""
    one = Guardian()
    yield one
    one.begun = False
    if one.pid is not None:
        os.kill(one.pid, signal.SIGKILL)
        assert waiting.becomes_true(lambda: one.pid is None)
    one._forget()


def lines_in(guardian: Guardian) -> list[bytes]:
    """Return what its pipe holds, unread."""
    return os.read(guardian._read, 65536).splitlines()


def refuse() -> NoReturn:
    """Have no descriptor left."""
    raise OSError


@pytest.fixture
def unread(guardian: Guardian, monkeypatch: pytest.MonkeyPatch) -> Guardian:
    """One whose process is never started: what it is told can be read here."""
    monkeypatch.setattr(module, "_run", lambda target: True)
    monkeypatch.setattr(guardian, "_prepare", refuse)

    return guardian


def test_it_is_told_before_and_after_a_start_and_of_the_end(unread: Guardian) -> None:
    """A word, then the process, then that it is over."""
    unread.expect(b"a-1")
    unread.started(b"a-1", 42, group=True)
    unread.ended(b"a-1")
    unread.ended(b"a-1")

    forget, plus, runs, minus = lines_in(unread)
    assert (b"!", b"+ a-1", b"- a-1") == (forget, plus, minus)
    first, last = map(int, runs.removeprefix(b"@ a-1 42 1 ").split())
    assert first < last


def test_who_was_let_go_during_the_start_is_not_told_of(unread: Guardian) -> None:
    """`unref` may come before the process does."""
    unread.expect(b"a-1")
    unread.ended(b"a-1")
    unread.started(b"a-1", 42, group=True)

    assert [b"!", b"+ a-1", b"- a-1"] == lines_in(unread)


def test_who_is_taken_back_is_told_with_its_time(unread: Guardian) -> None:
    """It began long ago."""
    at = proc.began(os.getpid())

    unread.take_back(b"a-1", os.getpid(), group=False)
    unread.take_back(b"a-2", 2**22 + 1, group=False)

    expected = f"@ a-1 {os.getpid()} 0 {at} {at}".encode()
    assert [b"!", expected] == lines_in(unread)


def test_a_full_pipe_holds_nobody_up(unread: Guardian) -> None:
    """What could not be told is told later: what holds then."""
    for number in range(10_000):
        unread.expect(b"a-%d" % number)
        if number > 0:
            unread.ended(b"a-%d" % number)
    late = unread._late
    while unread._late:
        lines_in(unread)
        unread._catch_up()

    assert late
    assert [b"!", b"+ a-0"] == lines_in(unread)[-2:]


def test_a_python_is_needed(unread: Guardian, monkeypatch: pytest.MonkeyPatch) -> None:
    """Embedded in another program, `sys.executable` would start that one again."""
    monkeypatch.setattr(sys, "executable", "/usr/bin/blender")

    unread.expect(b"a-1")

    assert frozenset() == unread.descriptors


def test_it_runs_by_itself_and_holds_nothing_of_ours(guardian: Guardian) -> None:
    """In a session of its own, in the root directory, with the pipe and the answer."""
    guardian.expect(b"a-1")
    assert waiting.becomes_true(lambda: guardian.pid is not None)
    home = Path(f"/proc/{guardian.pid}")
    fields = proc.fields(guardian.pid or 0) or []
    fds = {one.name for one in (home / "fd").iterdir()}

    assert {"0", "1", "2"} == fds
    assert "/" == os.readlink(home / "cwd")
    assert "child-guardian\n" == (home / "comm").read_text()
    assert b"" == (home / "environ").read_bytes()
    assert str(os.getpid()) != fields[1]
    assert os.getsid(0) != int(fields[3])


def test_one_that_is_killed_is_replaced_and_told_again(
    guardian: Guardian, caplog: pytest.LogCaptureFixture
) -> None:
    """With a warning, and at once."""
    guardian.expect(b"a-1")
    guardian.started(b"a-1", os.getpid(), group=False)
    assert waiting.becomes_true(lambda: guardian.pid is not None)
    first = guardian.pid
    assert first is not None

    with caplog.at_level(logging.WARNING, "child_process"):
        os.kill(first, signal.SIGKILL)
        replaced = waiting.becomes_true(lambda: guardian.pid not in {None, first})

    assert replaced
    assert ["the guardian of our children ended: another one is started"] == [
        record.getMessage() for record in caplog.records
    ]
    guardian.ended(b"a-1")


def test_a_fork_has_no_share_in_it(unread: Guardian) -> None:
    """The pipe is to end with this program, not with its copy."""
    unread.expect(b"a-1")
    assert 2 == len(unread.descriptors)

    pid = os.fork()
    if pid == 0:
        closed = 0
        for fd in (unread._read, unread._write):
            closed += fd == -1
        os._exit(closed + len(unread.descriptors))
    _, status = os.waitpid(pid, 0)

    assert 2 == os.waitstatus_to_exitcode(status)
