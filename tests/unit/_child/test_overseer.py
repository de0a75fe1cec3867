import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from child_process._child.overseer import Overseer
from child_process._launch import at_exit
from child_process._launch.launcher import ThreadLauncher
from child_process._launch.ports import ProcessHandle
from child_process._values.limits import Limits
from tests.support import samples, waiting

pytestmark = pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="what a tree uses is read from /proc"
)


@pytest.fixture
def handle() -> Iterator[ProcessHandle]:
    """Run a program that does nothing, until the test is over."""
    made = ThreadLauncher().launch(samples.plan("/bin/sleep", "60"))
    made.wait_started()
    yield made
    made.send_signal(signal.SIGKILL)
    assert waiting.becomes_true(lambda: made.poll() is not None)
    made.reap()
    at_exit.let_go(made)


async def test_it_tells_once_that_a_limit_is_passed(handle: ProcessHandle) -> None:
    """And looks no more: the one who hears of it ends the tree."""
    told: list[str] = []

    Overseer(asyncio.get_running_loop(), handle, Limits(processes=0), told.append)
    await waiting.until(lambda: told)
    await asyncio.sleep(0.1)

    assert ["processes"] == told


async def test_it_goes_on_looking_until_it_is_cancelled(handle: ProcessHandle) -> None:
    """A tree within its limits is looked at again; a cancelled one is not."""
    loop, told = asyncio.get_running_loop(), list[str]()
    overseer = Overseer(loop, handle, Limits(processes=9), told.append)
    first = overseer._oversight.due

    await waiting.until(lambda: overseer._oversight.due > first)
    overseer.cancel()
    last = overseer._oversight.due
    await asyncio.sleep(0.1)

    assert last == overseer._oversight.due
    assert [] == told
