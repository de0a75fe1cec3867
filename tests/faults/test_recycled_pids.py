"""The number of a process that has ended is a stranger's: nothing of ours reaches it.

Source: ``/proc/sys/kernel/ns_last_pid`` of proc(5), which makes the next number.
"""

import errno
import os

import pytest

from tests.conftest import in_ci
from tests.faults.launchers import each_launcher, hosts_with
from tests.support import system_calls

LAST = "/proc/sys/kernel/ns_last_pid"


@pytest.fixture(autouse=True, scope="module")
def _numbers_can_be_chosen() -> None:
    try:
        with open(LAST, "r+") as file:
            file.write(file.read())
    except OSError as error:
        if in_ci() and os.geteuid() == 0:
            pytest.fail(f"CI=true and root, but {error}", pytrace=False)
        pytest.skip("needs root, to choose the next process id")


RECYCLED = """
    import asyncio, os, signal, sys
    from child_process import AbortController, run_sync, spawn
    from tests.support import system_calls

    TIMES, REFUSED, NUMBER = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])

    def stranger(pid):
        # Somebody else's process of that number, which leads a group of it; None
        # if another process of this system has taken it meanwhile, for good.
        for _ in range(20):
            with open("/proc/sys/kernel/ns_last_pid", "w") as file:
                file.write(str(pid - 1))
            found = os.posix_spawn("/bin/sleep", ["sleep", "60"], {}, setpgroup=0)
            if found == pid:
                return found
            end(found)  # another process of this system was quicker
        return None

    def end(pid):
        # Reached by nobody: it is still there to be killed by this very signal.
        os.kill(pid, signal.SIGUSR2)
        _, status = os.waitpid(pid, 0)
        assert os.WTERMSIG(status) == signal.SIGUSR2, status

    async def once(number):
        abort = AbortController()
        child = spawn("/bin/true", stdio="ignore", signal=abort.signal, timeout=60)
        await child.wait()
        pid = stranger(child.pid)
        if pid is None:
            return 0
        assert child.kill() is False
        assert child.kill("SIGKILL") is False
        assert child.kill(0) is False
        if number % 10 == 0:
            abort.abort()
            await child.stop()
            child.unref()
        end(pid)
        return 1

    async def main():
        times = 0
        for number in range(2 * TIMES):
            times += await once(number)
            if times == TIMES:
                break
        print(times)
        # While one of ours runs it is reached, of course.
        child = spawn("sleep", ["60"], stdio="ignore")
        assert child.kill("SIGKILL") is True
        await child.wait()

    if REFUSED:
        system_calls.refuse(REFUSED, NUMBER)
    asyncio.run(main())
"""


@each_launcher
def test_a_late_signal_reaches_nobody(launcher: str) -> None:
    """1,000 times: `kill` returns False, and whoever has the number lives on."""
    assert "1000\n" == hosts_with(launcher, RECYCLED, 1000, "", 0)


@pytest.mark.skipif(not system_calls.available(), reason="needs seccomp's filters")
@each_launcher
def test_nor_does_one_without_a_pidfd(launcher: str) -> None:
    """Signals that go by number: the number is ours until the child is reaped."""
    said = hosts_with(launcher, RECYCLED, 200, "pidfd_open", errno.ENOSYS)

    assert "200\n" == said
