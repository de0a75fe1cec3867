"""The compiled part of the launcher; see ``_spawn.h``."""

from typing import final

def find(path: bytes, name: bytes, /) -> bytes | None:
    """Return the first program *name* in the absolute parts of *path*."""

def open_pipe(index: int, /) -> tuple[int, int]:
    """Return our end, not blocking, and the child's end, blocking, its *index*.

    Raises:
        OSError: No descriptor is left.
    """

def write_at_once(fd: int, data: bytes, /) -> int:
    """Write *data* to what does not block; return 0, or an errno."""

@final
class Inbox:
    """Where a loop hears which starts are complete.

    Raises:
        OSError: No descriptor is left.
    """

    def fileno(self) -> int:
        """Return a descriptor that is readable while there is news."""

    def take(self) -> list[int]:
        """Return the tickets of what was completed since."""

@final
class Start:
    """One start: a copy of its plan, and what came of it.

    The descriptors of *wires* are its own from here on: it empties the mapping,
    and closes them once the program runs, or when it is dropped.

    Args:
        program: The file to execute.
        argv: All arguments.
        environ: The whole environment.
        wires: Descriptors of ours by the number that the child knows them
            under; each is *count* or above.
        count: The child's descriptors; from there on nothing is open.
        cwd: Its working directory; None is ours.
        path: The PATH to look *program*, a name, up in; None where it is a path.
        last: One more entry of the environment, ``NAME=value``.
        session: Whether it leads a session.
        group: Whether it leads a process group.
        death_signal: What it gets when this program ends; 0 is nothing.
        umask: -1 is ours.
        limits: Resources with their soft and hard limits.
        nice: Its niceness; None is ours.
        uid: -1 is ours.
        gid: -1 is ours.
        groups: Its other groups; None are ours.
        no_new_privs: Whether it may gain no rights by executing.
        landlock: A ruleset, -1 for none; a copy is kept.
        seccomp: An array of ``struct sock_filter``.
        unshare: CLONE_NEW flags.
    """

    def __new__(
        cls,
        program: str | bytes,
        argv: tuple[str, ...],
        environ: dict[bytes, bytes],
        wires: dict[int, int],
        count: int,
        cwd: str | None = None,
        path: bytes | None = None,
        last: bytes | None = None,
        session: bool = False,
        group: bool = False,
        death_signal: int = 0,
        *,
        umask: int = -1,
        limits: tuple[tuple[int, int, int], ...] = (),
        nice: int | None = None,
        uid: int = -1,
        gid: int = -1,
        groups: tuple[int, ...] | None = None,
        no_new_privs: bool = False,
        landlock: int = -1,
        seccomp: bytes = b"",
        unshare: int = 0,
    ) -> Start: ...
    def submit(self, inbox: Inbox, ticket: int, comes_first: bool = False, /) -> bool:
        """Have it started off this thread; *inbox* tells when it is complete.

        One that *comes_first* is complete before anything that is submitted later
        begins.

        False says that there is no thread to be had: `run` it then.
        """

    def run(self, seconds: float = -1) -> None:
        """Start here, or wait for the start under way, at most *seconds*."""

    def outcome(self) -> tuple[int, int, str, int] | None:
        """Return pid, pidfd, step and errno; None until complete.

        An errno of 0 says that the program runs, a pidfd of -1 that there is
        none.
        """

    def close(self) -> None:
        """Close the pidfd."""
