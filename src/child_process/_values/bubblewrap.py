"""A child in a container that the program bubblewrap makes: `Bubblewrap`.

Layer: values. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from child_process._values import checks
from child_process._values.isolation import to_paths
from child_process.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Collection

    from child_process._values.isolation import AnyPath

__all__ = ["Bubblewrap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubblewrap:
    """What a child sees at all, where ``bwrap`` starts it in a container.

    It sees no other file, process or network than those that are listed, and
    has a ``/proc``, ``/dev`` and ``/tmp`` of its own. Paths are absolute, and
    stand for all that is below them.

    Attributes:
        read: What it may read and execute.
        write: What it may write as well.
        network: Whether it has our network.
        runtime: Whether it sees what programs need to run at all: the program
            itself, ``/usr``, ``/bin``, ``/lib`` and their like.
        program: Where ``bwrap`` is; None looks along our PATH.

    Raises:
        OptionError: It names the option, its value and what would be right.
    """

    read: Collection[AnyPath] = ()
    write: Collection[AnyPath] = ()
    network: bool = False
    runtime: bool = True
    program: AnyPath | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__
        for name in ("read", "write"):
            put(self, name, to_paths(f"bubblewrap.{name}", getattr(self, name)))
        for name in ("network", "runtime"):
            checks.boolean(f"bubblewrap.{name}", getattr(self, name))
        if self.program is not None:
            program = checks.text("bubblewrap.program", self.program)
            if not program.startswith("/"):
                expected = "an absolute path"
                raise OptionError("bubblewrap.program", program, expected)
            put(self, "program", program)
