"""Frozen: what a frozen dataclass is, without the start-up that it costs.

Layer: protocol. Pure; imports nothing of the package.

A forked child is waited for. Importing `dataclasses` (and `inspect`, with it)
and making twenty of them takes a third of what an interpreter takes to start;
this takes nothing. Type checkers see dataclasses.
"""

from __future__ import annotations

from reprlib import recursive_repr
from typing import Any, ClassVar, dataclass_transform

__all__ = ["Frozen", "Record"]


class _Fields:
    """Fields by annotation, in order; equal by type and contents."""

    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = tuple(cls.__annotations__)  # type: ignore[misc]  # a ClassVar, set once a class

    def __init__(self, *values: Any, **named: Any) -> None:
        names = self.__match_args__
        facts = dict(zip(names, values, strict=False)) | named
        if len(facts) != len(values) + len(named):
            msg = f"{type(self).__name__}: a field twice, or too many"
            raise TypeError(msg)
        for name in names:
            # A default is the class's attribute.
            facts.setdefault(name, getattr(type(self), name, self))
            if facts[name] is self:
                msg = f"{type(self).__name__}: {name} is missing"
                raise TypeError(msg)
        if len(facts) != len(names):
            msg = f"{type(self).__name__}: fields are {', '.join(names)}"
            raise TypeError(msg)
        self.__dict__.update(facts)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.__dict__ == other.__dict__

    __hash__: Any = None

    @recursive_repr()
    def __repr__(self) -> str:
        facts = ", ".join(f"{n}={getattr(self, n)!r}" for n in self.__match_args__)
        return f"{type(self).__name__}({facts})"


@dataclass_transform(eq_default=True)
class Record(_Fields):
    """Fields by annotation, in order; equal by type and contents."""


@dataclass_transform(eq_default=True, frozen_default=True)
class Frozen(_Fields):
    """A value: cannot be changed, and is hashable if its contents are."""

    def __setattr__(self, name: str, value: object) -> None:
        msg = f"cannot assign to field {name!r}"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> None:
        msg = f"cannot delete field {name!r}"
        raise AttributeError(msg)

    def __hash__(self) -> int:
        return hash((type(self), *(self.__dict__[n] for n in self.__match_args__)))
