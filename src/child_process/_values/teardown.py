"""How a process is asked to go: signals, each with the time it has.

Layer: values. No I/O.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from child_process._values.checks import seconds
from child_process._values.signals import SignalLike, to_signal
from child_process.errors import OptionTypeError

__all__ = ["AT_ONCE", "GRACE", "Step", "Teardown", "TeardownLike"]

GRACE: Final = 5.0
"""Seconds between the polite signal and SIGKILL; execa's default is the same."""

TeardownLike = Sequence[tuple[SignalLike, float]]


@dataclass(frozen=True, slots=True)
class Step:
    """Send *signal*, then give the processes *grace* seconds to end."""

    signal: int
    grace: float


@dataclass(frozen=True, slots=True)
class Teardown:
    """Steps, walked in order until all have ended; SIGKILL ends what is left."""

    steps: tuple[Step, ...]

    @classmethod
    def polite(cls, signal: int) -> Teardown:
        """Return the default: *signal*, and `GRACE` seconds."""
        return cls((Step(signal, GRACE),))

    @classmethod
    def of(cls, value: object, option: str = "teardown") -> Teardown:
        """Return *value*, ``[("SIGINT", 2.0), ("SIGTERM", 5.0)]`` for one, checked.

        Raises:
            OptionTypeError: It is not a list of pairs.
            OptionError: A signal or a time in it is wrong.
        """
        if isinstance(value, cls):
            return value
        expected = 'pairs of signal and seconds, such as [("SIGTERM", 5.0)]'
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise OptionTypeError(option, value, expected)
        steps = []
        for index, pair in enumerate(value):
            name = f"{option}[{index}]"
            if not isinstance(pair, Sequence) or isinstance(pair, str | bytes):
                raise OptionTypeError(name, pair, expected)
            if len(pair) != 2:  # noqa: PLR2004 - a pair
                raise OptionTypeError(name, pair, expected)
            grace = seconds(name, pair[1])
            steps.append(Step(to_signal(name, pair[0]), grace))
        return cls(tuple(steps))


AT_ONCE: Final = Teardown(())
"""No step: SIGKILL is the first that a tree hears of it."""
