"""The channel that this program was started with: `take`.

Layer: inside.
"""

from __future__ import annotations

import os
from typing import Final, Literal, NamedTuple

__all__ = ["Inherited", "take"]

FD: Final = "NODE_CHANNEL_FD"
MODE: Final = "NODE_CHANNEL_SERIALIZATION_MODE"
PARENT: Final = "CHILD_PROCESS_PARENT"
POLICY: Final = "CHILD_PROCESS_POLICY"


class Inherited(NamedTuple):
    """A channel's descriptor in this program, and who is at the other end.

    Attributes:
        fd: The descriptor.
        mode: How messages travel.
        from_python: Whether the parent is known to be this library.
    """

    fd: int
    mode: Literal["json", "advanced"]
    from_python: bool


_taken: list[Inherited | None] = []


def take() -> Inherited | None:
    """Return the channel, if there is one; the same at each call.

    It leaves the environment, and does not get into children of this program:
    a Node grandchild would abort on it. What is no channel, a variable that
    leaked here from some other program, is ignored.
    """
    if not _taken:
        _taken.append(_take())
    return _taken[0]


def _take() -> Inherited | None:
    text = os.environ.pop(FD, "")
    mode = os.environ.pop(MODE, "json")
    parent = os.environ.pop(PARENT, "")
    policy = os.environ.pop(POLICY, "")
    if not text.isdecimal() or mode not in {"json", "advanced"}:
        return None
    from child_process._channel.wire_socket import is_channel

    fd = int(text)
    if not is_channel(fd):
        return None
    if policy and parent == "python":
        from child_process._launch.inheriting import adopt

        adopt(policy)
    fd = _out_of_the_way(fd)
    known: Literal["json", "advanced"] = "advanced" if mode == "advanced" else "json"
    return Inherited(fd, known, from_python=parent == "python")


def _out_of_the_way(fd: int) -> int:
    """Return the channel under a number that neither print() nor a child gets.

    One that stands for stdin, stdout or stderr leaves the null device there:
    whatever is printed would be taken for messages.
    """
    if fd > 2:  # noqa: PLR2004 - stdin, stdout and stderr
        os.set_inheritable(fd, False)  # noqa: FBT003 - the function's own signature
        return fd
    import fcntl

    copy = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, fd)
    os.close(null)
    return copy
