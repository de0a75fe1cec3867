"""Loops that close, interpreters that exit and interrupts, in the middle of a stop."""

import os
import sys

import pytest

from tests.support import hosts, waiting

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="descendants are found in /proc"
)

STUBBORN = """
    import asyncio, gc, os, signal, sys, time
    from child_process import AbortController, run, run_sync, spawn

    # A child that goes at once, and a daemon of its that hears no SIGTERM.
    SCRIPT = (
        "(setsid sh -c 'trap \\"\\" TERM; echo $$; while :; do sleep 0.1; done' &);"
        "trap 'exit' TERM; while :; do sleep 0.05; done"
    )
    STDIO = ["ignore", "pipe", "ignore"]

    abort = AbortController()

    async def stubborn():
        child = spawn("sh", ["-c", SCRIPT], stdio=STDIO, teardown=[("SIGTERM", 30)],
                      signal=abort.signal)
        child.on("error", lambda error: None)
        print(child.pid, await anext(child.stdout.lines()), flush=True)
        return child
"""

CLOSED = """
    async def main():
        child = await stubborn()
        abort.abort()
        await child.wait()  # the child has ended, its tree has not

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
"""


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        pytest.param("pass", 0, id="exits"),
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", -9, id="is killed"),
    ],
)
def test_a_stop_that_the_loop_left_is_done_all_the_same(rest: str, code: int) -> None:
    """The child has ended and its daemon has not when the program ends."""
    ended = hosts.run(STUBBORN + CLOSED + "    " + rest)

    pids = [int(word) for word in ended.out.split()]
    assert 2 == len(pids)
    assert [] == waiting.survivors(pids)
    assert code == ended.code


GOES_ON = """
    import gc
    gc.collect()
    print(os.read(0, 1))
"""


def test_a_stop_that_the_loop_left_goes_on_without_it() -> None:
    """A long-lived program may close one loop and live on: a thread ends the tree."""
    read, write = os.pipe()
    host = hosts.start(STUBBORN + CLOSED + GOES_ON, stdin=read)
    os.close(read)
    assert host.stdout is not None
    pids = [int(word) for word in host.stdout.readline().split()]

    left = waiting.survivors(pids, waiting.LONG)
    os.write(write, b"x")
    os.close(write)
    ended = hosts.finish(host)

    assert 2 == len(pids)
    assert [] == left
    assert (0, "") == (ended.code, ended.err)


TWICE = """
    async def main():
        child = await stubborn()
        stopping = asyncio.ensure_future(child.stop([("SIGTERM", 0.3)]))
        for _ in range(3):
            await asyncio.sleep(0.05)
            stopping.cancel()
        try:
            await stopping
        except asyncio.CancelledError:
            print("cancelled", flush=True)

    asyncio.run(main())
    os.read(0, 1)
"""


def test_cancelling_a_stop_again_and_again_does_not_cut_it_short() -> None:
    """The cancellation is raised when nobody is left."""
    read, write = os.pipe()
    host = hosts.start(STUBBORN + TWICE, stdin=read)
    os.close(read)
    assert host.stdout is not None
    pids = [int(word) for word in host.stdout.readline().split()]

    word = host.stdout.readline()
    left = waiting.survivors(pids, 0.0)
    os.close(write)
    ended = hosts.finish(host)

    assert "cancelled\n" == word
    assert [] == left
    assert (0, "") == (ended.code, ended.err)


INTERRUPTED = """
    def interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        run_sync("sh", ["-c", SCRIPT.replace("echo $$", "echo $$ >&3")],
                 stdio=["ignore", "ignore", "ignore", 1], teardown=[("SIGTERM", 0.2)])
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    os.read(0, 1)
"""


def test_an_interrupt_of_a_blocking_run_ends_daemons_too() -> None:
    """They are gone when KeyboardInterrupt is seen."""
    read, write = os.pipe()
    host = hosts.start(STUBBORN + INTERRUPTED, stdin=read)
    os.close(read)
    assert host.stdout is not None
    pid = int(host.stdout.readline())

    word = host.stdout.readline()
    left = waiting.survivors([pid], 0.0)
    os.close(write)
    ended = hosts.finish(host)

    assert "interrupted\n" == word
    assert [] == left
    assert (0, "") == (ended.code, ended.err)


STORM = """
    import asyncio, os, signal
    from child_process import run

    hits = 0

    def count(*_):
        global hits
        hits += 1

    async def main():
        signal.signal(signal.SIGALRM, count)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        for number in range(10):
            results = await asyncio.gather(
                *[run("sh", ["-c", f"exit {i}"], check=False) for i in range(20)])
            assert [r.code for r in results] == [*range(20)]
        signal.setitimer(signal.ITIMER_REAL, 0)

    asyncio.run(main())
    print(hits > 10)
"""


def test_signals_to_us_during_starts_change_nothing() -> None:
    """A thousand a second while 200 programs start: no EINTR, no lost start."""
    assert "True\n" == hosts.said(STORM)
