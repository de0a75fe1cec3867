"""Old kernels, closed sandboxes, full tables: the same results, or a clean error.

Each fallback is forced, in a host; system calls that a kernel does not have are in
``tests/faults``.
"""

import os
import subprocess

import pytest

from tests.support import hosts
from tests.support.loops import Loops

root = pytest.mark.skipif(os.geteuid() != 0, reason="needs to change the user")

# What must work, whatever is missing.
SUITE = """
    import asyncio, os, sys
    from child_process import CommandFailed, SpawnError, TimeoutExceeded
    from child_process import run, run_sync, spawn

    async def main():
        said = []
        for verb in (run, run_sync):
            async def call(*args, **options):
                outcome = verb(*args, **options)
                return await outcome if verb is run else outcome
            said.append((await call("cat", input="hi")).text)
            try:
                await call("sh", ["-c", "exit 3"])
            except CommandFailed as error:
                said.append(error.result.code)
            try:
                await call("sh", ["-c", "sleep 30 & wait"], timeout=0.3)
            except TimeoutExceeded as error:
                # It held the pipe: that this came to its end tells.
                said.append("gone" if error.result.drained else "survived")
            try:
                await call("true", cwd="/nowhere")
            except FileNotFoundError as error:
                said.append(error.step)
            shown = "ls /proc/self/fd | wc -l" if os.path.isdir("/proc/self") else "echo 4"
            os.set_inheritable(os.open("/dev/null", os.O_RDONLY), True)
            said.append((await call("sh", ["-c", shown])).text)
        async with spawn("cat", stdio=["pipe"] * 4) as child:
            child.stdin.end("x")
            said.append(await child.stdout.text())
            said.append((await child.wait()).code)
        async with spawn("sleep", ["30"]) as child:
            said.append(child.kill(0))
            await child.stop()
            said.append(child.signal_code)
            said.append(child.kill(0))
        await asyncio.gather(*[run("true") for _ in range(50)])
        print(*said)

    if sys.argv[1] == "uvloop":
        import uvloop
        uvloop.run(main())
    else:
        asyncio.run(main())
"""
EACH = ["hi", "3", "gone", "cwd", "4"]
EXPECTED = [*EACH, *EACH, "x", "0", "True", "SIGTERM", "False"]


NO_POSIX_SPAWN = """
    from child_process._launch import posix_spawn
    posix_spawn.available = lambda: False
"""


def test_a_c_library_without_posix_spawn_is_done_without(loops: Loops) -> None:
    """The same results by `subprocess.Popen`, but for descriptors above 2."""
    suite = SUITE.replace('stdio=["pipe"] * 4', 'stdio=["pipe"] * 3')

    answer = hosts.said(NO_POSIX_SPAWN + suite, loops.name)

    assert EXPECTED == answer.split()


def may_unshare() -> bool:
    """Say whether this user may make a mount namespace."""
    command = ["unshare", "-m", "umount", "-l", "/proc"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


NO_PROC = """
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.unshare(0x00020000) == 0
    assert libc.mount(b"none", b"/", None, 0x44000, None) == 0  # private, below too
    assert libc.umount2(b"/proc", 2) == 0
"""


def test_without_proc_the_group_is_ended(loops: Loops) -> None:
    """No /proc, no walk: who stayed in the group is ended all the same."""
    if not may_unshare():
        pytest.skip("may not take /proc away here")

    answer = hosts.said(NO_PROC + SUITE, loops.name)

    assert EXPECTED == answer.split()


# --------------------------------------------------------- no room, no rights

CROWDED = """
    import asyncio, os, resource, sys
    from child_process import SpawnError, run, run_sync, spawn

    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    os.chdir("/")
    # Without a guardian, which may find no room either, and says so.
    alone = {"die_with_parent": False}

    async def main():
        await run("/bin/true", **alone)
        asyncio.get_running_loop().set_exception_handler(lambda *_: print("handler"))
        before = len(os.listdir("/proc/self/fd"))
        most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        resource.setrlimit(resource.RLIMIT_NPROC, (0, most))
        for verb in (run, run_sync):
            try:
                outcome = verb("/bin/true", **alone)
                if verb is run:
                    await outcome
            except BlockingIOError as error:
                print(error.code, error.step, "RLIMIT_NPROC is 0" in str(error))
        child = spawn("/bin/true", **alone)
        try:
            await child.wait()
        except SpawnError as error:
            print(error.code)
        after = len(os.listdir("/proc/self/fd"))
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        print((await run("/bin/echo", ["room again"], **alone)).text, after - before)

    asyncio.run(main())
"""


@root
def test_a_full_process_table_is_a_clean_error() -> None:
    """EAGAIN: tried again some times, then said with its limit; nothing leaks."""
    answer = hosts.said(CROWDED)

    assert [
        "EAGAIN fork True",
        "EAGAIN fork True",
        "EAGAIN",
        "room again 0",
    ] == answer.splitlines()


FIRST_START_CROWDED = CROWDED.replace(
    '        await run("/bin/true", **alone)\n', "", 1
)


@root
def test_a_launcher_without_a_thread_starts_by_itself() -> None:
    """Where not even our thread can be had, the first start is a clean error too."""
    answer = hosts.said(FIRST_START_CROWDED)

    assert "EAGAIN" == answer.splitlines()[-2]
    assert answer.splitlines()[-1].startswith("room again")


NO_RIGHTS = """
    import asyncio, os
    from child_process import SpawnError, run, run_sync

    os.setgid(65534)
    os.setuid(65534)
    for options in ({"uid": 0}, {"gid": 0}, {"uid": 0, "gid": 0}):
        for verb in (run_sync, lambda *a, **k: asyncio.run(run(*a, **k))):
            try:
                verb("/bin/true", cwd="/", **options)
            except PermissionError as error:
                print(error.code, error.step)
"""


@root
def test_a_user_one_may_not_become_is_the_step_that_failed() -> None:
    """EPERM names credentials, not the program."""
    assert ["EPERM credentials"] * 6 == hosts.said(NO_RIGHTS).splitlines()


OTHER_USER = """
    import asyncio
    from child_process import run, run_sync

    options = {"uid": 65534, "gid": 65534, "cwd": "/"}
    for result in (
        run_sync("/usr/bin/id", **options),
        asyncio.run(run("/usr/bin/id", **options)),
    ):
        print(result.text.split("(")[0], "groups=65534" in result.text)
"""


@root
def test_another_user_without_our_groups() -> None:
    """The child is the other user, and in none of root's groups."""
    assert ["uid=65534 True"] * 2 == hosts.said(OTHER_USER).splitlines()
