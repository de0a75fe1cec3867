"""Isolation that is not to be had: nothing is started, and the error says why."""

import os
import sys
from pathlib import Path

import pytest

from child_process import (
    Isolation,
    IsolationUnavailable,
    Landlock,
    OptionTypeError,
    run,
    run_sync,
    spawn,
    spawn_sync,
)
from child_process._launch.choosing import PURE
from tests.support import hosts
from tests.support.confining import native

# A host whose system calls fail, as on a kernel without them; see seccomp(2).
REFUSING = """
    import ctypes, os, struct, sys

    def refuse(call, number):
        code = struct.pack("HBBI", 0x20, 0, 0, 0)
        code += struct.pack("HBBI", 0x15, 0, 1, call)
        code += struct.pack("HBBI", 0x06, 0, 0, 0x00050000 | number)
        code += struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)
        kept = ctypes.create_string_buffer(code)
        program = struct.pack("HxxxxxxQ", 4, ctypes.addressof(kept))
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        # On all threads: the launcher's is there already (SECCOMP_FILTER_FLAG_TSYNC).
        assert libc.syscall(317, 1, 1, program) == 0, ctypes.get_errno()
"""
# The first start leaves a guardian beside the host, once that has answered.
BEFORE = """
    import time
    from child_process import run_sync
    from child_process._launch.guardian import guardian
    run_sync("true")
    while guardian.pid is None:
        time.sleep(0.001)
"""
ATTEMPTS = """
    import asyncio
    from child_process import Isolation, IsolationUnavailable, Landlock
    from child_process import run, run_sync, spawn

    marker = sys.argv[1]
    descriptors = os.listdir("/proc/self/fd")
    isolate = {
        "landlock": Isolation(landlock=Landlock(write=["/tmp"]), seccomp=None),
        "seccomp": Isolation(),
        "no_new_privs": Isolation(seccomp=None),
        "namespaces": Isolation(namespaces=["user", "net"], seccomp=None),
    }[sys.argv[2]]

    def blocking(): run_sync("touch", [marker], isolate=isolate)
    async def awaited(): await run("touch", [marker], isolate=isolate)
    async def entered():
        async with spawn("touch", [marker], isolate=isolate) as child:
            await child.wait()

    for attempt in (blocking, lambda: asyncio.run(awaited()), lambda: asyncio.run(entered())):
        try:
            attempt()
        except IsolationUnavailable as error:
            print(error.part, error)
        else:
            print("started")
    print("marked" if os.path.exists(marker) else "nothing was started")
    print("left open" if os.listdir("/proc/self/fd") != descriptors else "closed")
"""
LANDLOCK_CREATE, LANDLOCK_RESTRICT = 444, 446
SECCOMP, PRCTL, UNSHARE = 317, 157, 272
ENOSYS, EPERM, EOPNOTSUPP, ENOSPC = 38, 1, 95, 28

x86_64 = pytest.mark.skipif(os.uname().machine != "x86_64", reason="call numbers")


@native
@x86_64
@pytest.mark.parametrize(
    ("part", "call", "number"),
    [
        pytest.param(
            "landlock", LANDLOCK_CREATE, ENOSYS, id="a kernel before Landlock"
        ),
        pytest.param(
            "landlock", LANDLOCK_CREATE, EOPNOTSUPP, id="Landlock not enabled"
        ),
        pytest.param("landlock", LANDLOCK_RESTRICT, ENOSYS, id="refused to the child"),
        pytest.param("seccomp", SECCOMP, ENOSYS, id="a kernel without seccomp"),
        pytest.param("seccomp", PRCTL, EPERM, id="a filter refused to the child"),
        pytest.param("no_new_privs", PRCTL, EPERM, id="no_new_privs refused"),
        pytest.param("namespaces", UNSHARE, EPERM, id="namespaces refused"),
        pytest.param("namespaces", UNSHARE, ENOSPC, id="no namespace left"),
    ],
)
def test_on_a_kernel_without_it_nothing_starts(
    part: str, call: int, number: int, tmp_path: Path
) -> None:
    """By each verb; the error names the part and what would help."""
    code = f"{REFUSING}{BEFORE}\n    refuse({call}, {number})\n{ATTEMPTS}"

    lines = hosts.said(code, str(tmp_path / "marker"), part).splitlines()

    *told, marked, left = lines
    if call == PRCTL and part == "seccomp":
        part = "no_new_privs"  # the same call, and the first to use it
    assert [part] * 3 == [line.split()[0] for line in told]
    assert all("nothing was started" in line for line in told)
    assert ("nothing was started", "closed") == (marked, left)


PLAIN = """
    import os
    from child_process import Isolation, IsolationUnavailable, run_sync

    try:
        run_sync("true", isolate=Isolation.offline())
    except IsolationUnavailable as error:
        print(error)
"""


def test_the_twin_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The launcher in plain Python can do none of it, and says what can."""
    monkeypatch.setenv(PURE, "1")

    words = hosts.said(PLAIN)

    assert "compiled launcher" in words
    assert "nothing was started" in words


def test_other_systems_refuse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no such thing outside Linux."""
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(IsolationUnavailable, match="Linux"):
        run_sync("true", isolate=Isolation())


async def test_spawn_tells_it_as_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As any start that fails: an event, then "close"; and no process id."""
    monkeypatch.setattr(sys, "platform", "darwin")
    seen: list[object] = []

    child = spawn("true", isolate=Isolation())
    child.on("error", seen.append)
    with pytest.raises(IsolationUnavailable):
        await child.wait()

    assert child.pid is None
    assert [IsolationUnavailable] == [type(one) for one in seen]


def test_spawn_sync_returns_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises nothing for what the system refuses."""
    monkeypatch.setattr(sys, "platform", "darwin")

    result = spawn_sync("true", isolate=Isolation())

    assert isinstance(result.error, IsolationUnavailable)
    assert 0 == result.pid


@pytest.mark.parametrize("value", [True, "offline", Landlock(), {"seccomp": "offline"}])
async def test_only_an_isolation_is_one(value: object) -> None:
    """What looks like one and is none is refused, by every verb."""
    with pytest.raises(OptionTypeError, match="Isolation"):
        run_sync("true", isolate=value)  # type: ignore[call-overload]  # wrong on purpose
    with pytest.raises(OptionTypeError):
        await run("true", isolate=value)  # type: ignore[call-overload]  # wrong on purpose
