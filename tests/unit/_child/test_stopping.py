import asyncio
from collections.abc import Callable, Iterator

from child_process._child.stopping import Stopping
from child_process.errors import KillTimeout


class Over:
    """Counts how often it was called."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        """Count this call."""
        self.calls += 1


def steps(*pauses: float, walked: list[float] | None = None) -> Iterator[float]:
    """Yield *pauses*; note those that were waited for."""
    for pause in pauses:
        yield pause
        if walked is not None:
            walked.append(pause)


async def test_a_teardown_is_walked_by_timers() -> None:
    """Each pause is waited for; at the end it is told once."""
    over, walked = Over(), list[float]()
    stopping = Stopping(
        asyncio.get_running_loop(), steps(0.0, 0.001, 0.0, walked=walked), over
    )

    stopping.step()
    await stopping.done.wait()
    stopping.step()

    assert [0.0, 0.001, 0.0] == walked
    assert 1 == over.calls
    assert stopping.failure is None


async def test_a_step_may_come_early() -> None:
    """The root's exit ends the wait for it."""
    over = Over()
    stopping = Stopping(asyncio.get_running_loop(), steps(60.0), over)

    stopping.step()
    waits = not stopping.done
    stopping.step()

    assert waits
    assert stopping.done
    assert 1 == over.calls


async def test_what_cannot_be_killed_is_kept() -> None:
    """The failure is there for whoever waits; it is not raised into the loop."""

    def walk() -> Iterator[float]:
        yield 0.0
        raise KillTimeout((3,), 5.0)

    over: Callable[[], None] = Over()
    stopping = Stopping(asyncio.get_running_loop(), walk(), over)

    stopping.step()
    await stopping.done.wait()

    assert stopping.failure is not None
    assert (3,) == stopping.failure.pids
