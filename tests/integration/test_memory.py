"""Memory stays flat, whatever a child writes.

In a host, whose peak (VmHWM) is read before and after. benchmarks/ does it
with 4 GiB; half a GiB shows the same: kept output would be kept.
"""

import pytest

from tests.support import hosts
from tests.support.loops import Loops

SIZE = 512 * 1024 * 1024
MIB = 1024 * 1024
GROWTH = 16 * MIB

HOST = """
    import asyncio, random, sys
    from child_process import run, run_sync, spawn

    SIZE = int(sys.argv[1])
    ARGS = ["-c", str(SIZE), "/dev/zero"]
    LOOP = sys.argv[2]

    def peak():
        with open("/proc/self/status") as file:
            return next(int(l.split()[1]) for l in file if l.startswith("VmHWM"))

    async def main():
        async with spawn("head", ["-c", "1M", "/dev/zero"]) as child:
            async for _ in child.stdout:
                pass
        run_sync("true")
        before = peak()
        seen = await measured()
        print(seen, (peak() - before) * 1024)

    {measured}

    if LOOP == "uvloop":
        import uvloop
        uvloop.run(main())
    else:
        asyncio.run(main())
"""

LISTENER = """
    async def measured():
        seen = 0
        def count(chunk):
            nonlocal seen
            seen += len(chunk)
        child = spawn("head", ARGS)
        child.stdout.on("data", count)
        await child.wait_closed()
        return seen
"""

ASYNC_FOR = """
    async def measured():
        seen = 0
        async with spawn("head", ARGS) as child:
            async for chunk in child.stdout:
                seen += len(chunk)
        return seen
"""

STALLING = """
    async def measured():
        seen = 0
        random.seed(7)
        async with spawn("head", ARGS) as child:
            async for chunk in child.stdout:
                seen += len(chunk)
                if random.random() < 0.001:
                    await asyncio.sleep(0.1)
        return seen
"""

STALLING_LISTENER = """
    async def measured():
        seen = 0
        random.seed(7)
        child = spawn("head", ARGS)
        def count(chunk):
            nonlocal seen
            seen += len(chunk)
            if random.random() < 0.001:
                child.stdout.pause()
                asyncio.get_running_loop().call_later(0.1, child.stdout.resume)
        child.stdout.on("data", count)
        await child.wait_closed()
        return seen
"""

THROWN_AWAY = """
    async def measured():
        async with spawn("head", ARGS) as child:
            pass
        return child.stdout.bytes_read
"""

TRUNCATED = """
    async def measured():
        options = {"max_buffer": 1024 * 1024, "overflow": "truncate"}
        result = await run("head", ARGS, encoding=None, **options)
        return SIZE if len(result.stdout) == 1024 * 1024 and result.truncated else 0
"""

TRUNCATED_SYNC = TRUNCATED.replace("await run", "run_sync")

FED = """
    async def measured():
        def source():
            for _ in range(SIZE // 65536):
                yield bytes(65536)
        await run("cat", input=source(), stdio=["pipe", "ignore", "ignore"])
        return SIZE
"""

FED_ASYNC = FED.replace("def source", "async def source")
FED_SYNC = FED.replace("await run", "run_sync")


def host_of(measured: str) -> str:
    """Return `HOST` with *measured* in its place."""
    return HOST.replace("    {measured}", measured)


@pytest.mark.parametrize(
    "measured",
    [
        pytest.param(LISTENER, id="data listener"),
        pytest.param(ASYNC_FOR, id="async for"),
        pytest.param(STALLING, id="a reader that stalls"),
        pytest.param(STALLING_LISTENER, id="a listener that stalls"),
        pytest.param(THROWN_AWAY, id="nobody reads"),
        pytest.param(TRUNCATED, id="truncated"),
        pytest.param(TRUNCATED_SYNC, id="truncated, run_sync"),
        pytest.param(FED, id="input from an iterable"),
        pytest.param(FED_ASYNC, id="input from an async iterable"),
        pytest.param(FED_SYNC, id="input, run_sync"),
    ],
)
def test_memory_is_flat(measured: str, loops: Loops) -> None:
    """512 MiB through a pipe, all of it, and the peak grows by 16 MiB at most."""
    answer = hosts.said(host_of(measured), SIZE, loops.name)

    seen, grown = map(int, answer.split())
    assert SIZE == seen
    assert grown <= GROWTH


LONG_LINE = """
    async def measured():
        script = "head -c 100000000 /dev/zero | tr '\\\\0' a; echo; echo end"
        async with spawn("sh", ["-c", script]) as child:
            sizes = [len(line) async for line in child.stdout.lines()]
        return SIZE if sizes == [100000000, 3] else 0
"""


def test_one_line_of_100_mb_is_read_in_linear_space(loops: Loops) -> None:
    """A line costs its bytes, while they come, and then its text: no more."""
    answer = hosts.said(host_of(LONG_LINE), SIZE, loops.name)

    seen, grown = map(int, answer.split())
    assert SIZE == seen
    assert grown <= 3 * 100_000_000 + GROWTH
