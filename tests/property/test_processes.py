import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from child_process import ChildProcess, ExitStatus, spawn
from tests.support import waiting
from tests.support.loops import Loops

T = TypeVar("T")

NUMBERS = {"SIGHUP": 1, "SIGINT": 2, "SIGKILL": 9, "SIGTERM": 15}


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
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_bytes()
        except OSError:
            return None
        return stat.rpartition(b")")[2].split()[0].decode()


def killed_by(name: str) -> ExitStatus:
    """Return the status of a process that *name* ended."""
    return ExitStatus(signal=name, signal_number=NUMBERS[name])


class Processes(RuleBasedStateMachine):
    """Some children, to which everything is done in any order."""

    cats = Bundle("cats")

    def __init__(self, loops: Loops) -> None:
        super().__init__()
        self._loop = loops.new()
        self._every: list[Cat] = []

    def _now(self, act: Callable[[], T]) -> T:
        """Do *act* on the loop, and let it turn."""

        async def turn() -> T:
            done = act()
            await asyncio.sleep(0)
            return done

        return self._loop.run_until_complete(turn())

    def _ends(self, cat: Cat, status: ExitStatus) -> None:
        cat.ended = status
        assert status == self._loop.run_until_complete(cat.child.wait())

    @rule(target=cats)
    def start(self) -> Cat:
        """Start one."""
        child = self._now(lambda: spawn("cat", stdio=["pipe", "pipe", "ignore"]))
        assert child.pid is not None
        cat = Cat(child, child.pid)
        self._every.append(cat)
        return cat

    @rule(cat=cats, data=st.binary(max_size=64))
    def feed(self, cat: Cat, data: bytes) -> None:
        """Write to its stdin; what has ended reads no more."""
        stdin = cat.child.stdin
        assert stdin is not None
        if cat.closed and cat.ended is None:
            return
        taken = self._now(lambda: stdin.write(data))
        assert taken is (cat.ended is None)
        if taken:
            cat.fed += data

    @rule(cat=cats)
    def close(self, cat: Cat) -> None:
        """End its stdin: it ends, unless it is stopped."""
        stdin = cat.child.stdin
        assert stdin is not None
        self._now(stdin.end)
        cat.closed = True
        if cat.ended is None and not cat.stopped:
            self._ends(cat, ExitStatus(code=0))

    @rule(cat=cats, name=st.sampled_from(sorted(NUMBERS)))
    def kill(self, cat: Cat, name: str) -> None:
        """Send a signal: it ends, unless it is stopped and not killed."""
        runs = cat.ended is None
        assert runs is self._now(lambda: cat.child.kill(name))
        if not runs:
            return
        if name == "SIGKILL" or not cat.stopped:
            self._ends(cat, killed_by(name))
        elif cat.pending is None or NUMBERS[name] < NUMBERS[cat.pending]:
            cat.pending = name  # the lowest number is delivered first

    @rule(cat=cats)
    def stop(self, cat: Cat) -> None:
        """Send SIGSTOP."""
        runs = cat.ended is None
        assert runs is self._now(lambda: cat.child.kill("SIGSTOP"))
        if runs:
            cat.stopped = True
            assert waiting.becomes_true(lambda: cat.state() == "T")

    @rule(cat=cats)
    def cont(self, cat: Cat) -> None:
        """Send SIGCONT: what was put off happens now."""
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

    @rule(cat=cats)
    def read(self, cat: Cat) -> None:
        """Take all that it wrote: what it was given, if it ended by itself."""
        assert cat.child.stdout is not None
        if cat.ended is None or cat.read:
            return
        cat.read = True
        said = self._loop.run_until_complete(cat.child.stdout.read())
        status = self._loop.run_until_complete(cat.child.wait_closed())
        assert cat.ended == status
        assert cat.fed.startswith(said)
        assert said == cat.fed or not status.ok

    @invariant()
    def the_system_agrees(self) -> None:
        """What has ended is reaped; what runs is there, stopped or not."""
        for cat in self._every:
            code, signal = cat.child.exit_code, cat.child.signal_code
            if cat.ended is None:
                assert (None, None) == (code, signal)
                assert cat.stopped is (cat.state() == "T")
                assert cat.state() not in {None, "Z", "X"}
            else:
                assert (cat.ended.code, cat.ended.signal) == (code, signal)
                assert cat.state() is None

    def teardown(self) -> None:
        """Stop them all."""

        async def stop_all() -> None:
            await asyncio.gather(*[cat.child.stop() for cat in self._every])
            for cat in self._every:
                assert cat.child.stdout is not None
                cat.child.stdout.destroy()
            await asyncio.gather(*[cat.child.wait_closed() for cat in self._every])

        self._loop.run_until_complete(stop_all())
        self._loop.close()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_children_do_what_the_system_says_in_any_order(loops: Loops) -> None:
    """Started, fed, closed, signalled, stopped and continued in any order."""

    class OnThisLoop(Processes):
        def __init__(self) -> None:
            super().__init__(loops)

    run_state_machine_as_test(
        OnThisLoop,
        settings=settings(
            max_examples=50,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
