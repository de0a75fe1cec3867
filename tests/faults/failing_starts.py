"""Start a program while one of its system calls fails, again and again.

Reads JSON: a list of lists of trials (see `Trial`), those of one list in one
process. Prints what came of each trial, as a line of JSON.

Each process is forked from one that has imported all it needs. It starts its
program once undisturbed, but for the scenario "cold", where the first start of
its life is the one that is disturbed. Its calls are answered by its parent, so
that the program which is started is left alone, and so is everything before and
after the start.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import logging
import os
import pkgutil
import signal
import socket
import sys
import tempfile
import threading
import traceback
from collections.abc import Awaitable, Callable
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
from tests.faults.answering import Answering, Control, Trial
from tests.support import system_calls, waiting

CALLS: Final = tuple(
    name for name in system_calls.NUMBERS if name not in {"mmap", "mprotect"}
)
"""What may fail in a start. Memory is another matter: Python needs it as well."""

PATIENCE: Final = 10.0

Disturbing = Callable[[], AbstractContextManager[None]]


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
    "cold": _plain,
    "plain": _plain,
    "led": _led,
    "detached": _detached,
    "blocking": _blocking,
    "become": _become,
    "isolated": _isolated,
}


# ------------------------------------------------------------------ the trials


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
    return {
        "descriptors": len(os.listdir("/proc/self/fd")) - len(guardian.descriptors),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "tasks": len(os.listdir("/proc/self/task")),
        "children": sorted(map(_kind, children)),
    }


def _kind(pid: int) -> str:
    name = waiting.command_name_of(pid)
    return f"{name} {waiting.state_of(pid)}"


async def _host(trials: list[Trial], control: Control) -> list[dict[str, Any]]:
    noise: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: noise.append(str(context)))
    cold = trials[0][0] == "cold"
    if not cold:
        await _outcome(trials[0][0], contextlib.nullcontext)
        await waiting.until(_is_guarded)
    return [
        await _tried(trial, turn, control, noise) for turn, trial in enumerate(trials)
    ]


def _is_guarded() -> bool:
    return guardian.pid is not None or not guardian.descriptors


async def _tried(
    trial: Trial, turn: int, control: Control, noise: list[str]
) -> dict[str, Any]:
    scenario = trial[0]
    control.turn = turn
    before = _state()
    first = await _outcome(scenario, control.disturbing)
    second = await _outcome(scenario, contextlib.nullcontext)
    # What was disturbed as well is done again, and takes a moment.
    await waiting.until(_is_guarded)
    with contextlib.suppress(AssertionError):
        await waiting.until(lambda: scenario == "cold" or _state() == before, 1)
    state = _state()
    heard, noise[:] = [*noise], []
    return {
        "trial": trial,
        "first": first,
        "second": second,
        "noise": heard,
        "before": before,
        "after": state,
    }


def _run_host(
    trials: list[Trial], control: Control, wire: socket.socket, path: str
) -> None:
    listener = system_calls.listen(CALLS)
    socket.send_fds(wire, [b"x"], [listener])
    os.close(listener)
    wire.recv(1)
    reports = asyncio.run(_host(trials, control))
    with open(path, "w") as file:
        json.dump(reports, file)


def tried_in_one(trials: list[Trial], path: str) -> list[dict[str, Any]]:
    """Return what came of *trials*, in one process that reports in a file at *path*."""
    control = Control()
    ours, theirs = socket.socketpair()
    host = os.fork()
    if host == 0:
        status = 1
        try:
            ours.close()
            signal.alarm(int(5 * PATIENCE))
            _run_host(trials, control, theirs, path)
            status = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stderr.flush()
            os._exit(status)
    theirs.close()
    _, (listener,), _, _ = socket.recv_fds(ours, 1, 1)
    ours.send(b"x")
    answering = Answering(host, trials)
    answering.answer_all(listener, control)
    os.close(listener)
    ours.close()
    _, status = os.waitpid(host, 0)
    if status:
        sys.exit(f"the host ended by {os.waitstatus_to_exitcode(status)}")
    with open(path) as file:
        reports = json.load(file)
    return [
        {"seen": count.seen, "failed": count.failed, **report}
        for count, report in zip(answering.counts, reports, strict=True)
    ]


def _import_all() -> None:
    """Import what is imported where it is needed: no module is missing in a trial."""
    for found in pkgutil.walk_packages(child_process.__path__, "child_process."):
        if not found.name.endswith(("__main__", "_guard", "_spawn")):
            importlib.import_module(found.name)


def main() -> None:
    """Try all that stdin asks for."""
    _import_all()
    # That there is no guardian is said, rightly, where its start was disturbed.
    logging.getLogger("child_process").setLevel(logging.ERROR)
    with tempfile.NamedTemporaryFile() as file:
        for trials in json.load(sys.stdin):
            for outcome in tried_in_one([tuple(one) for one in trials], file.name):
                sys.stdout.write(json.dumps(outcome) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
