import ctypes
import errno
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from child_process._launch import popen, posix_spawn
from child_process._launch.wiring import wire
from child_process._values.plan import LaunchPlan
from child_process._values.stdio import Slot
from tests.support import programs, samples

Start = Callable[..., int]

STDOUT = (Slot.IGNORE, Slot.PIPE, Slot.IGNORE)
THE_C_LIBRARYS_OWN = 0b11 << 31  # signals 32 and 33, which nobody else can set


def output(start: Start, plan: LaunchPlan) -> bytes:
    """Return what the program of *plan*, started by *start*, writes to stdout."""
    wiring = wire(plan.stdio)
    try:
        pid = start(plan, wiring, *posix_spawn.encode(plan))
        wiring.close_theirs()
        os.set_blocking(wiring.ours[1], True)
        with os.fdopen(wiring.ours.pop(1), "rb") as file:
            said = file.read()
        os.waitpid(pid, 0)
    finally:
        wiring.close()
    return said


def shown(start: Start, **changes: Any) -> dict[str, Any]:
    """Return what a child, started by *start*, can see of itself."""
    argv = programs.python("show.py")
    plan = samples.plan(*argv, **{"stdio": STDOUT, **changes})
    facts: dict[str, Any] = json.loads(output(start, plan))
    return facts


class LibcWithout:
    """The C library, less one function: an older one."""

    def __init__(self, name: str) -> None:
        self._libc = ctypes.CDLL(None)
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name == self._name:
            raise AttributeError(name)
        return getattr(self._libc, name)


@pytest.fixture(params=["posix_spawn", "posix_spawn without closefrom", "popen"])
def start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Each way to start a program: they keep the same promises."""
    if request.param == "popen":
        return popen.start
    if request.param != "posix_spawn":
        older = LibcWithout("posix_spawn_file_actions_addclosefrom_np")
        monkeypatch.setattr(posix_spawn, "_libc", older)
    return posix_spawn.start


@pytest.fixture
def inheritable() -> Iterator[int]:
    """A descriptor of ours that a child would inherit."""
    fd = os.dup(0)
    os.set_inheritable(fd, True)  # noqa: FBT003 - the system's signature
    yield fd
    os.close(fd)


def test_the_words_of_a_plan_are_bytes() -> None:
    """Arguments and variables go to the system byte for byte."""
    plan = samples.plan("/bin/ls", "ä", "\udcff", environ={b"A": b"1", b"B": b""})

    argv, envp = posix_spawn.encode(plan)

    assert [b"/bin/ls", "ä".encode(), b"\xff"] == argv
    assert [b"A=1", b"B="] == envp


def test_a_c_library_that_is_too_old_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before glibc 2.29 the working directory cannot be set: `popen` is used."""
    here = posix_spawn.available()
    older = LibcWithout("posix_spawn_file_actions_addchdir_np")
    monkeypatch.setattr(posix_spawn, "_libc", older)

    assert here
    assert not posix_spawn.available()


def test_a_child_gets_what_the_plan_says(start: Start, tmp_path: Path) -> None:
    """Its arguments, its whole environment, its working directory."""
    environ = {b"A": b"1", b"PATH": b"/nowhere"}
    argv = programs.python("show.py", "a b", "$HOME", "ä")

    plan = samples.plan(*argv, cwd=str(tmp_path), environ=environ, stdio=STDOUT)
    facts = json.loads(output(start, plan))

    assert ["a b", "$HOME", "ä"] == facts["argv"]
    assert str(tmp_path) == facts["cwd"]
    # What Python itself adds to an environment without a locale is not ours.
    assert {"A": "1", "PATH": "/nowhere"} == {
        name: value for name, value in facts["env"].items() if name != "LC_CTYPE"
    }
    assert os.getpid() == facts["parent"]


def test_a_child_has_no_other_descriptor(start: Start, inheritable: int) -> None:
    """Nothing but what the plan lists gets through, inheritable or not."""
    facts = shown(start)

    assert [0, 1, 2] == facts["fds"]


@pytest.mark.parametrize(
    ("changes", "leads"),
    [
        pytest.param({"session": True, "group": False}, (True, True), id="session"),
        pytest.param({"session": False, "group": True}, (False, True), id="group"),
        pytest.param({"session": False, "group": False}, (False, False), id="neither"),
    ],
)
def test_a_child_leads_what_the_plan_says(
    start: Start, changes: dict[str, Any], leads: tuple[bool, bool]
) -> None:
    """A session, a process group, or nothing."""
    facts = shown(start, **changes)

    pid = facts["pid"]
    assert leads == (pid == facts["session"], pid == facts["group"])


def test_a_child_ignores_and_blocks_no_signal() -> None:
    """Python ignores SIGPIPE and a thread may block signals: not the child's affair."""
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    handler = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    try:
        plan = samples.plan("/bin/cat", "/proc/self/status", stdio=STDOUT)
        said = output(posix_spawn.start, plan).decode()
    finally:
        signal.signal(signal.SIGUSR2, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)

    lines = dict(line.split(":\t", 1) for line in said.splitlines() if ":\t" in line)
    assert 0 == int(lines["SigBlk"], 16)
    assert 0 == int(lines["SigIgn"], 16) & ~THE_C_LIBRARYS_OWN


def test_a_script_without_a_first_line_is_the_shells(
    start: Start, tmp_path: Path
) -> None:
    """As execvp, and so Node, have it."""
    script = tmp_path / "script"
    script.write_text('echo "$0 $1 $A"\n')
    script.chmod(0o755)

    plan = samples.plan(str(script), "x y", environ={b"A": b"1"}, stdio=STDOUT)

    assert f"{script} x y 1\n".encode() == output(start, plan)


@pytest.mark.parametrize(
    ("argv", "changes", "number"),
    [
        pytest.param(["/no/such"], {}, errno.ENOENT, id="no program"),
        pytest.param(["/etc/passwd"], {}, errno.EACCES, id="not executable"),
        pytest.param(["/bin/ls"], {"cwd": "/no/such"}, errno.ENOENT, id="no cwd"),
        pytest.param(["/bin/ls", "x" * 200_000], {}, errno.E2BIG, id="too long"),
    ],
)
def test_a_start_that_fails_raises_the_systems_errno(
    start: Start, argv: list[str], changes: dict[str, Any], number: int
) -> None:
    """Nothing runs, and no zombie is left."""
    plan = samples.plan(*argv, stdio=STDOUT, **changes)

    with pytest.raises(OSError) as caught:
        output(start, plan)

    assert number == caught.value.errno


def test_descriptors_above_two_have_exact_numbers() -> None:
    """3 is not open, 4 is ours, and nothing else is there."""
    ours, theirs = socket.socketpair()
    stdio = (*STDOUT, Slot.IGNORE, theirs)
    with ours, theirs:
        facts = shown(posix_spawn.start, stdio=stdio)
        theirs.close()
        end = ours.recv(1)

    assert [0, 1, 2, 4] == facts["fds"]
    assert b"" == end
