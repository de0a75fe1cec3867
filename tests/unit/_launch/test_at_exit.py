import asyncio
import gc
import os
import signal
import subprocess
import sys

import pytest

from child_process import spawn
from tests.support import waiting
from tests.support.loops import Loops

PROGRAM = """
import asyncio, sys
from child_process import spawn

async def main():
    plain = spawn("sleep", ["60"], stdio="ignore")
    stubborn = spawn("sh", ["-c", "trap '' TERM; echo; while :; do sleep 60; done"])
    taken_back = spawn("sleep", ["60"], stdio="ignore").unref().ref()
    let_go = spawn("sleep", ["60"], stdio="ignore").unref()
    detached = spawn("sleep", ["60"], stdio="ignore", detached=True)
    gone = spawn("true", stdio="ignore")
    await gone.wait()
    await stubborn.stdout.read(1)
    for child in (plain, stubborn, taken_back, let_go, detached):
        print(child.pid, flush=True)

asyncio.run(main())
"""


def lives(pid: int) -> bool:
    """Say whether *pid* runs."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return b") Z" not in file.read()
    except OSError:
        return False


@pytest.mark.parametrize("turns", [0, 1, 20])
def test_a_child_whose_loop_is_gone_is_reaped(loops: Loops, turns: int) -> None:
    """A loop that was closed early, before it heard of the start even."""

    async def main() -> int | None:
        child = spawn("sh", ["-c", "read x"], stdio=["pipe", "ignore", "ignore"])
        pid = child.pid
        for _ in range(turns):
            await asyncio.sleep(0)
        return pid

    loop = loops.new()
    pid = loop.run_until_complete(main())
    loop.close()
    gc.collect()

    assert waiting.becomes_true(lambda: not os.path.exists(f"/proc/{pid}"))


def test_a_programs_children_end_with_it_unless_they_were_let_go() -> None:
    """SIGTERM, a moment, SIGKILL; not those that are detached or unref'd."""
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        check=True,
        timeout=waiting.LONG,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    pids = [int(line) for line in found.stdout.split()]
    living = [lives(pid) for pid in pids]
    for pid in pids[3:]:
        os.kill(pid, signal.SIGKILL)

    assert [False, False, False, True, True] == living
    assert b"" == found.stderr
