import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from child_process._launch import cookie, proc
from child_process._launch import tree as module
from child_process._launch.handle import PosixHandle
from child_process._launch.tree import Tree, bring_down
from child_process._values.status import ExitStatus
from child_process._values.stdio import Slot
from child_process._values.teardown import Step, Teardown
from child_process.errors import KillTimeout
from tests.support import programs, samples, slow_exec, waiting

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="descendants are found in /proc"
)

POLITE = Teardown.polite(signal.SIGTERM)
AT_ONCE = Teardown(())
FAMILY = "sleep 60 & sleep 60 & setsid sleep 60 & echo; wait"


@contextmanager
def running(*argv: str, group: bool = True, says: int = 1) -> Iterator[PosixHandle]:
    """Run *argv* until it wrote *says* lines; end it after the block."""
    stdio = (Slot.IGNORE, Slot.PIPE, Slot.IGNORE)
    plan = samples.plan(*argv, stdio=stdio, group=group, environ=dict(os.environb))
    handle = PosixHandle(cookie.marked(plan), lambda handle, done: None)
    handle.wait_started()
    said = b""
    while said.count(b"\n") < says:
        assert waiting.readable(handle.fds[1])
        said += os.read(handle.fds[1], 999)
    try:
        yield handle
    finally:
        drive(Tree(handle, group=group))
        handle.reap()
        handle._wiring.close()


def drive(tree: Tree, teardown: Teardown = AT_ONCE) -> float:
    """Walk *teardown*; return how many seconds it took."""
    began = time.monotonic()
    for pause in bring_down(tree, teardown):
        time.sleep(pause)
    return time.monotonic() - began


def alive(pids: tuple[int, ...]) -> list[int]:
    """Return those of *pids* that have not ended."""
    return [pid for pid in pids if proc.began(pid) is not None]


def family(tree: Tree, size: int) -> tuple[int, ...]:
    """Return the members of *tree*, once there are *size*."""

    def complete() -> bool:
        tree.look()
        return len(tree.remaining()) == size

    assert waiting.becomes_true(complete)
    return tree.remaining()


def test_a_tree_has_the_root_and_all_that_descend_from_it() -> None:
    """Those that left the group for a session of their own as well."""
    with running("/bin/sh", "-c", FAMILY) as handle:
        tree = Tree(handle, group=True)

        members = family(tree, 4)

        assert handle.pid == members[0]
        assert 4 == len(set(members))
        assert list(members) == alive(members)


@pytest.mark.parametrize("group", [True, False])
def test_bringing_down_ends_every_member(*, group: bool) -> None:
    """With a group of its own and without one."""
    with running("/bin/sh", "-c", FAMILY, group=group) as handle:
        tree = Tree(handle, group=group)
        members = family(tree, 4)

        drive(tree, POLITE)

        assert [] == alive(members)
        assert () == tree.remaining()
        assert ExitStatus(signal="SIGTERM", signal_number=15) == handle.poll()


def test_alone_means_the_one_process() -> None:
    """As Node does: what descends from it lives on."""
    with running("/bin/sh", "-c", "sleep 60 & echo; wait") as handle:
        root, sleeper = family(Tree(handle, group=True), 2)
        alone = Tree(handle, group=True, alone=True)

        alone.look()
        members = alone.remaining()
        drive(alone, POLITE)
        left = alive((root, sleeper))
        os.kill(sleeper, signal.SIGKILL)

        assert (root,) == members
        assert [sleeper] == left


def test_a_stopped_process_hears_the_polite_signal() -> None:
    """SIGCONT follows: SIGTERM waits for a process that is stopped."""
    with running(*programs.python("on_sigterm.py", 7)) as handle:
        handle.send_signal(signal.SIGSTOP)

        drive(Tree(handle, group=True), POLITE)

        assert ExitStatus(code=7) == handle.poll()


def test_who_ignores_every_step_is_killed() -> None:
    """Each step has its grace, and then comes SIGKILL."""
    steps = Teardown((Step(signal.SIGINT, 0.02), Step(signal.SIGTERM, 0.02)))
    argv = ["/bin/sh", "-c", "trap '' INT TERM; echo; while :; do sleep 60; done"]
    with running(*argv) as handle:
        seconds = drive(Tree(handle, group=True), steps)

        assert seconds >= 0.04
        assert ExitStatus(signal="SIGKILL", signal_number=9) == handle.poll()


def test_a_grandchild_outlives_the_root_by_its_grace_only() -> None:
    """The root ends politely; the stubborn one is killed after it."""
    with running(*programs.python("grandchild.py", "stubborn")) as handle:
        tree = Tree(handle, group=True)
        members = family(tree, 2)

        drive(tree, Teardown((Step(signal.SIGTERM, 0.05),)))

        assert [] == alive(members)
        assert ExitStatus(signal="SIGTERM", signal_number=15) == handle.poll()


def test_a_group_is_found_after_its_leader_ended() -> None:
    """What the root left behind in its group remains, and can be ended."""
    with running("/bin/sh", "-c", "sleep 60 & echo") as handle:
        waiting.readable(handle.exit_fd)
        tree = Tree(handle, group=True)

        left = tree.remaining()
        drive(tree)

        assert (handle.pid,) == left
        assert () == tree.remaining()


def test_a_number_that_was_used_again_is_left_alone() -> None:
    """A process is its number and the time it began at."""
    with (
        running("/bin/sh", "-c", "echo; exec sleep 60") as handle,
        running("/bin/sh", "-c", "echo; exec sleep 60") as stranger,
    ):
        assert stranger.pid is not None
        tree = Tree(handle, group=True)
        tree._members.add({stranger.pid: 1})

        drive(tree)

        assert [stranger.pid] == alive((stranger.pid,))


class Undying(PosixHandle):
    """A process that the system holds: signals do not end it."""

    def send_signal(self, signal_number: int) -> bool:
        """Say that it was sent, and send it not."""
        return True


def test_what_cannot_be_killed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """After SIGKILL and a time that is named, the error names who is left."""
    monkeypatch.setattr(module, "KILL_TIMEOUT", 0.05)
    with running("/bin/sh", "-c", "echo; exec sleep 60") as handle:
        held = Undying(handle.plan, lambda handle, done: None)
        held._pid = handle.pid

        with pytest.raises(KillTimeout) as caught:
            drive(Tree(held, group=False))

        assert (handle.pid,) == caught.value.pids
        held._pid = None
        held._wiring.close()


def test_nothing_is_brought_down_where_nothing_was_started() -> None:
    """A tree without a root has no members and gets no signals."""
    handle = PosixHandle(samples.plan("/no/such"), lambda handle, done: None)
    handle.wait_started()
    tree = Tree(handle, group=True)

    tree.signal(signal.SIGTERM)
    seconds = drive(tree, POLITE)

    assert () == tree.remaining()
    assert seconds < 1


@pytest.mark.parametrize("name", ["plain", "a b", ") R 1 (", "x) Z 1 1"])
def test_a_processs_name_may_hold_anything(name: str) -> None:
    """The fields of /proc are counted from the last parenthesis."""
    argv = [sys.executable, "-S", "-c"]
    code = (
        "import signal; open('/proc/self/comm', 'w').write(__import__('sys').argv[1]);"
        "print(flush=True); signal.pause()"
    )
    with running(*argv, code, name) as handle:
        assert handle.pid is not None

        assert proc.began(handle.pid) is not None
        assert os.getpgid(handle.pid) == proc.group_of(handle.pid)


@pytest.mark.parametrize("steps", [POLITE, AT_ONCE], ids=["polite", "at once"])
def test_who_lost_its_parent_and_its_group_is_found_too(steps: Teardown) -> None:
    """Neither the group nor a walk leads to a daemon: its cookie does."""
    daemon = "(setsid sh -c 'echo $$; exec sleep 60' & )"
    with running("/bin/sh", "-c", f"{daemon}; exec sleep 60", says=0) as handle:
        assert waiting.readable(handle.fds[1])
        pid = int(os.read(handle.fds[1], 99))
        root = handle.pid or 0
        lost = waiting.becomes_true(lambda: not proc.children(root))
        tree = Tree(handle, group=True)
        tree.look()
        members = tree.remaining()

        drive(tree, steps)

        assert lost
        assert (root,) == members
        assert [] == alive((pid,))


def test_searches_may_take_longer_than_a_kill_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the processors are busy: those that found nobody add up."""
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(module, "KILL_TIMEOUT", 1.0)
    with running("/bin/sh", "-c", "(setsid sleep 60 &); echo; exec sleep 60") as handle:
        drive(Tree(handle, group=True), AT_ONCE)

        assert [] == alive((handle.pid or 0,))


def test_a_search_looks_again_where_nobody_looked_since() -> None:
    """Trees that end together share a census; none is older than what it is for."""
    with running("/bin/sh", "-c", "(setsid sleep 60 &); echo; exec sleep 60") as handle:
        tree = Tree(handle, group=True)
        shared = cookie.census(time.monotonic())

        again = cookie.census(shared.begun)
        found = tree.search(time.monotonic(), 0)

        assert shared is again
        assert 1 == found
        assert 0 == tree.search(time.monotonic(), 0)
        assert cookie.census(time.monotonic()) is not shared


@slow_exec.needs_it
def test_a_search_is_not_over_while_somebody_is_in_an_exec(tmp_path: Path) -> None:
    """Nobody knows whose process that is, until it has an environment again."""
    with running("/bin/sleep", "60", says=0) as handle:
        assert handle.cookie is not None
        environ = {"CHILD_PROCESS_COOKIE": handle.cookie.decode()}
        tree = Tree(handle, group=True)
        with slow_exec.process(tmp_path / "slow", environ) as pid:
            searches = [tree.search(time.monotonic(), 0)]
            while pid not in tree.remaining() and all(searches):
                searches.append(tree.search(time.monotonic(), 0))

    assert 0 not in searches


def test_without_proc_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no /proc, the group is all there is."""

    def refuse(path: str) -> list[str]:
        raise FileNotFoundError(path)

    with running("/bin/sh", "-c", "sleep 60 & echo; wait") as handle:
        monkeypatch.setattr(os, "listdir", refuse)
        tree = Tree(handle, group=True)
        tree.look()
        members = tree.remaining()
        drive(tree)
        monkeypatch.undo()

        assert (handle.pid,) == members
        # The last of the group were killed, unseen: they may be on their way.
        assert waiting.becomes_true(lambda: () == tree.remaining())
