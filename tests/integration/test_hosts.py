"""The program around the children: its exit, its forks, its loops.

Each host is a Python of its own; what it says on stderr is a failure.
"""

import os
import signal
import time

import pytest

from tests.integration.waiting import lives, survivors, until_sync
from tests.support import hosts
from tests.support.loops import Loops


def pids_in(text: str) -> list[int]:
    """Return the numbers in *text*."""
    return [int(word) for word in text.split() if word.isdigit()]


# ------------------------------------------------------------------ its exit

LEFT_RUNNING = """
    import asyncio, sys
    from child_process import exec_file, run, spawn

    kept = []

    async def main():
        kept.append(spawn("sleep", ["30"], stdio="ignore"))
        kept.append(spawn("sh", ["-c", "trap '' TERM; echo; sleep 30 & sleep 30"]))
        kept.append(spawn("yes"))
        kept.append(exec_file("sleep", ["30"]))
        reads = asyncio.ensure_future(anext(kept[2].stdout.lines()))
        await anext(kept[1].stdout.lines())
        await reads
        print(*(child.pid for child in kept))

    if sys.argv[1] == "uvloop":
        import uvloop
        uvloop.run(main())
    else:
        asyncio.run(main())
    if sys.argv[2] == "dropped":
        kept.clear()
"""


@pytest.mark.parametrize("kept", ["kept", "dropped"])
def test_children_end_when_the_interpreter_does(loops: Loops, kept: str) -> None:
    """A loop closed with children running: they are ended, quickly and without noise."""
    began = time.monotonic()

    answer = hosts.said(LEFT_RUNNING, loops.name, kept)

    assert 4 == len(pids_in(answer))
    assert [] == survivors(pids_in(answer))
    assert time.monotonic() - began < 10


PENDING = """
    import asyncio
    from child_process import spawn

    async def read(child):
        async for _ in child.stdout:
            pass

    async def hold():
        async with spawn("sleep", ["30"]) as child:
            print(child.pid, flush=True)
            await child.wait()

    async def main():
        child = spawn("sleep", ["30"])
        print(child.pid, flush=True)
        tasks = [asyncio.create_task(read(child)), asyncio.create_task(hold())]
        await asyncio.sleep(0.05)

    asyncio.run(main())
"""


def test_pending_reads_do_not_hold_the_exit_up() -> None:
    """`asyncio.run` cancels what is left; children and interpreter end."""
    answer = hosts.said(PENDING)

    assert 2 == len(pids_in(answer))
    assert [] == survivors(pids_in(answer))


LET_GO = """
    import asyncio
    from child_process import spawn

    async def main():
        nothing = {"stdio": "ignore"}
        detached = spawn("sleep", ["30"], detached=True, **nothing)
        let_go = spawn("sleep", ["30"], **nothing).unref()
        taken_back = spawn("sleep", ["30"], **nothing).unref()
        taken_back.ref()
        print(detached.pid, let_go.pid, taken_back.pid)

    asyncio.run(main())
"""


def test_who_was_let_go_lives_on() -> None:
    """`detached=True` and `unref()` outlive the program; `ref()` takes that back."""
    answer = hosts.said(LET_GO)

    detached, let_go, taken_back = pids_in(answer)
    there = [lives(detached), lives(let_go), lives(taken_back)]
    os.kill(detached, signal.SIGKILL)
    os.kill(let_go, signal.SIGKILL)
    assert [True, True, False] == there


CLOSED = """
    import asyncio
    from child_process import run_sync, spawn

    loop = asyncio.new_event_loop()

    async def main():
        child = spawn("sleep", ["30"])
        print(child.pid)
        return child

    child = loop.run_until_complete(main())
    loop.close()
    print(run_sync("echo", ["still"]).text)
    del child
    print(run_sync("echo", ["working"]).text)
"""


def test_a_closed_loop_makes_no_noise() -> None:
    """No "Event loop is closed" and no traceback; the next start works."""
    answer = hosts.said(CLOSED)

    pid, *words = answer.split()
    assert ["still", "working"] == words
    assert not lives(int(pid))


CLOSED_WHILE_STARTING = """
    import asyncio
    from child_process import spawn

    pids = []

    async def main():
        # Nobody asks for the pid, so that the start is still on its way.
        pids.extend(spawn("sleep", ["30"], stdio="ignore") for _ in range(20))

    asyncio.run(main())
    print(*(child.pid for child in pids))
"""


def test_a_loop_may_close_while_children_start() -> None:
    """Starts that complete after their loop are ended: by the exit at the latest."""
    answer = hosts.said(CLOSED_WHILE_STARTING)

    assert 20 == len(pids_in(answer))
    assert [] == survivors(pids_in(answer))


# ------------------------------------------------------------------- its forks

FORKED = """
    import asyncio, os, warnings
    from child_process import run_sync, spawn

    warnings.simplefilter("ignore")  # Python 3.12 warns of a fork beside threads

    async def main():
        child = spawn("cat")
        child.stdin.write(b"a")
        await child.stdout.read(1)
        pid = os.fork()
        if pid == 0:
            # The child is not the copy's, to be signalled or waited for.
            killed = child.kill("SIGKILL")
            here = run_sync("echo", ["from the copy"])
            os.write(1, b"%r %s\\n" % (killed, here.stdout.strip().encode()))
            os._exit(0)
        os.waitpid(pid, 0)
        print("lives" if child.kill(0) else "was killed")
        child.stdin.end(b"b")
        print((await child.stdout.text()), (await child.wait()).code)

    asyncio.run(main())
"""


def test_a_fork_in_a_running_loop_leaves_its_children_alone() -> None:
    """The copy signals and reaps nobody, and can start its own by `run_sync`."""
    answer = hosts.said(FORKED)

    assert ["False from the copy", "lives", "b 0"] == answer.splitlines()


FORK_EXITS = """
    import asyncio, os, sys, warnings
    from child_process import spawn

    warnings.simplefilter("ignore")

    async def main():
        child = spawn("cat", stdio=["pipe", "ignore", "ignore"])
        child.pid
        await asyncio.sleep(0.01)
        return child

    loop = asyncio.new_event_loop()
    child = loop.run_until_complete(main())
    pid = os.fork()
    if pid == 0:
        sys.exit()
    os.waitpid(pid, 0)
    print("lives" if child.kill(0) else "was killed")
    loop.run_until_complete(child.stop())
    loop.close()
"""


def test_a_fork_that_exits_leaves_the_host_s_children_alone() -> None:
    """The copy's exit handlers are not for the host's children."""
    assert "lives\n" == hosts.said(FORK_EXITS)


FORK_STARTS = """
    import asyncio, os, warnings
    from child_process import run, run_sync, spawn

    warnings.simplefilter("ignore")

    async def use(word):
        async with spawn("cat") as child:
            child.stdin.end(word)
            return await child.stdout.text()

    print(asyncio.run(use("before")), flush=True)
    pid = os.fork()
    word = "in the copy" if pid == 0 else "in the host"
    if pid:
        os.waitpid(pid, 0)
    print(asyncio.run(use(word)), flush=True)
"""


def test_both_sides_of_a_fork_can_start() -> None:
    """The launcher's thread is not copied; the copy makes its own."""
    answer = hosts.said(FORK_STARTS)

    assert ["before", "in the copy", "in the host"] == answer.splitlines()


# ------------------------------------------------------------ its loops, threads

TWO_LOOPS = """
    import asyncio, sys, threading
    from child_process import run, spawn

    if sys.argv[1] == "uvloop":
        from uvloop import new_event_loop
    else:
        from asyncio import new_event_loop

    answers = {}

    async def work(name):
        results = await asyncio.gather(
            *[run("sh", ["-c", f"echo {name}{i}; exit {i}"], check=False)
              for i in range(50)])
        async with spawn("cat") as child:
            child.stdin.end(name)
            text = await child.stdout.text()
        answers[name] = [(r.text, r.code) for r in results], text

    def thread(name):
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(work(name))

    threads = [threading.Thread(target=thread, args=[name]) for name in "abc"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for name in "abc":
        expected = [(f"{name}{i}", i) for i in range(50)], name
        print(answers.get(name) == expected)
"""


def test_loops_in_threads_each_have_their_own(loops: Loops) -> None:
    """Three loops at once, none of them in the main thread: 50 results each, right."""
    assert ["True"] * 3 == hosts.said(TWO_LOOPS, loops.name).split()


ABORTED = """
    import asyncio, os, signal, sys
    from child_process import spawn

    async def main():
        child = spawn("cat", stdio=["pipe", "ignore", "ignore"])
        print(child.pid, flush=True)
        await asyncio.sleep(0.01)
        os.kill(os.getpid(), getattr(signal, sys.argv[1]))
        await asyncio.sleep(30)

    asyncio.run(main())
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGSEGV", "SIGKILL"])
def test_a_filter_ends_however_the_host_dies(name: str) -> None:
    """No exit handler runs, and yet: the end of its stdin ends the child."""
    ended = hosts.run(ABORTED, name)

    (pid,) = pids_in(ended.out)
    assert -signal.Signals[name] == ended.code
    assert until_sync(lambda: not lives(pid))
