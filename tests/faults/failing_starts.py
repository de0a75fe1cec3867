"""Start a program while one of its system calls fails, again and again.

Reads a JSON list of trials: ``[scenario, call, nth, errno]`` each, *nth* 0 for
every call of that name and *errno* 0 for none at all. Prints what came of each,
as a line of JSON.

Each trial is a process of its own, forked from one that has imported all it
needs: the first start of its life is the one that is disturbed. Its calls are
answered by its parent, one by one, so that the program which is started is left
alone, and so is everything before and after the start.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import mmap
import os
import pkgutil
import select
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final

import child_process
from child_process import (
    Isolation,
    Landlock,
    Limits,
    ProcessError,
    run_sync,
    spawn,
)
from child_process._launch.guardian import guardian
from tests.support import system_calls, waiting

CALLS: Final = tuple(
    name for name in system_calls.NUMBERS if name not in {"mmap", "mprotect"}
)
"""What may fail in a start. Memory is another matter: Python needs it as well."""

BIRTHS: Final = frozenset({"clone", "clone3", "fork", "vfork"})
PATIENCE: Final = 10.0

Disturbing = Callable[[], AbstractContextManager[None]]
Trial = tuple[str, str, int, int]


class Control:
    """What a trial and its parent tell one another: one page of shared memory."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, 4096)

    @property
    def armed(self) -> bool:
        """Whether calls are counted, and may fail, at this moment."""
        return self._page[0] == 1

    @contextlib.contextmanager
    def disturbing(self) -> Iterator[None]:
        """Have calls counted, and failing, within the block."""
        self._page[0] = 1
        try:
            yield
        finally:
            self._page[0] = 0


class Failing:
    """Answers the calls of one process; knows which are of its start.

    Args:
        host: The process.
        call: Which call fails; "birth" is every way to make a process.
        nth: Which one of that name, counted from 1; 0 is every one.
        number: With which errno; 0 lets all of them pass.
    """

    def __init__(self, host: int, call: str, nth: int, number: int) -> None:
        self.seen: Counter[str] = Counter()
        self.failed = 0
        self._host = host
        self._names = BIRTHS if call == "birth" else {call}
        self._nth = nth
        self._number = number
        self._command = _command_of(host)
        self._programs: set[int] = set()
        self._about_to_be: set[int] = set()

    def answer_all(self, listener: int, control: Control) -> None:
        """Answer until the host has ended."""
        ended = os.pidfd_open(self._host)
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        poll.register(ended, select.POLLIN)
        while True:
            ready = dict(poll.poll())
            if ready.get(listener, 0) & select.POLLIN:
                held = system_calls.next_call(listener)
                if held is not None:
                    ident, thread, number = held
                    fails = control.armed and self._fails(
                        thread, system_calls.NAMES[number]
                    )
                    system_calls.answer(listener, ident, self._number if fails else 0)
            elif ended in ready:
                break
        os.close(ended)

    def _fails(self, thread: int, name: str) -> bool:
        if self._is_a_program(thread):
            return False
        self.seen[name] += 1
        if self._number and name in self._names and self._nth in {0, self.seen[name]}:
            self.failed += 1
            return True
        if name in {"execve", "execveat"}:
            self._about_to_be.add(thread)
        return False

    def _is_a_program(self, thread: int) -> bool:
        """Say whether *thread* is past its exec: no longer the start's business."""
        if thread in self._about_to_be and _command_of(thread) != self._command:
            self._programs.add(thread)
        if thread in self._programs:
            return True
        if os.path.exists(f"/proc/{self._host}/task/{thread}"):
            return False
        # What a program forks, without an exec of its own, is its business too.
        return _command_of(thread) != self._command


def _command_of(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""


# ------------------------------------------------------------- what is started


async def _plain(disturbing: Disturbing) -> str:
    return await _spawned(disturbing, stdio="pipe")


async def _led(disturbing: Disturbing) -> str:
    return await _spawned(
        disturbing, stdio=["ignore", "pipe", "inherit", "pipe"], cwd="/"
    )


async def _detached(disturbing: Disturbing) -> str:
    return await _spawned(disturbing, stdio="ignore", detached=True)


async def _become(disturbing: Disturbing) -> str:
    """Of root only, to whom all of it is allowed."""
    return await _spawned(
        disturbing, stdio="ignore", uid=65534, gid=65534, umask=0o077, cwd="/"
    )


async def _isolated(disturbing: Disturbing) -> str:
    """Native only."""
    return await _spawned(
        disturbing,
        stdio="ignore",
        limits=Limits(files=100, processes=100),
        isolate=Isolation(
            landlock=Landlock(read=["/"]), seccomp="default", no_new_privs=True
        ),
    )


async def _blocking(disturbing: Disturbing) -> str:
    with disturbing():
        result = run_sync("/bin/true", cwd="/")
    return f"code {result.code}"


async def _spawned(disturbing: Disturbing, **options: Any) -> str:
    started = asyncio.get_running_loop().create_future()
    with disturbing():
        child = spawn("/bin/true", **options)
        child.on("spawn", lambda: started.set_result(None))
        child.on("error", started.set_exception)
        await asyncio.wait_for(started, PATIENCE)
    status = await asyncio.wait_for(child.wait(), PATIENCE)
    await asyncio.wait_for(child.wait_closed(), PATIENCE)
    for stream in child.stdio:
        if stream is not None:
            stream.destroy()
    return f"code {status.code}"


SCENARIOS: Final[dict[str, Callable[[Disturbing], Awaitable[str]]]] = {
    "plain": _plain,
    "led": _led,
    "detached": _detached,
    "blocking": _blocking,
    "become": _become,
    "isolated": _isolated,
}


# ------------------------------------------------------------------- one trial


async def _outcome(scenario: str, disturbing: Disturbing) -> str:
    try:
        return await SCENARIOS[scenario](disturbing)
    except ProcessError as error:
        if not str(error):
            return f"NO WORDS: {error!r}"
        return f"{type(error).__name__} {error.code} {getattr(error, 'step', '')}"
    except BaseException as error:  # noqa: BLE001 - reported
        return f"NOT TYPED: {error!r}"


def _state() -> dict[str, Any]:
    """Return what a process has: descriptors, threads, children."""
    children = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/children") as file:
            children += [int(pid) for pid in file.read().split()]
    kinds = Counter(_kind(pid) for pid in children)
    return {
        "descriptors": len(os.listdir("/proc/self/fd")) - len(guardian.descriptors),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "tasks": len(os.listdir("/proc/self/task")),
        "children": dict(sorted(kinds.items())),
    }


def _kind(pid: int) -> str:
    with open(f"/proc/{pid}/stat", "rb") as file:
        name, _, rest = file.read().rpartition(b")")
    return (
        f"{name.partition(b'(')[2].decode()} {'Z' if rest.split()[0] == b'Z' else ''}"
    )


async def _host(scenario: str, control: Control) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    noise: list[str] = []
    loop.set_exception_handler(lambda _, context: noise.append(str(context)))

    first = await _outcome(scenario, control.disturbing)
    second = await _outcome(scenario, contextlib.nullcontext)
    # What was disturbed as well is done again, and takes a moment.
    await waiting.until(lambda: guardian.pid is not None or scenario == "detached")
    return {"first": first, "second": second, "noise": noise, "state": _state()}


def _run_host(scenario: str, control: Control, wire: socket.socket, out: int) -> None:
    listener = system_calls.listen(CALLS)
    socket.send_fds(wire, [b"x"], [listener])
    os.close(listener)
    wire.recv(1)
    report = asyncio.run(_host(scenario, control))
    os.write(out, json.dumps(report).encode())


def tried(trial: Trial) -> dict[str, Any]:
    """Return what came of *trial*."""
    scenario, call, nth, number = trial
    control = Control()
    ours, theirs = socket.socketpair()
    read, write = os.pipe()
    host = os.fork()
    if host == 0:
        status = 1
        try:
            ours.close()
            os.close(read)
            signal.alarm(int(3 * PATIENCE))
            _run_host(scenario, control, theirs, write)
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    theirs.close()
    os.close(write)
    _, (listener,), _, _ = socket.recv_fds(ours, 1, 1)
    ours.send(b"x")
    failing = Failing(host, call, nth, number)
    failing.answer_all(listener, control)
    os.close(listener)
    ours.close()
    with open(read, "rb") as file:
        report = json.loads(file.read() or b"{}")
    _, status = os.waitpid(host, 0)
    return {
        "trial": trial,
        "status": os.waitstatus_to_exitcode(status),
        "failed": failing.failed,
        "seen": dict(failing.seen),
        **report,
    }


def _import_all() -> None:
    """Import what is imported where it is needed: no module is missing in a trial."""
    for found in pkgutil.walk_packages(child_process.__path__, "child_process."):
        if not found.name.endswith(("__main__", "_spawn")):
            importlib.import_module(found.name)


def main() -> None:
    """Try all that stdin asks for."""
    _import_all()
    for trial in json.load(sys.stdin):
        sys.stdout.write(json.dumps(tried(tuple(trial))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
