"""Defects of Python's process libraries about starting: that we have none of them.

Each test is named after its number in the project's survey of those libraries.
d17, injection: tests/security/test_data_as_arguments.py.
"""

import threading

import pytest

from child_process import SpawnError, run, run_sync, spawn
from child_process._launch.choosing import has_native
from tests.integration.conftest import Runs
from tests.integration.waiting import until
from tests.support import hosts, leaks

# A fork copies the page tables, and afterwards each page that the parent
# writes to is one fault. Faults can be counted, where milliseconds vary.
FAULTS = """
    import asyncio, mmap, os, resource, sys
    from child_process import Limits, run, run_sync

    options = {
        "plain": {},
        "limits": {"limits": Limits(files=100)},
        "umask and cwd": {"umask": 0o77, "cwd": "/", "detached": True},
        "user": {"uid": os.geteuid(), "gid": os.getegid(), "cwd": "/"},
    }[sys.argv[1]]
    PAGES = 16 * 1024
    ballast = mmap.mmap(-1, PAGES * 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANON)
    ballast.madvise(mmap.MADV_NOHUGEPAGE)

    def touch():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for page in range(PAGES):
            ballast[page * 4096] = 1
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    async def main():
        await run("true", **options)

    first = touch()
    run_sync("true", **options)
    after_sync = touch()
    asyncio.run(main())
    after_async = touch()
    print(first, after_sync, after_async)
"""


@pytest.mark.parametrize("way", ["plain", "limits", "umask and cwd", "user"])
def test_d06_a_start_does_not_copy_page_tables(way: str) -> None:
    """No start forks: it takes the same time whatever the memory of the program."""
    if way != "plain" and not has_native():
        pytest.skip("without the compiled launcher the standard library forks")
    counts = hosts.said(FAULTS, way).split()

    first, after_sync, after_async = map(int, counts)
    assert first >= 16 * 1024
    assert after_sync < 1024
    assert after_async < 1024


STALL = """
    import asyncio, time
    from child_process import spawn

    async def main():
        longest, last, beating = 0, time.monotonic(), True

        async def beat():
            nonlocal longest, last
            while beating:
                await asyncio.sleep(0)
                now = time.monotonic()
                longest, last = max(longest, now - last), now

        heart = asyncio.create_task(beat())
        children = [spawn("true", stdio="ignore") for _ in range(100)]
        for child in children:
            await child.wait()
        beating = False
        await heart
        print(longest)

    asyncio.run(main())
"""


def test_d06_the_loop_beats_while_100_programs_start() -> None:
    """Starts go on beside the loop: 100 at once stop it for no time worth naming."""
    longest = float(hosts.said(STALL))

    assert longest < 0.5


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"cwd": "/nowhere"}, id="no such cwd"),
        pytest.param({"stdio": ["pipe", 9999, "pipe"]}, id="no such descriptor"),
        pytest.param({"shell": "/no/shell"}, id="no such shell"),
    ],
)
async def test_d08_a_failed_start_leaves_nothing(
    runs: Runs, options: dict[str, object]
) -> None:
    """20 failed starts leave as many descriptors, children and threads as before."""
    watch = leaks.Watch("")

    for _ in range(20):
        with pytest.raises(SpawnError):
            await runs("true", **options)

    assert not watch.leftovers()


async def test_d08_a_failed_spawn_leaves_nothing() -> None:
    """The same for `spawn`, whose failure is an event."""
    watch = leaks.Watch("")

    errors: list[SpawnError] = []
    for _ in range(20):
        child = spawn("true", cwd="/nowhere").on("error", errors.append)
        with pytest.raises(FileNotFoundError):
            await child.wait_closed()

    assert not watch.leftovers()
    assert ["ENOENT"] * 20 == [error.code for error in errors]


NO_DIRECTORY = """
    import asyncio, os
    from child_process import run, run_sync

    for start in (run_sync, lambda *a, **k: asyncio.run(run(*a, **k))):
        try:
            start("true", cwd="/nowhere")
        except FileNotFoundError:
            os.write(1, b"%d\\n" % os.getpid())
"""


def test_d14_a_failed_start_does_not_return_twice() -> None:
    """After a start in no directory there is one copy of the program, no more."""
    host = hosts.start(NO_DIRECTORY)

    ended = hosts.finish(host)

    assert [str(host.pid)] * 2 == ended.out.split()
    assert (0, "") == (ended.code, ended.err)


async def test_d18_children_take_no_threads() -> None:
    """100 live children are watched by the loop alone, and started by one thread."""
    before = threading.active_count()

    children = [spawn("sleep", ["30"], stdio="ignore") for _ in range(100)]
    await until(lambda: all(child._began for child in children))
    during = threading.active_count()
    for child in children:
        child.kill("SIGKILL")
    for child in children:
        await child.wait()

    assert during - before <= 1


async def test_d19_usage_claims_nothing_that_is_the_parent_s(runs: Runs) -> None:
    """No memory is told where Linux tells the parent's peak: `true` needs 2 MiB."""
    ballast = b"x" * (256 * 1024 * 1024)

    result = await runs("true")

    assert len(ballast) > 0
    assert result.usage is not None
    assert result.usage.max_rss is None
    assert result.usage.user + result.usage.system < 0.5


async def test_d19_usage_is_the_child_s_own() -> None:
    """The time that a child computed is told, of this child and of no other."""
    script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"

    busy = await run("sh", ["-c", script])
    idle = run_sync("true")

    assert busy.usage is not None
    assert idle.usage is not None
    assert busy.usage.user > idle.usage.user
