"""Anything in any order, and the system agrees with us after each step.

Children are started, fed, signalled, stopped, continued, waited for, called off
and left behind by a loop that closes. Our view is compared with ``/proc``: what
runs is there and what ended is not, no zombie, and not one descriptor, thread
or task that is not accounted for.
"""

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from child_process import (
    ChildProcess,
    ExitStatus,
    SpawnError,
    TimeoutExceeded,
    run,
    spawn,
)
from tests.support import leaks, waiting
from tests.support.loops import Loops

T = TypeVar("T")

NUMBERS = {"SIGHUP": 1, "SIGINT": 2, "SIGKILL": 9, "SIGTERM": 15}


def children() -> set[int]:
    """Return the children of this process, as the system has them."""
    found: set[int] = set()
    for task in os.listdir("/proc/self/task"):
        listed = Path(f"/proc/self/task/{task}/children").read_text()
        found |= {int(pid) for pid in listed.split()}
    return found


which = st.integers(0, 100)
with_cats = precondition(lambda machine: machine._every)


@dataclass(eq=False)
class Cat:
    """A real `cat`, and what must be true of it."""

    child: ChildProcess
    pid: int
    fed: bytes = b""
    read: bool = False
    closed: bool = False
    stopped: bool = False
    pending: str | None = None
    ended: ExitStatus | None = None

    def state(self) -> str | None:
        """Return its state as the system has it; None when it is not there."""
        return waiting.state_of(self.pid)


def killed_by(name: str) -> ExitStatus:
    """Return the status of a process that *name* ended."""
    return ExitStatus(signal=name, signal_number=NUMBERS[name])


class Processes(RuleBasedStateMachine):
    """Some children, to which everything is done in any order."""

    def __init__(self, loops: Loops) -> None:
        super().__init__()
        self._loops = loops
        self._threads = {*threading.enumerate()}
        self._others = children()
        gc.collect()
        self._before = len(leaks.descriptors())
        self._loop = loops.new()
        self._of_the_loop = len(leaks.descriptors()) - self._before
        self._every: list[Cat] = []
        self._runs: list[asyncio.Task[Any]] = []
        self._trouble: list[object] = []
        self._listen()

    def _listen(self) -> None:
        self._loop.set_exception_handler(lambda _, what: self._trouble.append(what))

    def _now(self, act: Callable[[], T]) -> T:
        """Do *act* on the loop, and let it turn."""

        async def turn() -> T:
            done = act()
            await asyncio.sleep(0)
            return done

        return self._loop.run_until_complete(turn())

    def _cat(self, which: int) -> Cat:
        return self._every[which % len(self._every)]

    def _ends(self, cat: Cat, status: ExitStatus) -> None:
        cat.ended = status
        assert status == self._loop.run_until_complete(cat.child.wait())

    @rule()
    def start(self) -> None:
        """Start one."""
        child = self._now(lambda: spawn("cat", stdio=["pipe", "pipe", "ignore"]))
        assert child.pid is not None
        self._every.append(Cat(child, child.pid))

    @with_cats
    @rule(which=which, data=st.binary(max_size=64))
    def feed(self, which: int, data: bytes) -> None:
        """Write to its stdin; what has ended reads no more."""
        cat = self._cat(which)
        stdin = cat.child.stdin
        assert stdin is not None
        if cat.closed and cat.ended is None:
            return
        taken = self._now(lambda: stdin.write(data))
        assert taken is (cat.ended is None)
        if taken:
            cat.fed += data

    @with_cats
    @rule(which=which)
    def close(self, which: int) -> None:
        """End its stdin: it ends, unless it is stopped."""
        cat = self._cat(which)
        stdin = cat.child.stdin
        assert stdin is not None
        self._now(stdin.end)
        cat.closed = True
        if cat.ended is None and not cat.stopped:
            self._ends(cat, ExitStatus(code=0))

    @with_cats
    @rule(which=which, name=st.sampled_from(sorted(NUMBERS)))
    def kill(self, which: int, name: str) -> None:
        """Send a signal: it ends, unless it is stopped and not killed."""
        cat = self._cat(which)
        runs = cat.ended is None
        assert runs is self._now(lambda: cat.child.kill(name))
        if not runs:
            return
        if name == "SIGKILL" or not cat.stopped:
            self._ends(cat, killed_by(name))
        elif cat.pending is None or NUMBERS[name] < NUMBERS[cat.pending]:
            cat.pending = name  # the lowest number is delivered first

    @with_cats
    @rule(which=which)
    def stop(self, which: int) -> None:
        """Send SIGSTOP."""
        cat = self._cat(which)
        runs = cat.ended is None
        assert runs is self._now(lambda: cat.child.kill("SIGSTOP"))
        if runs:
            cat.stopped = True
            assert waiting.becomes_true(lambda: cat.state() == "T")

    @with_cats
    @rule(which=which)
    def cont(self, which: int) -> None:
        """Send SIGCONT: what was put off happens now."""
        cat = self._cat(which)
        runs = cat.ended is None
        assert runs is self._now(lambda: cat.child.kill("SIGCONT"))
        if not runs:
            return
        cat.stopped = False
        if cat.pending is not None:
            self._ends(cat, killed_by(cat.pending))
        elif cat.closed:
            self._ends(cat, ExitStatus(code=0))
        else:
            assert waiting.becomes_true(lambda: cat.state() != "T")

    @with_cats
    @rule(which=which)
    def read(self, which: int) -> None:
        """Take all that it wrote: what it was given, if it ended by itself."""
        cat = self._cat(which)
        assert cat.child.stdout is not None
        if cat.ended is None or cat.read:
            return
        cat.read = True
        said = self._loop.run_until_complete(cat.child.stdout.read())
        status = self._loop.run_until_complete(cat.child.wait_closed())
        assert cat.ended == status
        assert cat.fed.startswith(said)
        assert said == cat.fed or not status.ok

    @with_cats
    @rule(which=which)
    def stop_all_of_it(self, which: int) -> None:
        """Stop it: by SIGTERM, which lets a stopped one go on."""
        cat = self._cat(which)
        self._loop.run_until_complete(cat.child.stop())
        if cat.ended is None:
            self._ends(cat, killed_by(self._first_of(cat, "SIGTERM")))

    def _first_of(self, cat: Cat, name: str) -> str:
        """Return which of *name* and what is pending is delivered first."""
        if cat.pending is None:
            return name
        return min(name, cat.pending, key=NUMBERS.__getitem__)

    @rule()
    def fail_to_start(self) -> None:
        """Start what is not there."""

        async def fail() -> None:
            with pytest.raises(SpawnError):
                await run("/no/such/program")

        self._loop.run_until_complete(fail())

    @rule()
    def time_out(self) -> None:
        """Run something that takes too long."""

        async def take() -> None:
            with pytest.raises(TimeoutExceeded):
                await run("sleep", ["60"], timeout=0.01)

        self._loop.run_until_complete(take())

    @rule(turns=st.integers(0, 3))
    def begin_to_run(self, turns: int) -> None:
        """Begin a run in a task, that may not have come to its start yet."""

        async def begin() -> asyncio.Task[Any]:
            task = asyncio.ensure_future(run("sleep", ["60"]))
            for _ in range(turns):
                await asyncio.sleep(0)
            return task

        self._runs.append(self._loop.run_until_complete(begin()))

    @rule(times=st.integers(1, 2))
    def call_off_a_run(self, times: int) -> None:
        """Cancel the oldest run, or cancel it twice."""
        if not self._runs:
            return
        task = self._runs.pop(0)

        async def call_off() -> None:
            for _ in range(times):
                task.cancel()
                await asyncio.sleep(0)
            with pytest.raises(asyncio.CancelledError):
                await task

        self._loop.run_until_complete(call_off())

    @rule()
    def close_the_loop(self) -> None:
        """Close it with everything that runs, forget all, and go on with another."""
        self._call_off_all()
        pids = [cat.pid for cat in self._every if cat.ended is None]
        self._loop.close()
        self._every.clear()
        self._loop = self._loops.new()
        self._listen()
        for pid in pids:
            # Let go by us, it has seen the end of its stdin; or it is stopped.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

        def all_reaped() -> bool:
            # One whose start nobody was told of is held by the launcher's
            # thread for a moment, and by a cycle.
            gc.collect()
            return not any(map(waiting.state_of, pids))

        assert waiting.becomes_true(all_reaped)

    def _call_off_all(self) -> None:
        while self._runs:
            self.call_off_a_run(1)

    @invariant()
    def the_system_agrees(self) -> None:
        """What has ended is reaped; what runs is there, stopped or not."""
        for cat in self._every:
            code, name = cat.child.exit_code, cat.child.signal_code
            if cat.ended is None:
                assert (None, None) == (code, name)
                assert cat.stopped is (cat.state() == "T")
                assert cat.state() not in {None, "Z", "X"}
            else:
                assert (cat.ended.code, cat.ended.signal) == (code, name)
                assert cat.state() is None

    @invariant()
    def nothing_else_is_there(self) -> None:
        """No child, no thread and no task but those that are known; no complaint."""
        running = {cat.pid for cat in self._every if cat.ended is None}
        found = children() - self._others
        assert running <= found
        assert len(found - running) <= len(self._runs)
        assert not [pid for pid in found if waiting.state_of(pid) == "Z"]
        assert {*self._runs} == asyncio.all_tasks(self._loop)
        assert self._settles(lambda: {*threading.enumerate()} <= self._threads)
        assert [] == self._trouble

    @invariant()
    def every_descriptor_is_accounted_for(self) -> None:
        """The loop's own, and those of what runs."""
        if self._runs:
            return  # how far a run has come nobody can tell
        expected = self._before + self._of_the_loop
        for cat in self._every:
            if cat.ended is None:
                expected += 2 if cat.closed else 3  # exit, stdout, and stdin
        assert self._settles(lambda: expected == len(leaks.descriptors())), (
            f"{expected} expected: {sorted(leaks.descriptors())}"
        )

    def _settles(self, fact: Callable[[], bool]) -> bool:
        for turn in range(2000):
            if fact():  # asked while the loop does not run: then it has more open
                return True
            self._loop.run_until_complete(asyncio.sleep(0.001))
            if turn % 100 == 10:
                gc.collect()  # what a loop that was closed left in cycles
        return False

    def teardown(self) -> None:
        """Stop them all."""
        self._call_off_all()

        async def stop_all() -> None:
            await asyncio.gather(*[cat.child.stop() for cat in self._every])
            for cat in self._every:
                assert cat.child.stdout is not None
                cat.child.stdout.destroy()
            await asyncio.gather(*[cat.child.wait_closed() for cat in self._every])

        self._loop.run_until_complete(stop_all())
        self._loop.close()


def check(loops: Loops, examples: int, steps: int) -> None:
    """Try *examples* sequences of so many *steps*."""

    class OnThisLoop(Processes):
        def __init__(self) -> None:
            super().__init__(loops)

    loops.run(lambda: run("true"))  # what comes to be with the first start
    gc.collect()
    gc.freeze()  # each collection has the machine's own objects to look at
    try:
        run_state_machine_as_test(
            OnThisLoop,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        gc.unfreeze()


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@linux
def test_children_do_what_the_system_says_in_any_order(loops: Loops) -> None:
    """Started, fed, signalled, waited for, called off, left behind in any order."""
    check(loops, 30, 20)


@linux
@pytest.mark.stress
@pytest.mark.timeout(3600)
def test_children_do_so_for_long(loops: Loops) -> None:
    """The same with 500 sequences of 50 steps."""
    check(loops, 500, 50)
