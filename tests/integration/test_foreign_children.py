"""Other code's children, and other code that takes ours.

What Python's own libraries say then, 255 or 0, is invented: see d12.
"""

import asyncio
import os
import subprocess

from child_process import run, run_sync, spawn
from tests.integration.waiting import until
from tests.support import hosts


async def test_a_foreign_child_is_not_reaped() -> None:
    """A child that other code started waits for that code, whatever we do meanwhile."""
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 42"], dict(os.environ))  # noqa: ASYNC221 - a millisecond
    popen = subprocess.Popen(["sh", "-c", "exit 43"])  # noqa: ASYNC220 - the same

    await asyncio.gather(*[run("true") for _ in range(20)])
    run_sync("true")
    async with spawn("yes") as child:
        assert child.stdout is not None
        await child.stdout.read(1)

    assert (pid, 42) == _waited(pid)
    assert 43 == popen.wait()


def _waited(pid: int) -> tuple[int, int]:
    found, status = os.waitpid(pid, 0)
    return found, os.waitstatus_to_exitcode(status)


async def test_asyncio_s_own_children_live_beside_ours() -> None:
    """`asyncio.create_subprocess_exec` works as ever in the same loop."""
    theirs = await asyncio.create_subprocess_exec("sh", "-c", "exit 44")
    ours = await run("sh", ["-c", "exit 45"], check=False)

    assert (44, 45) == (await theirs.wait(), ours.code)
    # The loop's watcher may hold its own pidfd for another turn.
    await until(lambda: True)


LOST = """
    import asyncio, os, signal, sys, threading
    from child_process import CommandFailed, ExitStatusLost, run, run_sync, spawn

    def take():
        # What some daemons, and some old libraries, do.
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                pass

    async def lost(make):
        try:
            return repr(await make())
        except CommandFailed as error:
            return str(error).splitlines()[0]
        except ExitStatusLost as error:
            return f"lost {error.pid > 0}"

    async def by_run():
        return await run("sh", ["-c", "echo hi; exit 3"])

    async def by_run_sync():
        return run_sync("sh", ["-c", "echo hi; exit 3"])

    async def by_wait():
        child = spawn("sh", ["-c", "exit 3"])
        return await child.wait()

    async def by_block():
        async with spawn("sh", ["-c", "exit 3"]) as child:
            return await child.wait()

    async def main():
        # Each ends after the taker has begun to take.
        for make in (by_run, by_run_sync, by_wait, by_block):
            print(await asyncio.wait_for(lost(make), 10))

    if sys.argv[1] == "ignored":
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    else:
        threading.Thread(target=take, daemon=True).start()
    asyncio.run(main())
"""


def test_an_ignored_sigchld_loses_every_status_and_says_so() -> None:
    """The kernel reaps: `ExitStatusLost` from every verb, no hang, no 0 and no 255."""
    assert ["lost True"] * 4 == hosts.said(LOST, "ignored").splitlines()


def test_a_foreign_waitpid_loses_a_status_or_does_not_and_never_invents_one() -> None:
    """Beside ``waitpid(-1)`` each verb tells the true status, or that it is lost."""
    answers = hosts.said(LOST, "taken").splitlines()

    assert 4 == len(answers)
    for answer in answers:
        assert "lost True" == answer or "exit code 3" in answer or "code=3" in answer


STOLEN = """
    import asyncio, os
    from child_process import ExitStatusLost, spawn

    async def main():
        heard = []
        child = spawn("sh", ["-c", "echo hi; exit 3"])
        for event in ("exit", "error", "close"):
            child.on(event, lambda *args, event=event: heard.append((event, *args)))
        os.waitpid(child.pid, 0)  # before the loop gets to see it
        text = await child.stdout.text()
        try:
            await child.wait_closed()
        except ExitStatusLost as error:
            heard.append("SIGCHLD is ignored" in str(error))
        print(text.strip(), [h if isinstance(h, bool) else h[0] for h in heard],
              child.exit_code, child.signal_code, child.kill())

    asyncio.run(main())
"""


def test_a_stolen_status_is_an_error_and_the_output_is_there() -> None:
    """Events go on to `close`; code and signal are None; nothing can be killed."""
    answer = hosts.said(STOLEN).strip()

    assert "hi ['error', 'exit', 'close', True] None None False" == answer


BLOCKED = """
    import signal
    from child_process import run_sync

    ours = {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1}
    signal.pthread_sigmask(signal.SIG_BLOCK, ours)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    status = run_sync("grep", ["-E", "^Sig(Blk|Ign)", "/proc/self/status"]).text
    print(*(line.split()[1].strip("0") or "0" for line in status.splitlines()))
"""


def test_a_child_begins_with_default_signals() -> None:
    """What we block or ignore is neither blocked nor ignored in the child."""
    assert "0 0\n" == hosts.said(BLOCKED)


UMASK = """
    import os
    from child_process import run_sync

    run_sync("true")
    os.umask(0o077)
    print(run_sync("sh", ["-c", "umask"]).text)
"""


def test_a_child_has_our_umask_of_now() -> None:
    """A umask changed between two starts is that of the second."""
    assert "0077\n" == hosts.said(UMASK)
