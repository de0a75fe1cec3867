"""Signals, by name, number or `signal.Signals`.

Layer: values. No I/O.
"""

from __future__ import annotations

import signal
from typing import Final

from child_process.errors import OptionTypeError, UnknownSignal

__all__ = ["SignalLike", "signal_name", "to_signal"]

SignalLike = str | int | signal.Signals

# Real-time signals have numbers, and names only at both ends of their range.
_RT_MIN: Final = int(getattr(signal, "SIGRTMIN", 65))
_VALID: Final = frozenset(int(number) for number in signal.valid_signals())
_NAMES: Final = {
    name: int(number) for name, number in signal.Signals.__members__.items()
} | {f"SIGRTMIN+{number - _RT_MIN}": number for number in _VALID if number > _RT_MIN}


def to_signal(option: str, value: object, *, probe: bool = False) -> int:
    """Return the number of the signal *value*, for *option*.

    Args:
        option: The option's name, for the error.
        value: A name in any case ("SIGTERM"), a number or a `signal.Signals`.
        probe: Whether 0 is allowed, which signals nobody and only asks.

    Raises:
        OptionTypeError: It is neither a str nor an int.
        UnknownSignal: There is no such signal here.
    """
    if isinstance(value, str):
        number = _NAMES.get(value.upper())
        if number is not None:
            return number
    elif isinstance(value, int) and not isinstance(value, bool):
        if value in _VALID or (probe and value == 0):
            return int(value)
    else:
        raise OptionTypeError(option, value, "a signal's name or number")
    meant = f"SIG{value.upper()}" if isinstance(value, str) else ""
    example = meant if meant in _NAMES else "SIGTERM"
    raise UnknownSignal(option, value, f'a signal of this system, such as "{example}"')


def signal_name(number: int) -> str:
    """Return the name of signal *number*; "SIGRTMIN+3" for a nameless one."""
    try:
        return signal.Signals(number).name
    except ValueError:
        if number > _RT_MIN:
            return f"SIGRTMIN+{number - _RT_MIN}"
        return f"signal {number}"
