"""What a child may do at all, as the kernel is told: `Confinement`.

Layer: values. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Confinement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What the child gives up between its birth and its program, in this order.

    Attributes:
        unshare: CLONE_NEW flags of the namespaces that it leaves. In a new
            user namespace it is who it was, and nobody else is there.
        no_new_privs: Whether executing a program gives it no further rights.
        landlock_fd: A Landlock ruleset that is opened here; -1 is none. It
            may be closed once the launch has returned.
        seccomp: A filter of system calls, an array of ``struct sock_filter``;
            empty is none. It must let ``execve`` pass.
    """

    unshare: int = 0
    no_new_privs: bool = False
    landlock_fd: int = -1
    seccomp: bytes = b""
