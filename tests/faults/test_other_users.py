"""A child that is another user's, whom we may not signal: told, and nobody hangs."""

import os

import pytest

from tests.conftest import in_ci
from tests.faults.launchers import each_launcher, hosts_with

OURS_NO_MORE = """
    import asyncio, os, time
    from child_process import KillTimeout, run, run_sync, spawn
    from child_process._launch import tree

    tree.KILL_TIMEOUT = 0.3
    ASIDE = {"timeout": 0.3, "teardown": [("SIGTERM", 0.1)]}

    def ours(yes):
        # As somebody else we may not signal root's processes; we can come back.
        who = 0 if yes else 65534
        os.setresuid(who, who, 0)

    async def main():
        child = spawn("sleep", ["60"], stdio="ignore")
        assert child.pid
        runs = [
            asyncio.ensure_future(run("sleep", ["60"], **ASIDE)),
            asyncio.ensure_future(run("sleep", ["60"], tree=False, **ASIDE)),
            asyncio.ensure_future(asyncio.to_thread(run_sync, "sleep", ["60"], **ASIDE)),
        ]
        await asyncio.sleep(0.1)
        ours(False)
        print(child.kill(0))
        try:
            child.kill()
        except PermissionError as error:
            print("kill", error.errno)
        began = time.monotonic()
        try:
            await child.stop([("SIGTERM", 0.1)])
        except KillTimeout as error:
            print("stop", error.pids == (child.pid,), time.monotonic() - began < 1.5)
        pids = []
        for outcome in await asyncio.gather(*runs, return_exceptions=True):
            print(type(outcome).__name__)
            pids += outcome.pids
        ours(True)
        for pid in pids:
            os.kill(pid, 9)
        print(child.kill("SIGKILL"), (await child.wait()).signal)

    asyncio.run(main())
"""


@pytest.mark.skipif(
    os.geteuid() != 0 and not in_ci(), reason="needs root, to be two users in turn"
)
@each_launcher
def test_a_child_that_may_not_be_signalled_holds_nobody_up(launcher: str) -> None:
    """`kill` raises PermissionError, stops and limits KillTimeout, all in time."""
    said = hosts_with(launcher, OURS_NO_MORE).splitlines()

    assert ["True", "kill 1", "stop True True"] == said[:3]
    assert ["KillTimeout"] * 3 == said[3:-1]
    assert "True SIGKILL" == said[-1]
