import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from child_process._launch import at_exit
from child_process._launch.cookie import marked
from child_process._launch.launcher import ThreadLauncher
from child_process._launch.oversight import INTERVAL, Oversight
from child_process._launch.ports import ProcessHandle
from child_process._launch.tree import Tree, bring_down
from child_process._protocol.exceeding import Sample
from child_process._values.limits import Limits
from child_process._values.stdio import Slot
from child_process._values.teardown import AT_ONCE
from tests.support import samples, waiting

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="what a tree uses is read from /proc"
)
MIB = 1024 * 1024
BIG = "x=$(head -c 30M /dev/zero | tr '\\0' x);"


@contextmanager
def running(line: str) -> Iterator[ProcessHandle]:
    """Run *line* in a shell until it wrote something; end it after the block."""
    stdio = (Slot.IGNORE, Slot.PIPE, Slot.IGNORE)
    plan = samples.plan("/bin/sh", "-c", line, stdio=stdio)
    handle = ThreadLauncher().launch(marked(plan))
    handle.wait_started()
    said = handle.fds.pop(1)
    try:
        assert waiting.readable(said)
        yield handle
    finally:
        for pause in bring_down(Tree(handle, group=True), AT_ONCE):
            time.sleep(pause)
        handle.reap()
        at_exit.let_go(handle)
        os.close(said)


@pytest.mark.parametrize(
    ("line", "limits", "expected"),
    [
        pytest.param("echo; read x", Limits(processes=1), None, id="one"),
        pytest.param(
            "sleep 60 & setsid sleep 60 & echo; wait",
            Limits(processes=2),
            "processes",
            id="three, one in a session of its own",
        ),
        pytest.param(
            "sleep 60 & sleep 60 & echo; wait", Limits(processes=3), None, id="three"
        ),
        pytest.param(
            BIG + "echo; sleep 60", Limits(memory=10 * MIB), "memory", id="big"
        ),
        pytest.param(
            BIG + "echo; sleep 60", Limits(memory=200 * MIB), None, id="small"
        ),
    ],
)
def test_a_tree_is_over_a_limit_or_not(
    line: str, limits: Limits, expected: str | None
) -> None:
    """The whole of it counts, wherever its members went."""
    with running(line) as handle:
        assert expected == Oversight(handle, limits).look()


def test_what_forks_share_is_counted_once() -> None:
    """Four of them, with 30 MiB that none has written to since."""
    forks = "for i in 1 2 3; do (read x; :) & done; echo; wait"
    with running(BIG + forks) as handle:
        oversight = Oversight(handle, Limits(memory=100 * MIB))

        assert oversight.look() is None


def test_a_look_is_followed_by_a_rest() -> None:
    """However often the clock is asked; a longer look by a longer rest."""
    with running("echo; sleep 60") as handle:
        oversight = Oversight(handle, Limits(memory=MIB * 1024))
        before = time.monotonic()

        oversight.look()

        assert oversight.due >= before + INTERVAL


def test_a_tree_that_has_ended_uses_nothing() -> None:
    """It may end between two looks, and while it is looked at."""
    with running("echo; exec sleep 60") as handle:
        handle.send_signal(signal.SIGKILL)
        assert waiting.becomes_true(lambda: handle.poll() is not None)

        assert Oversight(handle, Limits(memory=0, processes=0)).look() is None


def test_the_last_look_finds_what_was_left_behind() -> None:
    """Whose parents are gone, and which no walk down from the root can find."""
    with running(
        "for i in 1 2 3; do setsid sleep 60 & done; sleep 0.2; echo"
    ) as handle:
        assert waiting.becomes_true(lambda: handle.poll() is not None)

        oversight = Oversight(handle, Limits(processes=2))

        assert oversight.look() is None
        assert "processes" == oversight.last_look()


def test_a_strike_ends_the_group_in_one_call() -> None:
    """The root with all that stayed in its group, however fast it grows."""
    with running("sleep 60 & sleep 60 & echo; wait") as handle:
        oversight = Oversight(handle, Limits(processes=1))
        assert "processes" == oversight.look()

        oversight.strike()

        assert waiting.becomes_true(lambda: handle.poll() is not None)
        assert waiting.becomes_true(lambda: not Tree(handle, group=True).remaining())


def test_no_strike_reaches_a_number_that_was_given_back() -> None:
    """The group of a child that was reaped may be a stranger's by now."""
    with running("echo; exec sleep 60") as handle:
        oversight = Oversight(handle, Limits(processes=1))
        handle.send_signal(signal.SIGKILL)
        assert waiting.becomes_true(lambda: handle.poll() is not None)
        handle.reap()

        oversight.strike()

        assert -1 == handle.exit_fd


def test_a_tree_that_grows_is_looked_at_sooner() -> None:
    """Until it is over its limit, or grows no more."""
    with running("sleep 60 & sleep 60 & sleep 60 & echo; wait") as handle:
        oversight = Oversight(handle, Limits(processes=100))
        oversight._seen = Sample(0, 3)
        began = time.monotonic()
        oversight.look()
        took = time.monotonic() - began
        grown = oversight.due - time.monotonic()

        before = time.monotonic()
        oversight.look()

        assert grown <= max(0.005, took)
        assert oversight.due >= before + INTERVAL
