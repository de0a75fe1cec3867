"""The environment of one child, from ours and the caller's: `child_environ`.

Layer: launch. Looks at this process and the list of users.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from child_process._values.stdio import Slot
from child_process.errors import OptionError

if TYPE_CHECKING:
    from child_process._values.environment import Environ
    from child_process._values.options import SpawnOptions
    from child_process.security.environment import Screening, User

__all__ = ["PARENT", "POLICY", "child_environ", "inherited_environ", "screened"]

CHANNEL_FD: Final = b"NODE_CHANNEL_FD"
CHANNEL_MODE: Final = b"NODE_CHANNEL_SERIALIZATION_MODE"
PARENT: Final = b"CHILD_PROCESS_PARENT"
"""Tells a Python child of `fork` that its parent is this library too."""
POLICY: Final = b"CHILD_PROCESS_POLICY"
"""The policy that a Python child of `fork` begins with."""
WORKER_PATH: Final = b"CHILD_PROCESS_PATH"
"""Tells a worker where to import from; see `_inside.worker`."""


def child_environ(options: SpawnOptions) -> Environ:
    """Return the child's environment, with its channel.

    Raises:
        OptionError: ``env=`` holds what ``env_policy`` does not let through.
    """
    if options.env_policy == "inherit":
        environ = _inherited(options)
    else:
        screening = screened(options)
        if screening.refused:
            raise _refusal(screening, options)
        environ = screening.environ
    if Slot.IPC in options.stdio:
        mode: str = getattr(options, "serialization", "json")
        channel = {
            CHANNEL_FD: b"%d" % options.stdio.index(Slot.IPC),
            CHANNEL_MODE: mode.encode(),
        }
        environ = {**environ, **channel}
    return environ


def screened(options: SpawnOptions) -> Screening:
    """Return what ``env_policy`` makes of the environment of *options*."""
    from child_process.security import environment  # its tables are large

    own = frozenset({PARENT, POLICY, WORKER_PATH} if options.env else ())
    return environment.screen(
        options.env,
        inherited_environ(),
        options.env_policy,
        options.allow_env | own,
        _user(options.uid),
    )


def inherited_environ() -> dict[bytes, bytes]:
    """Return our environment, without the channel that we were started with.

    A child that took our NODE_CHANNEL_FD for its own would read from whatever
    has that number: a Node grandchild aborts (nodejs/node#39151).
    """
    # In one piece, if this Python has it so: by its interface it is decoded
    # and encoded name by name.
    held = getattr(os.environb, "_data", None)
    environ = dict(held if type(held) is dict else os.environb)
    for name in (CHANNEL_FD, CHANNEL_MODE, PARENT, POLICY, WORKER_PATH):
        environ.pop(name, None)
    return environ


def _inherited(options: SpawnOptions) -> Environ:
    given: Environ | None = options.env
    if given is None:
        return inherited_environ()
    if CHANNEL_FD not in given or given[CHANNEL_FD] != os.environb.get(CHANNEL_FD):
        return given
    # A copy of os.environ: the channel in it is ours, not the child's.
    ours = (CHANNEL_FD, CHANNEL_MODE)
    return {name: value for name, value in given.items() if name not in ours}


def _user(uid: int | None) -> User | None:
    import pwd

    from child_process.security.environment import User

    try:
        entry = pwd.getpwuid(os.geteuid() if uid is None else uid)
    except KeyError:
        return None
    return User(entry.pw_name, entry.pw_dir)


def _refusal(screening: Screening, options: SpawnOptions) -> OptionError:
    reasons = "; ".join(
        f"{os.fsdecode(name)}: {why}" for name, why in screening.refused.items()
    )
    names = sorted(map(os.fsdecode, screening.refused))
    expected = (
        f'none of these under env_policy="{options.env_policy}" ({reasons}): leave '
        f"them out, or name them in allow_env={names}"
    )
    return OptionError("env", names, expected)
