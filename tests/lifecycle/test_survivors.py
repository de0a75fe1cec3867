"""Nothing that we started outlives the program, however that ends.

The owners are ordinary users, also where the tests run as root; what is left is
told by a token in the environment, in whatever group or session it is.
"""

import os
import signal
import sys
import time

import pytest

from child_process._launch import proc
from tests.faults.launchers import ENVIRONMENTS, each_launcher
from tests.support import hosts, waiting
from tests.support.families import WAYS, owner

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="descendants are found in /proc"
)

COUNT = 10
"""Families of four. With a hundred: `python -m benchmarks.bench_survivors`."""
SOON = 1.0


@each_launcher
@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_left_of_an_owner_that_is_killed(way: str, launcher: str) -> None:
    """Plain, in sessions of their own, or forked twice and deaf: gone in a second."""
    with owner(way, COUNT, **ENVIRONMENTS[launcher]) as one:
        seconds = one.kill()

    assert seconds < SOON


@pytest.mark.parametrize("way", WAYS)
def test_a_guardian_that_is_killed_first_is_replaced_in_time(way: str) -> None:
    """Within 200 ms there is another one, and it knows of all that runs."""
    with owner(way, COUNT) as one:
        began = time.monotonic()
        os.kill(one.guardian, signal.SIGKILL)
        other = one.guardian_after(one.guardian)
        replaced = time.monotonic() - began
        families = len(one.families())
        seconds = one.kill()

    assert other != one.guardian
    assert 4 * COUNT == families
    assert seconds < SOON
    # On a busy machine a Python takes longer to start.
    assert replaced < 5 * 0.2


def test_a_guardian_that_is_stopped_ends_all_once_it_goes_on() -> None:
    """It cannot before; but nothing is forgotten."""
    with owner("setsid", 2) as one:
        os.kill(one.guardian, signal.SIGSTOP)
        one.process.kill()
        one.process.wait()
        lived_on = len(one.families())

        os.kill(one.guardian, signal.SIGCONT)

        assert 8 == lived_on
        assert waiting.becomes_true(lambda: not one.families())


DYING = """
    import asyncio, ctypes, os, resource, signal, sys
    from child_process import run_sync, spawn

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    SCRIPT = (
        "trap '' TERM INT; echo $$; (setsid sh -c 'echo $$; exec sleep 60' &);"
        "sleep 60 & echo $!; wait"
    )

    def die(how):
        if how == "_exit":
            os._exit(3)
        if how == "segfault":
            ctypes.string_at(0)
        if how == "abort":
            os.abort()
        if how == "exec":
            os.execv("/bin/true", ["true"])
        if how == "error":
            raise RuntimeError("on purpose")
        number = getattr(signal, how)
        if how == "SIGINT":
            signal.signal(number, signal.SIG_DFL)  # else it is a KeyboardInterrupt
        os.kill(os.getpid(), number)

    async def main(how):
        child = spawn("sh", ["-c", SCRIPT], stdio=["ignore", "pipe", "ignore"])
        lines = child.stdout.lines()
        print(*[await anext(lines) for _ in range(3)], flush=True)
        die(how)

    asyncio.run(main(sys.argv[1]))
"""


@each_launcher
@pytest.mark.parametrize(
    "how",
    ["_exit", "segfault", "abort", "exec", "error", "SIGTERM", "SIGINT", "SIGKILL"],
)
def test_however_a_host_dies_its_children_do(
    how: str, launcher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own will, by a fault or by a signal: nobody is left within a second."""
    for name, value in ENVIRONMENTS[launcher].items():
        monkeypatch.setenv(name, value)

    ended = hosts.run(DYING, how)

    pids = [int(word) for word in ended.out.split()]
    assert 3 == len(pids)
    assert [] == waiting.survivors(pids, SOON)


AT_ONCE = """
    import os, signal, sys
    from child_process import run_sync
    from child_process._api.launchers import launch
    from child_process._values.options import SpawnOptions

    child = launch("sleep", ["60"], SpawnOptions(stdio="ignore")).handle
    child.wait_started()
    os.write(1, b"%d" % child.pid)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@each_launcher
def test_a_host_that_dies_right_after_its_first_start_is_covered(
    launcher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guardian is not there yet: what it has to know waits for it."""
    for name, value in ENVIRONMENTS[launcher].items():
        monkeypatch.setenv(name, value)

    pids = [int(hosts.run(AT_ONCE).out) for _ in range(5)]

    assert [] == waiting.survivors(pids, SOON)


LET_GO = """
    import asyncio, os, signal
    from child_process import spawn

    async def main():
        nothing = {"stdio": "ignore"}
        children = [
            spawn("sleep", ["60"], **nothing),
            spawn("sleep", ["60"], **nothing, detached=True),
            spawn("sleep", ["60"], **nothing, die_with_parent=False),
            spawn("sleep", ["60"], **nothing).unref(),
            spawn("sleep", ["60"], **nothing, die_with_parent=False).ref(),
        ]
        late = spawn("sleep", ["60"], **nothing)
        taken_back = spawn("sleep", ["60"], **nothing)
        print(*[child.pid for child in (*children, late, taken_back)], flush=True)
        late.unref()
        taken_back.unref().ref()
        %s

    asyncio.run(main())
"""


@pytest.mark.parametrize(
    "end", ["os.kill(os.getpid(), signal.SIGKILL)", "pass"], ids=["killed", "returns"]
)
def test_who_was_let_go_lives_on_and_nobody_else(end: str) -> None:
    """`detached`, `die_with_parent=False` and `unref`, whether it dies or returns."""
    ended = hosts.run(LET_GO % end)
    pids = [int(word) for word in ended.out.split()]
    mortal = [pids[0], pids[4], pids[6]]

    left = waiting.survivors(mortal, SOON)
    lives = [pid for pid in pids if waiting.lives(pid)]
    for pid in lives:
        os.kill(pid, signal.SIGKILL)

    assert [] == left
    assert [pids[1], pids[2], pids[3], pids[5]] == lives


LEFT_BEHIND = """
    import asyncio, os, signal
    from child_process import run

    async def main():
        result = await run("sh", ["-c", "setsid sleep 300 >/dev/null & echo $!"])
        print(result.text, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(main())
"""


@each_launcher
def test_what_an_ended_command_left_is_not_guarded(
    launcher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a daemon: it outlives the command, and the death of the host."""
    for name, value in ENVIRONMENTS[launcher].items():
        monkeypatch.setenv(name, value)

    pid = int(hosts.run(LEFT_BEHIND).out)
    # A guardian that had thought otherwise would have ended it by now.
    gone = waiting.becomes_true(lambda: not waiting.lives(pid), 0.5)
    os.kill(pid, signal.SIGKILL)

    assert not gone


FORKS = """
    import os, signal, sys, warnings
    from child_process import run_sync
    from child_process._api.launchers import launch
    from child_process._values.options import SpawnOptions

    warnings.simplefilter("ignore")

    def sleeper():
        child = launch("sleep", ["60"], SpawnOptions(stdio="ignore")).handle
        child.wait_started()
        return child

    ours = sleeper()
    read, write = os.pipe()
    if (copy := os.fork()) == 0:
        theirs = sleeper()
        os.write(write, b"%d\\n" % theirs.pid)
        signal.pause()
    theirs = int(os.read(read, 99))
    print(ours.pid, theirs, copy, flush=True)
    os.kill(copy if sys.argv[1] == "copy" else os.getpid(), signal.SIGKILL)
    sys.stdin.read()
"""


@pytest.mark.parametrize("who", ["copy", "host"])
def test_a_fork_and_its_parent_have_a_guardian_each(who: str) -> None:
    """Only the children of the one that dies end; the copy holds nobody's pipe open."""
    read, write = os.pipe()
    host = hosts.start(FORKS, who, stdin=read)
    os.close(read)
    assert host.stdout is not None
    ours, theirs, copy = map(int, host.stdout.readline().split())
    ends, lives_on = (theirs, ours) if who == "copy" else (ours, theirs)

    left = waiting.survivors([ends], SOON)
    lives = waiting.lives(lives_on)
    os.close(write)
    if who == "host":
        os.kill(copy, signal.SIGKILL)
    hosts.finish(host)

    assert [] == left
    assert lives
    assert [] == waiting.survivors([lives_on], SOON)


WAITS = """
    import os
    from child_process import run_sync

    run_sync("true")
    try:
        while True:
            os.wait()  # a host that waits for whatever it may have started
    except ChildProcessError:
        print("no children")
"""


def test_a_wait_of_the_host_does_not_meet_the_guardian() -> None:
    """It is nobody's child: a loop that waits for all children comes to an end."""
    assert "no children\n" == hosts.said(WAITS)


NESTED = """
    import os, signal, sys
    from child_process import run_sync
    from child_process._api.launchers import launch
    from child_process._values.options import SpawnOptions

    if len(sys.argv) == 1:
        code = open("/proc/self/cmdline").read().split("\\0")[-2]
        options = SpawnOptions(stdio=["ignore", "inherit", "inherit"])
        words = ["-W", "error", "-c", code, "inner"]
        child = launch(sys.executable, words, options).handle
    else:
        words = ["-c", "(setsid sleep 60 >/dev/null & echo $!)"]
        child = launch("sh", words, SpawnOptions(stdio=["ignore", "inherit", "ignore"])).handle
    child.wait_started()
    signal.pause()
"""


def test_an_outer_program_finds_what_an_inner_one_started() -> None:
    """The cookies are one after the other: each owner finds its own."""
    host = hosts.start(NESTED)
    assert host.stdout is not None
    pid = int(host.stdout.readline())
    # Two programs come before it, and it may be in the middle of its exec.
    assert waiting.becomes_true(lambda: waiting.command_name_of(pid) == "sleep")
    assert waiting.until_sync(lambda: proc.environ(pid))
    told = proc.environ(pid) or b""
    entries = dict(entry.split(b"=", 1) for entry in told.split(b"\0") if entry)

    host.kill()
    hosts.finish(host)

    assert 2 == len(entries[b"CHILD_PROCESS_COOKIE"].split(b":"))
    assert [] == waiting.survivors([pid], SOON)
