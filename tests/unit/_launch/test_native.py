import asyncio
import errno
import json
import os
import resource
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from child_process._launch import at_exit
from child_process._launch.native import NativeHandle, NativeLauncher
from child_process._values.confinement import Confinement
from child_process._values.limits import Limits
from child_process._values.plan import LaunchPlan
from child_process._values.status import ExitStatus
from child_process._values.stdio import Slot
from child_process.errors import SpawnError
from tests.support import hosts, leaks, programs, samples, waiting

TRUE = samples.plan("/bin/true")
SLEEP = samples.plan("/bin/sleep", "60")
IS_ROOT = os.geteuid() == 0
root = pytest.mark.skipif(not IS_ROOT, reason="needs root")
STDOUT = (Slot.IGNORE, Slot.PIPE, Slot.IGNORE)


def said(plan: LaunchPlan) -> tuple[str, ExitStatus | None]:
    """Run *plan* to its end; return what it wrote to stdout, and how it ended."""
    handle = NativeHandle(plan)
    handle.wait_started()
    if handle.error is not None:
        raise handle.error
    os.set_blocking(handle.fds[1], True)
    with os.fdopen(handle.fds.pop(1)) as file:
        text = file.read()
    waiting.readable(handle.exit_fd)
    handle.reap()
    return text, handle.poll()


def failure(plan: LaunchPlan) -> SpawnError:
    """Return why *plan* cannot be started."""
    handle = NativeHandle(plan)
    handle.wait_started()
    assert isinstance(handle.error, SpawnError)
    return handle.error


def shell(script: str, **changes: Any) -> str:
    """Return what *script* prints."""
    plan = samples.plan("/bin/sh", "-c", script, stdio=STDOUT, **changes)
    return said(plan)[0].strip()


def test_a_child_starts_clean() -> None:
    """Its descriptors and no other, no signal blocked or ignored, its own group."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    before = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    leak = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(leak, True)  # noqa: FBT003 - it takes no names
    try:
        status = shell("cat /proc/self/status; ls -l /proc/self/fd")
        group = shell("cut -d' ' -f1,5 /proc/self/stat; echo $$")
    finally:
        os.close(leak)
        signal.signal(signal.SIGUSR2, before)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})

    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {"0" * 16} == {facts[name] for name in ("SigBlk", "SigIgn", "SigCgt")}
    assert 4 == len([line for line in status.splitlines() if " -> " in line])
    stat, pid = group.splitlines()
    assert pid == stat.split()[1]


def test_descriptors_stand_at_their_numbers() -> None:
    """Above 2 as well, and between them nothing is open."""
    stdio = (Slot.IGNORE, Slot.PIPE, Slot.IGNORE, Slot.IGNORE, 0, Slot.PIPE)
    with open("/dev/zero", "rb") as zero:
        plan = samples.plan(
            "/bin/ls", "-1", "/proc/self/fd", stdio=(*stdio[:4], zero, stdio[5])
        )
        text, status = said(plan)

    # The last is what ls reads the folder by.
    assert ["0", "1", "2", "3", "4", "5"] == text.split()
    assert ExitStatus(code=0) == status


def test_a_script_without_a_shebang_is_for_the_shell(tmp_path: Path) -> None:
    """As execvp and so Node have it, with its arguments."""
    script = tmp_path / "script"
    script.write_text('echo "$0 $1 $2 $#"\n')
    script.chmod(0o755)

    text, _ = said(samples.plan(str(script), "a b", "c", stdio=STDOUT))

    assert f"{script} a b c 2\n" == text


def test_the_environment_is_what_was_given() -> None:
    """To the byte, and in its order."""
    environ = {b"B": b"", b"A": b"x=\xff y", b"C" * 300: b"z" * 3000}
    plan = samples.plan("/usr/bin/env", "-0", environ=environ, stdio=STDOUT)
    handle = NativeHandle(plan)
    handle.wait_started()
    os.set_blocking(handle.fds[1], True)
    with os.fdopen(handle.fds.pop(1), "rb") as file:
        found = file.read()
    waiting.readable(handle.exit_fd)
    handle.reap()

    assert b"".join(b"%s=%s\0" % pair for pair in environ.items()) == found


@pytest.mark.parametrize("size", [100, 10_000, 100_000])
def test_an_environment_may_be_large(size: int) -> None:
    """Larger than the last one was, and than the one before that."""
    environ = {b"A%d" % at: b"x" * (size + at) for at in range(9)}
    plan = samples.plan("/usr/bin/env", "-0", environ=environ, stdio=STDOUT)

    text, _ = said(plan)

    expected = [f"{name.decode()}={value.decode()}" for name, value in environ.items()]
    assert expected == text.rstrip("\0").split("\0")


def test_a_name_is_looked_up_off_the_loop(tmp_path: Path) -> None:
    """In the PATH of the plan; a script without #! is the shell's there, too."""
    script = tmp_path / "tool"
    script.write_text('echo "$0 $1"\n')
    script.chmod(0o755)
    environ = {b"PATH": b"/no/such:%s:/bin" % os.fsencode(tmp_path)}

    text, status = said(samples.plan("tool", "a b", environ=environ, stdio=STDOUT))

    assert (f"{script} a b\n", ExitStatus(code=0)) == (text, status)


def test_a_name_that_is_nowhere_says_where_was_looked(tmp_path: Path) -> None:
    """And what was there that cannot be executed."""
    environ = {b"PATH": os.fsencode(tmp_path)}
    nothing = failure(samples.plan("tool", environ=environ))
    (tmp_path / "tool").write_text("")
    denied = failure(samples.plan("tool", environ=environ))

    assert ("lookup", errno.ENOENT) == (nothing.step, nothing.errno)
    assert f"PATH={tmp_path}" in nothing.detail
    assert ("lookup", errno.EACCES) == (denied.step, denied.errno)
    assert f"{tmp_path}/tool is not executable" in denied.detail


def test_an_error_names_the_file_that_was_found(tmp_path: Path) -> None:
    """Though the plan has the name only."""
    (tmp_path / "tool").write_text("#!/no/such/interpreter\n")
    (tmp_path / "tool").chmod(0o755)

    error = failure(samples.plan("tool", environ={b"PATH": os.fsencode(tmp_path)}))

    assert "exec" == error.step
    assert f"{tmp_path}/tool" in error.detail


@pytest.mark.parametrize(
    ("changes", "step", "number"),
    [
        pytest.param({"program": "/no/such"}, "exec", errno.ENOENT, id="no program"),
        pytest.param({"program": "no-such"}, "lookup", errno.ENOENT, id="no name"),
        pytest.param({"cwd": "/no/such"}, "cwd", errno.ENOENT, id="no cwd"),
        pytest.param({"cwd": "/dev/null"}, "cwd", errno.ENOTDIR, id="cwd is a file"),
        pytest.param(
            {"stdio": (99_999,) * 3}, "stdio", errno.EBADF, id="no descriptor"
        ),
        pytest.param(
            {"environ": {b"A": b"x" * 200_000}}, "exec", errno.E2BIG, id="too long"
        ),
        pytest.param(
            {"limits": Limits(nice=-20, files=1 << 40)},
            "limits",
            errno.EPERM,
            id="more files than the system allows anybody",
        ),
        pytest.param(
            {"confinement": Confinement(landlock_fd=0)},
            "landlock",
            errno.EBADFD,
            id="what is no ruleset",
        ),
        pytest.param(
            {"confinement": Confinement(landlock_fd=99_999)},
            "landlock",
            errno.EBADF,
            id="a ruleset that is closed",
        ),
        pytest.param(
            {"confinement": Confinement(no_new_privs=True, seccomp=b"\0" * 8)},
            "seccomp",
            errno.EINVAL,
            id="what is no filter",
        ),
    ],
)
def test_a_failed_start_names_its_step(
    changes: dict[str, Any], step: str, number: int
) -> None:
    """Nothing runs, and nothing that was opened on the way stays open."""
    before = leaks.descriptors()

    handle = NativeHandle(samples.plan("/bin/true", **changes))
    handle.wait_started()

    assert isinstance(handle.error, SpawnError)
    assert (step, number) == (handle.error.step, handle.error.errno)
    assert (None, -1, None) == (handle.pid, handle.exit_fd, handle.poll())
    handle.reap()
    assert before == leaks.descriptors()


LIMITED = """
import json, os, resource
print(json.dumps({
    name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))
    for name in ("DATA", "CPU", "NOFILE", "NPROC", "FSIZE")
} | {"nice": os.nice(0)}))
"""


def test_limits_hold_before_the_program_runs() -> None:
    """Each is soft and hard; of processor time a second stays to say goodbye in."""
    limits = Limits(
        memory=1 << 30, cpu=5, files=64, processes=400, file_size=1 << 20, nice=7
    )
    argv = ("/usr/bin/env", "python3", "-S", "-c", LIMITED)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    text, _ = said(samples.plan(*argv, stdio=STDOUT, limits=limits))

    told = json.loads(text)
    assert ([5, 6], [64] * 2, [1 << 20] * 2, 7) == (
        *(told["CPU"], told["NOFILE"], told["FSIZE"], told["nice"]),
    )
    assert told["DATA"][0] >= 2 << 30
    assert told["NPROC"][0] >= 600
    assert before == resource.getrlimit(resource.RLIMIT_FSIZE)


def test_the_umask_is_the_childs_alone() -> None:
    """Ours stays as it was."""
    before = os.umask(0o022)
    try:
        assert "0077" == shell("umask", umask=0o077)
        assert 0o022 == os.umask(0o022)
    finally:
        os.umask(before)


SCHEDULED = """
    import asyncio, os
    from child_process import run, run_sync

    def facts():
        cpus = "".join(map(str, sorted(os.sched_getaffinity(0))))
        return os.nice(0), os.sched_getscheduler(0), cpus

    code = (
        "import os; print(os.nice(0), os.sched_getscheduler(0), "
        "''.join(map(str, sorted(os.sched_getaffinity(0)))))"
    )

    async def main():
        await run("true")  # the launcher's thread is there now
        os.nice(3)
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
        print(*facts())
        print((await run("python3", ["-S", "-c", code])).text)
        print(run_sync("python3", ["-S", "-c", code]).text)
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        print(*facts())
        print((await run("python3", ["-S", "-c", code])).text)

    asyncio.run(main())
"""


def test_a_child_runs_as_who_asked_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Niceness, policy and processors are a thread's: not the launcher thread's."""
    monkeypatch.delenv("CHILD_PROCESS_PURE", raising=False)  # the host is native, too
    normal, *others, idle, also_idle = hosts.said(SCHEDULED).splitlines()

    assert [normal] * 2 == others
    assert normal.startswith("3 0 ")
    assert idle == also_idle
    assert idle.startswith(f"3 {os.SCHED_IDLE} ")


TURNS = """
    import asyncio
    from child_process import run

    async def turn():
        # Where the kernel does not tell it, all say nothing.
        said = await run("grep", ["-s", "se.slice", "/proc/self/sched"], check=False)
        return said.text

    async def main():
        alone = await turn()
        print({alone} == set(await asyncio.gather(*[turn() for _ in range(12)])))

    asyncio.run(main())
"""


def test_a_child_in_a_crowd_has_turns_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A launcher thread's are longer then: its own only."""
    monkeypatch.delenv("CHILD_PROCESS_PURE", raising=False)
    assert "True\n" == hosts.said(TURNS)


SIGCHLD = """
    import asyncio, signal, sys
    from child_process import run

    async def main():
        # No thread of Python's takes it: it is to be seen whether it was sent.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        await run("true")  # the launcher's thread is there now
        if sys.argv[1] == "heard":
            signal.signal(signal.SIGCHLD, lambda *_: None)
            await run("true")
        print(signal.SIGCHLD in signal.sigpending())

    asyncio.run(main())
"""


@pytest.mark.parametrize("listener", ["heard", "unheard"])
def test_sigchld_is_sent_to_who_listens_and_interrupts_nobody_else(
    listener: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a handler it would cut short the system calls of another thread."""
    monkeypatch.delenv("CHILD_PROCESS_PURE", raising=False)
    assert f"{listener == 'heard'}\n" == hosts.said(SIGCHLD, listener)


@root
def test_another_user_has_descriptors_above_two() -> None:
    """User, group and groups in the child only; our memory stays open to us."""
    script = "id -u; id -g; id -G; echo above >&3"
    stdio = (Slot.IGNORE, Slot.PIPE, Slot.IGNORE, 1)
    plan = samples.plan(
        "/bin/sh", "-c", script, stdio=stdio, uid=65534, gid=65533, groups=(12, 13)
    )
    read, write = os.pipe()
    handle = NativeHandle(samples.plan(*plan.argv, **_but(plan, write)))
    handle.wait_started()
    os.close(write)
    with os.fdopen(read) as above:
        assert "above\n" == above.read()
    os.set_blocking(handle.fds[1], True)
    with os.fdopen(handle.fds.pop(1)) as file:
        assert ["65534", "65533", "65533 12 13"] == file.read().splitlines()
    waiting.readable(handle.exit_fd)
    handle.reap()

    assert 0 == os.geteuid()
    assert os.stat("/proc/self/mem").st_uid == os.geteuid()


def _but(plan: LaunchPlan, fd: int) -> dict[str, Any]:
    return {
        "stdio": (*plan.stdio[:3], fd),
        "uid": plan.uid,
        "gid": plan.gid,
        "groups": plan.groups,
    }


@root
def test_root_takes_none_of_its_groups_along() -> None:
    """uid= alone leaves them all behind."""
    assert "0" not in shell("id -G", uid=65534, gid=65534).split()


def test_no_rights_by_executing() -> None:
    """no_new_privs is set in the child, and not here."""
    confined = Confinement(no_new_privs=True)
    script = "grep NoNewPrivs /proc/self/status"

    assert "NoNewPrivs:\t1" == shell(script, confinement=confined)
    assert "NoNewPrivs:\t0" in Path("/proc/self/status").read_text()


def test_a_user_namespace_has_its_own_maps() -> None:
    """The child is who it was, and nobody else is there."""
    confined = Confinement(unshare=0x10000000)
    try:
        found = shell("id -u; cat /proc/self/uid_map", confinement=confined)
    except SpawnError as error:
        pytest.skip(f"no user namespaces here: {error}")

    uid, line = found.splitlines()
    assert str(os.geteuid()) == uid
    assert [uid, uid, "1"] == line.split()


def test_a_filter_of_system_calls_holds_in_the_child() -> None:
    """A filter that answers every call but a few with an errno would be in force."""
    allow = b"\x06\0\0\0\0\0\xff\x7f"  # return SECCOMP_RET_ALLOW
    confined = Confinement(no_new_privs=True, seccomp=allow)

    found = shell("grep Seccomp: /proc/self/status", confinement=confined)

    assert ["Seccomp:", "2"] == found.split()


def test_a_child_is_told_when_its_parent_dies() -> None:
    """The signal is in force when the program runs; the thread that starts it stays."""
    loop = asyncio.new_event_loop()
    plan = samples.plan("/bin/sleep", "60", death_signal=signal.SIGKILL)

    async def begin() -> NativeHandle:
        handle, told = NativeLauncher().launch(plan), asyncio.Event()
        handle.start_soon(asyncio.get_running_loop(), told.set)
        await told.wait()
        return handle

    holder: list[NativeHandle] = []
    thread = threading.Thread(
        target=lambda: holder.append(loop.run_until_complete(begin()))
    )
    thread.start()
    thread.join()
    loop.close()
    (handle,) = holder
    lives = handle.poll() is None
    handle.send_signal(signal.SIGKILL)
    waiting.readable(handle.exit_fd)
    handle.reap()
    at_exit.let_go(handle)

    assert lives


def test_many_threads_start_it_once() -> None:
    """Whoever comes first starts it; the others wait for that."""
    handle = NativeHandle(SLEEP)
    barrier = threading.Barrier(8)
    seen: list[int | None] = []

    def start() -> None:
        barrier.wait()
        handle.wait_started()
        seen.append(handle.pid)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    handle.send_signal(signal.SIGKILL)
    waiting.readable(handle.exit_fd)
    handle.reap()

    assert [handle.pid] * 8 == seen
    assert handle.pid is not None


def test_what_is_dropped_unstarted_leaves_nothing() -> None:
    """Its descriptors are closed, ours and those that were to be the child's."""
    before = leaks.descriptors()

    handle = NativeHandle(samples.plan("/bin/true", stdio=samples.PIPES))
    facts = (handle.pid, handle.poll(), handle.error, handle.send_signal(9))
    handle.reap()
    del handle

    assert (None, None, None, False) == facts
    assert before == leaks.descriptors()


def test_a_closed_file_is_a_bad_descriptor(tmp_path: Path) -> None:
    """A file object that was closed says ValueError; the system would say EBADF."""
    file = (tmp_path / "file").open("wb")
    file.close()

    handle = NativeHandle(samples.plan("/bin/true", stdio=(*samples.QUIET[:2], file)))

    assert isinstance(handle.error, SpawnError)
    assert errno.EBADF == handle.error.errno


@pytest.mark.parametrize("name", ["ignore_sigterm.py", "exit_with.py"])
def test_a_program_of_any_kind(name: str) -> None:
    """An interpreter by #! or by name: both are executed as they are."""
    words = programs.python(name, 3)
    handle = NativeHandle(samples.plan("/usr/bin/env", *words))
    handle.wait_started()
    handle.send_signal(signal.SIGKILL)
    waiting.readable(handle.exit_fd)
    handle.reap()

    assert handle.poll() is not None
