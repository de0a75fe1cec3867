"""File systems that get in the way: no execution there, other people's /proc hidden.

Each in a mount namespace of a host's own, so that nobody else notices.
"""

import os
import sys

import pytest

from tests.conftest import in_ci
from tests.faults.launchers import each_launcher, hosts_with

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (os.geteuid() != 0 and not in_ci()),
    reason="needs root, to mount",
)

MOUNTING = """
    import asyncio, ctypes, os, shutil, sys
    from child_process import SpawnError, TimeoutExceeded, run, run_sync

    libc = ctypes.CDLL(None, use_errno=True)

    def mount(kind, where, flags, data=None):
        assert libc.mount(kind, where, kind, flags, data) == 0, ctypes.get_errno()

    assert libc.unshare(0x00020000) == 0
    mount(b"none", b"/", 0x44000)  # private, and all below it
"""

NOEXEC = """
    here = sys.argv[1]
    mount(b"tmpfs", here.encode(), 0x8)  # noexec
    shutil.copy("/bin/true", here + "/program")
    for verb in (run_sync, lambda *args: asyncio.run(run(*args))):
        try:
            verb(here + "/program")
        except SpawnError as error:
            print(error.code, error.step, error.detail)
    print(run_sync("/bin/echo", ["goes on"]).text)
"""


@each_launcher
def test_a_mount_without_execution_is_told(launcher: str, tmp_path: object) -> None:
    """EACCES although the file's mode is right: the message says what it is."""
    said = hosts_with(launcher, MOUNTING + NOEXEC, str(tmp_path)).splitlines()

    where = f"EACCES exec {tmp_path}/program"
    assert "goes on" == said.pop()
    assert 2 == len(said)
    for line in said:
        assert line.startswith(where)
        assert "noexec" in line


HIDEPID = """
    mount(b"proc", b"/proc", 0, b"hidepid=2")
    run_sync("/bin/true")
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    os.chdir("/")
    assert not os.path.exists("/proc/1")

    async def main():
        print((await run("/bin/cat", input="hi")).text)
        try:
            await run("/bin/sh", ["-c", "setsid sleep 60 & wait"], timeout=0.2)
        except TimeoutExceeded as error:
            # It held the pipe: that this came to its end tells.
            print("gone" if error.result.drained else "survived")

    asyncio.run(main())
"""


@each_launcher
def test_where_other_processes_are_hidden_ours_are_not(launcher: str) -> None:
    """hidepid=2, as somebody else than root: a tree is found and ended as ever."""
    said = hosts_with(launcher, MOUNTING + HIDEPID)

    assert ["hi", "gone"] == said.splitlines()
