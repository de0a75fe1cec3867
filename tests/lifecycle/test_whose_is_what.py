"""While a child runs its whole tree is ours; what it left behind is not."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from child_process import TimeoutExceeded, spawn
from tests.lifecycle.conftest import Runs
from tests.support import programs, waiting

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="descendants are found in /proc"
)

FORKED_TWICE = "(setsid sh -c 'trap \"\" TERM INT HUP; echo $$; exec sleep 300' &)"
"""Left its session and lost its parent; it holds stdout, and is deaf."""


@pytest.fixture
def left_running() -> Iterator[list[int]]:
    """Numbers of processes to end after the test."""
    pids: list[int] = []
    yield pids
    for pid in filter(waiting.lives, pids):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("setsid sleep 300 & echo $!; wait", id="left the session"),
        pytest.param(f"{FORKED_TWICE}; sleep 300", id="forked twice"),
        pytest.param(f"{FORKED_TWICE}; exec sleep 300", id="and its parent is another"),
    ],
)
async def test_a_limit_ends_whoever_holds_the_pipe(runs: Runs, line: str) -> None:
    """Back 0.5 seconds after a limit of 0.3, and nobody is left."""
    began = time.monotonic()

    with pytest.raises(TimeoutExceeded) as caught:
        await runs("sh", ["-c", line], timeout=0.3, teardown=[("SIGTERM", 0.1)])
    seconds = time.monotonic() - began
    pid = int(caught.value.result.stdout or 0)

    assert [] == waiting.survivors([pid], 0.0)
    assert seconds < 0.8


async def test_what_a_command_leaves_is_left_alone(
    runs: Runs, left_running: list[int]
) -> None:
    """`run` returns although the sleeper holds its stdout, and leaves it running."""
    began = time.monotonic()

    result = await runs("sh", ["-c", "setsid sleep 300 & echo $!"])
    seconds = time.monotonic() - began
    left_running.append(int(result.text))

    assert waiting.lives(left_running[0])
    assert seconds < 0.6
    assert not result.drained


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("sleep 300 & echo $!", id="in its group"),
        pytest.param("setsid sleep 300 & echo $!", id="in a session of its own"),
        pytest.param(
            "(setsid sh -c 'echo $$ >$0; exec sleep 300' $0 &);"
            "until [ -s $0 ]; do :; done; cat $0",
            id="forked twice",
        ),
    ],
)
async def test_tree_all_ends_what_a_command_leaves(
    runs: Runs, line: str, tmp_path: Path
) -> None:
    """It is gone when `run` returns, however it hid."""
    teardown = [("SIGTERM", 0.1)]

    words = ["-c", line, tmp_path / "pid"]
    result = await runs("sh", words, tree="all", teardown=teardown)

    assert [] == waiting.survivors([int(result.text)], 0.0)
    assert 0 == result.code


async def test_tree_false_signals_the_one_process(
    runs: Runs, left_running: list[int]
) -> None:
    """As Node does: who descends from it lives on."""
    with pytest.raises(TimeoutExceeded) as caught:
        await runs("sh", ["-c", "sleep 300 & echo $!; wait"], timeout=0.1, tree=False)
    left_running.append(int(caught.value.result.stdout or 0))

    assert waiting.lives(left_running[0])


async def test_a_daemon_hears_the_polite_signal_first(tmp_path: Path) -> None:
    """TERM, and the time it has, are for those that only a cookie leads to, too."""
    note = tmp_path / "note"
    script = f"trap 'echo bye >{note}; exit' TERM; echo; while :; do sleep 0.01; done"
    words = ["-c", '(setsid sh -c "$1" &); sleep 300', "sh", script]
    async with spawn("sh", words, stdio=["ignore", "pipe", "ignore"]) as child:
        assert child.stdout is not None
        await child.stdout.read(1)

        await child.stop()

    assert "bye\n" == note.read_text()


async def test_fifty_daemons_are_ended_at_once() -> None:
    """Stops that happen together share what they have to look at."""
    line = "(setsid sh -c 'echo $$; exec sleep 300' &); exec sleep 300"
    stdio = ("ignore", "pipe", "ignore")
    children = [spawn("sh", ["-c", line], stdio=stdio) for _ in range(50)]
    pids = []
    for child in children:
        assert child.stdout is not None
        pids.append(int(await anext(child.stdout.lines())))

    began = time.monotonic()
    for child in children:
        child._bring_down("stopped")
    for child in children:
        await child.stop()
    seconds = time.monotonic() - began

    assert [] == waiting.survivors(pids, 0.0)
    assert seconds < 5


async def test_a_fork_bomb_of_daemons_is_ended() -> None:
    """What keeps forking and letting go of its children is frozen, then killed."""
    async with spawn(*_words("fork_forever.py"), stdio="ignore") as child:
        await child.stop([("SIGTERM", 0.05)])

    assert child._tree is not None
    assert () == child._tree.remaining()


def _words(name: str) -> tuple[str, list[str]]:
    file, *args = programs.python(name)
    return file, args
