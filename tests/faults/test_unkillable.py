"""A process that the system holds: not even SIGKILL ends it, and nobody hangs.

The freezer of cgroups v1 makes one: what is frozen there takes its signals when
it is thawed.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from child_process import KillTimeout, run, run_sync, spawn
from child_process._launch import tree
from tests.conftest import in_ci
from tests.support import waiting

FREEZER = Path("/sys/fs/cgroup/freezer")
HELD = 0.3
"""Seconds after SIGKILL until a process counts as held; 5 by default."""


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "KILL_TIMEOUT", HELD)


@pytest.fixture
def freezer() -> Iterator[Path]:
    """A group of its own whose members can be frozen."""
    group = FREEZER / f"child-process-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        if in_ci() and os.geteuid() == 0 and FREEZER.exists():
            pytest.fail(f"CI=true and root, but {error}", pytrace=False)
        pytest.skip("needs root, and the freezer of cgroups v1")
    yield group
    (group / "freezer.state").write_text("THAWED")
    assert waiting.becomes_true(lambda: not (group / "cgroup.procs").read_text())
    group.rmdir()


@contextmanager
def frozen(group: Path, pid: int) -> Iterator[None]:
    """Hold *pid* while the block runs."""
    (group / "cgroup.procs").write_text(str(pid))
    state = group / "freezer.state"
    state.write_text("FROZEN")
    try:
        assert waiting.becomes_true(lambda: state.read_text() == "FROZEN\n")
        assert "D" == waiting.state_of(pid)
        yield
    finally:
        state.write_text("THAWED")


async def longest_gap(until: asyncio.Future[None]) -> float:
    """Return the longest time for which the loop did not turn until *until*."""
    longest, last = 0.0, time.monotonic()
    while not until.done():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return longest


async def test_a_stop_gives_up_in_time_and_the_loop_is_free(freezer: Path) -> None:
    """`KillTimeout` at the deadline; thawed, the child ends and is reaped."""
    child = spawn("sleep", ["60"], stdio="ignore", teardown=[("SIGTERM", 0.1)])
    assert child.pid is not None
    over = asyncio.get_running_loop().create_future()
    beat = asyncio.ensure_future(longest_gap(over))

    with frozen(freezer, child.pid):
        began = time.monotonic()
        with pytest.raises(KillTimeout) as caught:
            await child.stop()
        took = time.monotonic() - began
        over.set_result(None)
        gap = await beat
        running = (child.exit_code, child.signal_code)
    status = await child.wait()

    assert (child.pid,) == caught.value.pids
    assert took < 0.1 + HELD + 0.5
    assert gap < 0.2
    assert (None, None) == running
    assert status.signal in {"SIGKILL", "SIGTERM"}
    assert waiting.becomes_true(lambda: waiting.state_of(child.pid or 0) is None)


FREEZE_MYSELF = "echo $$ > {0}/cgroup.procs; echo FROZEN > {0}/freezer.state; sleep 60"


async def test_a_time_limit_holds_for_a_run(freezer: Path) -> None:
    """The call is back in time; thawed, the child ends, and is reaped as ever."""
    line = FREEZE_MYSELF.format(freezer)
    began = time.monotonic()

    with pytest.raises(KillTimeout) as caught:
        await run("sh", ["-c", line], timeout=0.2, teardown=[("SIGTERM", 0.1)])
    took = time.monotonic() - began
    (pid,) = caught.value.pids
    held = waiting.state_of(pid)
    (freezer / "freezer.state").write_text("THAWED")

    assert took < 0.3 + HELD + 0.5
    assert "D" == held
    await waiting.until(lambda: waiting.state_of(pid) is None)


def test_a_time_limit_holds_for_a_blocking_run(freezer: Path) -> None:
    """So does it where nobody has a loop."""
    line = FREEZE_MYSELF.format(freezer)

    with pytest.raises(KillTimeout) as caught:
        run_sync("sh", ["-c", line], timeout=0.2, teardown=[("SIGTERM", 0.1)])
    (pid,) = caught.value.pids
    (freezer / "freezer.state").write_text("THAWED")

    assert waiting.becomes_true(lambda: waiting.state_of(pid) is None)
