"""Hogs end by their limit, with its name, and the loop goes on meanwhile.

Each is bounded by itself: a gigabyte, two thousand processes, 20 seconds.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from child_process import CommandFailed, Isolation, Limits, Result, run, run_sync
from tests.support.confining import NOBODY, native, open_folder

pytestmark = native

MIB = 1024 * 1024
# tail keeps a line, however long, until it has seen its end.
MEMORY = "head -c 1024M /dev/zero | tail > /dev/null"
CPU = "while :; do :; done"
PROCESSES = "n=0; while [ $n -lt 2000 ]; do sleep 20 & n=$((n + 1)); done; wait"
FILE_SIZE = "head -c 512M /dev/zero > hoard"

HOGS = {
    "memory": (MEMORY, Limits(memory=96 * MIB)),
    "cpu": (CPU, Limits(cpu=1)),
    "processes": (PROCESSES, Limits(processes=40)),
    "file_size": (FILE_SIZE, Limits(file_size=8 * MIB)),
}
each_hog = pytest.mark.parametrize("name", HOGS)


@pytest.fixture
def options() -> Iterator[dict[str, Any]]:
    """Return how a hog is run: as an ordinary user, in a folder of its own."""
    with open_folder() as folder:
        made: dict[str, Any] = {"cwd": folder, "timeout": 20}
        if os.geteuid() == 0:
            made |= {"uid": NOBODY, "gid": NOBODY}
        yield made


def stolen() -> float:
    """Return for how many seconds this thread could run, and others did."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except OSError:
        return 0.0  # then the machine's load is held against us


class Heartbeat:
    """Beats on the loop; notes by how much each beat came late.

    Attributes:
        late: Seconds, less what the machine gave to other programs meanwhile, to
            the hogs for one.
        busy: Seconds of processor time that the loop took from beat to beat.
    """

    def __init__(self, period: float = 0.005) -> None:
        self.late: list[float] = []
        self.busy: list[float] = []
        self._period = period
        self._loop = asyncio.get_running_loop()
        self._wait()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.cancel()

    def _wait(self) -> None:
        due = self._loop.time() + self._period
        self._timer = self._loop.call_at(
            due, self._beat, due, stolen(), time.thread_time()
        )

    def _beat(self, due: float, others: float, ours: float) -> None:
        self.late.append(self._loop.time() - due - (stolen() - others))
        self.busy.append(time.thread_time() - ours)
        self._wait()


def is_overloaded() -> bool:
    """Say whether the clock tells more about the machine than about us."""
    return os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


@each_hog
async def test_a_hog_ends_by_its_limit(name: str, options: dict[str, Any]) -> None:
    """With the limit's name in `Result.reason`, and in the error's words."""
    line, limits = HOGS[name]

    with pytest.raises(CommandFailed, match=f"limits.{name}") as caught:
        await run("sh", ["-c", line], limits=limits, **options)

    result = caught.value.result
    assert name == result.reason
    assert not result.ok
    assert result.duration < 10
    hoard = Path(options["cwd"]) / "hoard"
    assert not hoard.exists() or hoard.stat().st_size <= 8 * MIB


@each_hog
def test_the_blocking_form_names_it_too(name: str, options: dict[str, Any]) -> None:
    """`run_sync` watches while it waits."""
    line, limits = HOGS[name]

    result = run_sync("sh", ["-c", line], limits=limits, check=False, **options)

    assert name == result.reason


async def test_the_loop_goes_on_meanwhile(options: dict[str, Any]) -> None:
    """All hogs at once: no beat of the loop comes more than 100 ms late."""
    hogs = [
        run("sh", ["-c", line], limits=limits, check=False, **options)
        for line, limits in HOGS.values()
    ]
    heartbeat = Heartbeat()
    try:
        results: list[Result[str]] = await asyncio.gather(*hogs)
    finally:
        heartbeat.stop()

    assert {*HOGS} == {result.reason for result in results}
    assert len(heartbeat.late) > 20
    held = heartbeat.busy if is_overloaded() else heartbeat.late
    assert max(held) <= 0.1


# At most 2**11 processes, each for 20 seconds.
BOMB = """
bomb() { [ "$1" -eq 0 ] || { bomb $(($1 - 1)) & bomb $(($1 - 1)) & }; sleep 20; }
"""


async def test_a_bomb_that_doubles_is_no_quicker(options: dict[str, Any]) -> None:
    """It is ended by its limit, and nothing of it lives on."""
    limits = Limits(processes=40)

    result = await run(
        "sh", ["-c", f"{BOMB} bomb 10"], limits=limits, check=False, **options
    )

    assert "processes" == result.reason
    assert result.duration < 10


def test_a_bomb_whose_root_goes_leaves_nothing(options: dict[str, Any]) -> None:
    """Nobody would hold it to its limit any more: so it is ended with its root."""
    limits = Limits(processes=40)

    result = run_sync(
        "sh", ["-c", f"{BOMB} bomb 10 & exit 0"], limits=limits, check=False, **options
    )

    assert 0 == result.code
    assert result.reason in {None, "processes"}


def test_a_program_within_its_limits_is_left_alone(options: dict[str, Any]) -> None:
    """A few processes, some memory, a file: no reason, and no error."""
    line = "head -c 20M /dev/zero | tail -c 1M > kept; (sleep 0.2 & wait)"
    limits = Limits(
        memory=200 * MIB, cpu=10, processes=20, file_size=2 * MIB, files=50, nice=5
    )

    result = run_sync("sh", ["-c", line], limits=limits, **options)

    assert result.ok
    assert result.reason is None


def test_memory_that_is_shared_counts_once(options: dict[str, Any]) -> None:
    """Forks of one process are not as many times its size."""
    # Each of the four holds what the shell read, without having written to it.
    line = (
        "x=$(head -c 30M /dev/zero | tr '\\0' x);"
        "for i in 1 2 3 4; do (sleep 0.4; :) & done; wait; echo ${#x}"
    )

    result = run_sync("sh", ["-c", line], limits=Limits(memory=150 * MIB), **options)

    assert str(30 * MIB) == result.text


async def test_isolation_and_limits_go_together(options: dict[str, Any]) -> None:
    """Confined, as another user, and bounded: the limit is still named."""
    line, limits = HOGS["memory"]
    isolate = Isolation.readonly([])

    result = await run(
        "sh", ["-c", line], limits=limits, isolate=isolate, check=False, **options
    )

    assert "memory" == result.reason
