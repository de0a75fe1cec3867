import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import cast

import pytest

from child_process._launch import at_exit
from child_process._launch.handle import PosixHandle
from child_process._launch.launcher import THREAD_NAME, ThreadLauncher
from child_process._values.plan import LaunchPlan
from tests.support import samples, waiting

TRUE = samples.plan("/bin/true")


class Loop:
    """As much of a loop as a start needs: it calls at once, where it is told."""

    def call_soon_threadsafe(self, done: Callable[[], None]) -> None:
        """Call *done* on this thread."""
        done()


class Started:
    """Remembers on which thread starts were told, and waits for them."""

    def __init__(self) -> None:
        self.told: list[tuple[int | None, str]] = []
        self._news = threading.Semaphore(0)

    def start(self, launcher: ThreadLauncher, plan: LaunchPlan) -> PosixHandle:
        """Start *plan* on the launcher's thread."""
        handle = launcher.launch(plan)

        def done() -> None:
            self.told.append((handle.pid, threading.current_thread().name))
            self._news.release()

        handle.start_soon(cast(asyncio.AbstractEventLoop, Loop()), done)
        return handle

    def wait(self, count: int) -> None:
        """Wait until *count* starts were told."""
        for _ in range(count):
            assert self._news.acquire(timeout=waiting.LONG)


def end(handle: PosixHandle) -> None:
    """Wait for the end of *handle*'s process."""
    waiting.readable(handle.exit_fd)
    handle.reap()
    at_exit.let_go(handle)


@pytest.fixture(scope="module")
def launcher() -> ThreadLauncher:
    """A launcher: its thread lasts as long as the program."""
    return ThreadLauncher()


def test_starts_happen_on_one_thread_in_order(launcher: ThreadLauncher) -> None:
    """The loop is free meanwhile; who came first is started first."""
    started = Started()

    handles = [started.start(launcher, TRUE) for _ in range(20)]
    started.wait(20)
    for handle in handles:
        end(handle)

    assert [(handle.pid, THREAD_NAME) for handle in handles] == started.told


def test_a_start_that_fails_is_told_too(launcher: ThreadLauncher) -> None:
    """The thread lives on, and the handle has the error."""
    started = Started()

    failed = started.start(launcher, samples.plan("/no/such"))
    worked = started.start(launcher, TRUE)
    started.wait(2)
    at_exit.let_go(failed)
    end(worked)

    assert isinstance(failed.error, FileNotFoundError)
    assert worked.error is None


def test_a_launch_blocks_nobody_and_starts_nothing(launcher: ThreadLauncher) -> None:
    """The pipes are there at once; the process when it is asked for."""
    handle = launcher.launch(samples.plan("/bin/true", stdio=samples.PIPES))

    before = (handle.pid, sorted(handle.fds))
    handle.wait_started()
    end(handle)

    assert (None, [0, 1, 2]) == before
    assert handle.pid is not None


def test_a_descriptor_trouble_is_told(launcher: ThreadLauncher) -> None:
    """What failed before the thread was asked is the handle's error."""
    started = Started()

    handle = started.start(launcher, samples.plan("/bin/true", stdio=(99_999,) * 3))
    started.wait(1)

    assert handle.error is not None
    assert "stdio" == handle.error.step


async def test_a_loop_that_was_closed_is_not_told(launcher: ThreadLauncher) -> None:
    """Its process is reaped all the same, once it ends."""
    loop = asyncio.new_event_loop()
    loop.close()
    handle = launcher.launch(TRUE)

    handle.start_soon(loop, lambda: None)
    reaped = waiting.becomes_true(lambda: handle.usage is not None)

    assert reaped


FORK = """
import asyncio, json, os, sys
from child_process import exec_file, run_sync, spawn
from child_process._api.launchers import launch
from child_process._values.options import SpawnOptions

async def main():
    async with spawn("true") as child:  # makes the launcher's thread
        await child.wait()

async def again():
    return (await exec_file("echo", ["from the fork"])).text

asyncio.run(main())
sleeper = launch("sleep", ["60"], SpawnOptions(stdio="ignore")).handle
sleeper.wait_started()
if (pid := os.fork()) == 0:
    print(json.dumps([
        asyncio.run(again()),
        run_sync("echo", ["and blocking"]).text,
        sleeper.send_signal(0),
        sleeper.poll(),
    ]), flush=True)
    sys.exit(0)  # not os._exit: what is done at exit is part of the test
os.waitpid(pid, 0)
print(json.dumps([asyncio.run(again()), sleeper.send_signal(0)]), flush=True)
sleeper.send_signal(9)
"""


def test_a_fork_of_this_program_starts_processes_too() -> None:
    """It gets a thread of its own; the other's children are not its own."""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK],
        stdout=subprocess.PIPE,
        check=True,
        timeout=waiting.LONG,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    fork, original = map(json.loads, found.stdout.splitlines())

    assert ["from the fork", "and blocking", False, None] == fork
    assert ["from the fork", True] == original
