"""Tables that are full, the system's and a group's: a clean error, and then it works."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import in_ci
from tests.faults.launchers import each_launcher, hosts_with
from tests.support import system_calls, waiting

PIDS = Path("/sys/fs/cgroup/pids")

START = """
    import asyncio, os, sys
    from child_process import SpawnError, run, run_sync
    from child_process._launch.guardian import guardian
    from tests.support import system_calls, waiting

    async def outcome(verb):
        try:
            result = verb("/bin/echo", ["hi"])
            return (await result if verb is run else result).text
        except SpawnError as error:
            return f"{error.code} {error.step}"

    async def both():
        return [await outcome(run), await outcome(run_sync)]
"""

FULL = """
    async def main():
        await both()
        await waiting.until(lambda: guardian.pid)
        before = len(os.listdir("/proc/self/fd"))
        system_calls.refuse("pipe2", int(sys.argv[1]))
        said = await both()
        print(*said, len(os.listdir("/proc/self/fd")) - before, sep="\\n")
        print((await run("/bin/true", stdio="ignore")).code)

    asyncio.run(main())
"""


@pytest.mark.skipif(not system_calls.available(), reason="needs seccomp's filters")
@pytest.mark.parametrize("number", [errno.ENFILE, errno.EMFILE])
@each_launcher
def test_a_full_file_table_is_a_clean_error(launcher: str, number: int) -> None:
    """ENFILE is the system's trouble, EMFILE ours: both are named, nothing leaks."""
    said = hosts_with(launcher, START + FULL, number).splitlines()

    name = errno.errorcode[number]
    assert [f"{name} stdio", f"{name} stdio", "0", "0"] == said


@pytest.fixture
def pids() -> Iterator[Path]:
    """A group whose number of processes can be limited."""
    group = PIDS / f"child-process-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        if in_ci() and os.geteuid() == 0 and PIDS.exists():
            pytest.fail(f"CI=true and root, but {error}", pytrace=False)
        pytest.skip("needs root, and cgroups v1 with pids")
    yield group
    assert waiting.becomes_true(lambda: not (group / "cgroup.procs").read_text())
    group.rmdir()


CROWDED = """
    group = sys.argv[1]

    def limit(to):
        with open(group + "/pids.max", "w") as file:
            file.write(to)

    async def main():
        print(*await both())
        await waiting.until(lambda: guardian.pid)
        with open(group + "/cgroup.procs", "w") as file:
            file.write(str(os.getpid()))
        with open(group + "/pids.current") as file:
            limit(file.read())
        print(*await both())
        limit("max")
        print(*await both())

    asyncio.run(main())
"""


@each_launcher
def test_a_group_that_may_have_no_more_is_a_clean_error(
    launcher: str, pids: Path
) -> None:
    """EAGAIN, tried again and then told, until there is room."""
    said = hosts_with(launcher, START + CROWDED, str(pids)).splitlines()

    assert ["hi hi", "EAGAIN fork EAGAIN fork", "hi hi"] == said


BUSY = """
    async def main():
        await both()
        await waiting.until(lambda: guardian.pid)
        group = sys.argv[1]
        with open(group + "/cgroup.procs", "w") as file:
            file.write(str(os.getpid()))
        with open(group + "/pids.current") as file:
            full = file.read()
        with open(group + "/pids.max", "w", buffering=1) as file:
            file.write(full)
            file.flush()
            started = asyncio.ensure_future(outcome(run))
            await asyncio.sleep(0.02)
            file.write("max")
        print(await started)

    asyncio.run(main())
"""


@each_launcher
def test_a_short_lack_of_room_is_waited_out(launcher: str, pids: Path) -> None:
    """Within the tries: nobody notices."""
    assert "hi\n" == hosts_with(launcher, START + BUSY, str(pids))
