"""Processes that run away: from their parent, their session, their environment."""

import os
import sys
import time

import pytest

from child_process import spawn
from tests.faults.launchers import ENVIRONMENTS, each_launcher
from tests.support import hosts, leaks, programs, waiting
from tests.support.families import bearers

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="descendants are found in /proc"
)

HOPS_END = 5.0
"""Seconds within which a chain of hops is ended; by itself it ends after eight."""


def runaways() -> list[int]:
    """Return what runs with this test's token in its environment."""
    entry = f"{leaks.VARIABLE}={os.environ[leaks.VARIABLE]}".encode()
    return bearers(entry, os.getpid())


KILLED = """
    import asyncio, os, signal, sys
    from child_process import spawn
    from child_process._launch.guardian import guardian

    async def main():
        child = spawn(sys.argv[1], sys.argv[2:], stdio=["pipe", "pipe", "ignore"])
        await anext(child.stdout.lines())
        while guardian.pid is None:
            await asyncio.sleep(0.001)
        os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(main())
"""


@each_launcher
def test_a_chain_of_hops_ends_with_a_host_that_is_killed(
    launcher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of a thousand processes forks one that leaves its session, and ends."""
    for name, value in ENVIRONMENTS[launcher].items():
        monkeypatch.setenv(name, value)

    ended = hosts.run(KILLED, *programs.python("hop.py"))
    began = time.monotonic()

    assert -9 == ended.code
    assert waiting.becomes_true(lambda: not runaways(), HOPS_END)
    assert time.monotonic() - began < HOPS_END


async def test_a_chain_of_hops_is_stopped() -> None:
    """A stop finds it by its cookie, wherever it is by now."""
    program, *args = programs.python("hop.py")
    async with spawn(program, args) as child:
        assert child.stdout is not None
        await anext(child.stdout.lines())
        assert waiting.becomes_true(lambda: bool(runaways()))

        began = time.monotonic()
        await child.stop()
        took = time.monotonic() - began

    assert waiting.becomes_true(lambda: not runaways(), 1)
    assert took < HOPS_END


CLEARED = "env -i setsid sleep 60 & echo $!; wait"


@each_launcher
def test_a_cleared_environment_is_found_by_its_parent(
    launcher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cookie and no group, but a parent: gone within a second of the host."""
    for name, value in ENVIRONMENTS[launcher].items():
        monkeypatch.setenv(name, value)
    host = KILLED.replace("anext(child.stdout.lines())", "tell(child)").replace(
        "    async def main():",
        "    async def tell(child):\n"
        "        print(await anext(child.stdout.lines()), flush=True)\n\n"
        "    async def main():",
    )

    ended = hosts.run(host, "sh", "-c", CLEARED)

    pid = int(ended.out)
    assert -9 == ended.code
    assert waiting.becomes_true(lambda: not waiting.lives(pid), 1)
