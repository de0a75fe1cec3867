"""KeyboardInterrupt: the tree has ended when it is seen, whenever it came.

Each host is a Python of its own; what it says on stderr is a failure.
"""

import signal

import pytest

from tests.integration.waiting import survivors
from tests.support import hosts

INTERRUPTED = """
    import asyncio, os, sys
    from child_process import run, run_sync, spawn

    SCRIPT = "echo $$ >&3; trap '' INT; sleep 30 & echo $! >&3; wait"
    STDIO = ["ignore", "pipe", "pipe", 1]

    async def block():
        async with spawn("sh", ["-c", SCRIPT], stdio=STDIO) as child:
            await child.wait()

    try:
        if sys.argv[1] == "run_sync":
            run_sync("sh", ["-c", SCRIPT], stdio=STDIO)
        elif sys.argv[1] == "run":
            asyncio.run(run("sh", ["-c", SCRIPT], stdio=STDIO))
        else:
            asyncio.run(block())
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


@pytest.mark.parametrize("verb", ["run_sync", "run", "spawn"])
def test_an_interrupt_ends_the_tree_first(verb: str) -> None:
    """SIGINT to us alone: the tree has ended when KeyboardInterrupt is seen."""
    host = hosts.start(INTERRUPTED, verb)
    assert host.stdout is not None
    pids = [int(host.stdout.readline()), int(host.stdout.readline())]

    host.send_signal(signal.SIGINT)
    word = host.stdout.readline()
    left = survivors(pids)
    ended = hosts.finish(host)

    assert ("interrupted\n", []) == (word, left)
    assert hosts.Ended(0, "", "") == ended


def test_an_interrupt_that_nobody_catches_ends_the_tree() -> None:
    """The host dies as usual, with its traceback, and no child is left."""
    host = hosts.start(INTERRUPTED.replace("KeyboardInterrupt", "EOFError"), "run_sync")
    assert host.stdout is not None
    pids = [int(host.stdout.readline()), int(host.stdout.readline())]

    host.send_signal(signal.SIGINT)
    ended = hosts.finish(host)

    assert -signal.SIGINT == ended.code
    assert "KeyboardInterrupt" in ended.err
    assert [] == survivors(pids)


AT_ANY_MOMENT = """
    import os, random, signal, sys
    from child_process import run_sync

    def interrupt(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGALRM, interrupt)

    def state():
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return file.read().split(), len(os.listdir("/proc/self/fd"))

    run_sync("true")
    while state()[0]:
        pass  # what makes the guardian one of no parent is a child for a moment
    before, interrupted = state(), 0
    random.seed(5)
    for _ in range(300):
        try:
            signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0001, 0.003))
            run_sync("sleep", ["30"])
        except KeyboardInterrupt:
            interrupted += 1
        assert state()[0] == before[0], state()
    # An interrupt before the start may cost a pipe until the exit.
    print(interrupted, state()[1] - before[1] < 60)
"""


def test_an_interrupt_at_any_moment_leaves_no_process() -> None:
    """300 interrupts, many of them while the start is under way: nobody is left."""
    assert "300 True\n" == hosts.said(AT_ANY_MOMENT)
