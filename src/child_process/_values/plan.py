"""A start, resolved: `LaunchPlan`.

Layer: values. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from child_process._masked import Masked

if TYPE_CHECKING:
    from child_process._values.bubblewrap import Bubblewrap
    from child_process._values.confinement import Confinement
    from child_process._values.environment import Environ
    from child_process._values.isolation import Isolation
    from child_process._values.limits import Limits
    from child_process._values.pinned import Pin
    from child_process._values.stdio import Stdio

__all__ = ["LaunchPlan"]


@dataclass(frozen=True, kw_only=True)
class LaunchPlan:
    """What to start, with nothing left to ask the caller.

    This is what a launcher gets, what a rule judges and what is explained.

    Attributes:
        file: The program as the caller named it, for messages.
        program: The file to execute; absolute, unless this process has no
            working directory. Or the name of one: the launcher looks it up in
            the PATH of ``environ``, unless somebody wants to know before.
        argv: The arguments, ``argv[0]`` included.
        environ: The whole environment, as bytes.
        cwd: The child's working directory; None is ours.
        stdio: What each descriptor of the child is; no other one is open.
        session: Whether the child leads a new session (``detached=True``).
        group: Whether the child leads a new process group.
        uid: User to become; None to stay.
        gid: Group to become; None to stay.
        shell: Whether ``argv`` holds a line that a shell will parse.
        pin: What the program's file has to be; None is anything. It is then
            executed by its descriptor.
        die_with_parent: Whether the child is to end when this program does,
            however that ends.
        cookie: The word by which the child's descendants are known, which a
            variable beside ``environ`` holds; None where they are not ours to
            end. The launcher's.
        from_template: Whether that line came from `sh`: no data in it is
            anything but a word.
        quoted: The arguments that were quoted into that line.
        umask: What its new files must not permit; None is ours.
        groups: Its other groups; None are ours, and none where root becomes
            another user or group.
        limits: What it may use at most; None is what we may.
        confinement: What it may do at all; None is what we may.
        death_signal: What it gets when this program ends; 0 is nothing. A
            second net only: the twin of the native launcher has none.
        isolate: What it may do at all, as it was asked for; None is what we may.
    """

    file: str
    program: str
    argv: tuple[str, ...]
    environ: Environ
    cwd: str | None
    stdio: Stdio
    session: bool
    group: bool
    uid: int | None
    gid: int | None
    shell: bool
    pin: Pin | None = None
    die_with_parent: bool = True
    cookie: bytes | None = None
    from_template: bool = False
    quoted: tuple[str, ...] = ()
    umask: int | None = None
    groups: tuple[int, ...] | None = None
    limits: Limits | None = None
    confinement: Confinement | None = None
    death_signal: int = 0
    isolate: Isolation | Bubblewrap | None = None

    @classmethod
    def of(cls, **fields: Any) -> LaunchPlan:
        """Return the plan with *fields*.

        As the constructor makes it, in a fraction of the time: this is done in
        every start.
        """
        made = object.__new__(cls)
        object.__setattr__(made, "__dict__", fields)
        return made

    def replacing(self, **changes: Any) -> LaunchPlan:
        """Return a copy with *changes*; as quick as `of`."""
        made = object.__new__(LaunchPlan)
        object.__setattr__(made, "__dict__", self.__dict__ | changes)
        return made

    @property
    def args(self) -> tuple[str, ...]:
        """The arguments without ``argv[0]``."""
        return self.argv[1:]

    @property
    def secret_words(self) -> frozenset[int]:
        """The places in ``argv`` with a secret: every user can read it there."""
        return frozenset(
            index
            for index, word in enumerate(self.argv)
            if isinstance(word, Masked) and word.exposed
        )
