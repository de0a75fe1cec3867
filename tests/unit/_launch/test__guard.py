import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from child_process._launch import _guard, cookie, guardian, proc, wards
from child_process._launch.wards import Wards
from child_process._values.plan import LaunchPlan
from tests.support import samples, waiting

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="descendants are found in /proc"
)

ALWAYS = (0, 2**60)


@pytest.fixture
def root() -> Iterator[subprocess.Popen[bytes]]:
    """A shell that leads a group, with a sleeper in it and one that left it."""
    line = "sleep 60 & setsid sleep 60 & wait"
    with subprocess.Popen(["sh", "-c", line], process_group=0) as process:
        assert waiting.becomes_true(lambda: groups_below(process.pid) == 2)
        yield process
        process.kill()


def groups_below(pid: int) -> int:
    """Return in how many groups the children of *pid* are."""
    return len({proc.group_of(child) for child in proc.children(pid)})


def told(*lines: bytes) -> Wards:
    """Return wards that were told *lines*."""
    some = Wards()
    some.feed(b"".join(lines))
    return some


def test_a_root_ends_with_all_that_descend_from_it(
    root: subprocess.Popen[bytes],
) -> None:
    """Without a cookie: by its number, its group and the walk."""
    pids = [root.pid, *proc.children(root.pid)]

    _guard.end(told(wards.started(b"no-1", root.pid, ALWAYS, group=True)))

    assert [] == waiting.survivors(pids)


def test_a_stranger_of_the_same_number_is_left_alone(
    root: subprocess.Popen[bytes],
) -> None:
    """Who began at another time is not who was told of."""
    pids = [root.pid, *proc.children(root.pid)]

    _guard.end(told(wards.started(b"no-1", root.pid, (1, 2), group=True)))
    alive = [pid for pid in pids if waiting.lives(pid)]
    _guard.end(told(wards.started(b"no-1", root.pid, ALWAYS, group=True)))

    assert pids == alive


def bearing(plan: LaunchPlan) -> dict[str, str]:
    """Return an environment with the word of *plan*."""
    name, _, words = os.fsdecode(cookie.entry(plan) or b"").partition("=")
    return {**os.environ, name: words}


@pytest.mark.parametrize("at", ["expected", "started"])
def test_a_cookie_leads_to_those_nobody_knows_the_parent_of(at: str) -> None:
    """A start that was under way counts as well."""
    plan = cookie.marked(samples.plan("/bin/sh"))
    assert plan.cookie is not None
    environ = bearing(plan)
    line = "(setsid sh -c 'echo $$; exec sleep 60 >/dev/null' & )"
    pid = int(subprocess.check_output(["sh", "-c", line], env=environ))
    if at == "expected":
        some = told(wards.expected(plan.cookie))
    else:
        some = told(wards.started(plan.cookie, 2**22 + 1, (1, 2), group=True))

    _guard.end(some)

    assert [] == waiting.survivors([pid])


def test_without_proc_the_groups_are_ended(root: subprocess.Popen[bytes]) -> None:
    """Who left it is beyond reach there."""
    sleepers = proc.children(root.pid)

    _guard._without_proc(told(wards.started(b"no-1", root.pid, ALWAYS, group=True)))
    _guard._without_proc(told(wards.started(b"no-1", 2**22 + 1, ALWAYS, group=True)))

    assert [] == waiting.survivors([root.pid])
    assert waiting.becomes_true(lambda: sum(map(waiting.lives, sleepers)) == 1)
    for pid in filter(waiting.lives, sleepers):
        os.kill(pid, 9)


def test_it_listens_until_the_pipe_ends() -> None:
    """What was told before the end counts, however late it is read."""
    read, write = os.pipe()
    some = Wards()
    listener = threading.Thread(target=_guard.listen, args=(read, some))
    listener.start()

    os.write(write, wards.expected(b"a-1"))
    assert waiting.becomes_true(lambda: some.words == {b"a-1"})
    os.write(write, wards.expected(b"a-2"))
    os.close(write)
    listener.join(waiting.LONG)
    os.close(read)

    assert {b"a-1", b"a-2"} == some.words


def test_the_program_answers_and_ends_with_the_pipe() -> None:
    """By its path, with no more of Python than it needs; it is nobody's child."""
    read, write = os.pipe()
    answer, theirs = os.pipe()
    argv = [sys.executable, "-I", "-S", "-W", "error", guardian.PROGRAM]
    with subprocess.Popen(
        argv, stdin=read, stdout=theirs, stderr=subprocess.PIPE, start_new_session=True
    ) as first:
        for fd in (read, theirs):
            os.close(fd)
        assert waiting.readable(answer)
        pid = int(os.read(answer, 99))
        parent = (proc.fields(pid) or [])[1]
        os.close(write)
        ended = waiting.readable(answer) and os.read(answer, 1)
        assert first.stderr is not None
        said = first.stderr.read()
        os.close(answer)

    assert pid != first.pid
    assert str(os.getpid()) != parent
    assert (b"", b"", 0) == (ended, said, first.returncode)


def test_a_program_that_is_dead_before_its_guardian_is_there() -> None:
    """Nobody takes the answer, and what was told is in the pipe all the same."""
    plan = cookie.marked(samples.plan("/bin/sh"))
    environ = bearing(plan)
    read, write = os.pipe()
    answer, theirs = os.pipe()
    os.write(write, wards.expected(plan.cookie or b""))
    for fd in (write, answer):
        os.close(fd)
    with subprocess.Popen(["sleep", "60"], env=environ) as child:
        argv = [sys.executable, "-I", "-S", guardian.PROGRAM]
        subprocess.run(argv, stdin=read, stdout=theirs, check=True)
        for fd in (read, theirs):
            os.close(fd)

        assert -9 == child.wait(waiting.LONG)
    assert waiting.becomes_true(lambda: not guardians())


def guardians() -> list[int]:
    """Return those that were started by their path and nothing else."""
    mark = f"{guardian.PROGRAM}\0".encode()
    found = []
    for pid in proc.all_pids():
        with suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
            if file.read().endswith(mark):
                found.append(pid)
    return found
