"""The keyword options of the verbs, for type checkers.

Layer: api. Never imported at run time: `SpawnOptions` and `RunOptions` hold
and check what these name.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Literal, Required, TypedDict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from child_process._values.bubblewrap import Bubblewrap
    from child_process._values.command import Argument
    from child_process._values.environment import EnvironmentLike
    from child_process._values.input import InputLike
    from child_process._values.isolation import Isolation
    from child_process._values.limits import Limits
    from child_process._values.options import Tree
    from child_process._values.signals import SignalLike
    from child_process._values.stdio import StdioLike
    from child_process._values.teardown import TeardownLike
    from child_process.abort import AbortSignal
    from child_process.security.policy import Policy

__all__ = [
    "BytesKeywords",
    "ChannelKeywords",
    "CommandKeywords",
    "ForkKeywords",
    "RunKeywords",
    "SpawnKeywords",
    "TextKeywords",
]

PathOption = str | bytes | PathLike[str] | PathLike[bytes]


class CommandKeywords(TypedDict, total=False):
    """What every verb takes, but a time limit."""

    cwd: PathOption | None
    env: EnvironmentLike | None
    env_policy: Literal["inherit", "scrub", "clean"]
    allow_env: Collection[str]
    argv0: str | bytes | None
    stdio: StdioLike | None
    detached: bool
    die_with_parent: bool
    uid: int | None
    gid: int | None
    groups: Iterable[int] | None
    umask: int | None
    limits: Limits | None
    shell: bool | PathOption | None
    signal: AbortSignal | None
    kill_signal: SignalLike
    input: InputLike | None
    tree: Tree
    teardown: TeardownLike | None
    drain: float | None
    policy: Policy | Literal["trusted", "guarded"] | None
    isolate: Isolation | Bubblewrap | None
    windows_hide: bool
    windows_verbatim_arguments: bool


class SpawnKeywords(CommandKeywords, total=False):
    """What `spawn` takes."""

    timeout: float | None


class ChannelKeywords(SpawnKeywords, total=False):
    """What `spawn` takes for a child with a channel."""

    serialization: Literal["json", "advanced"]
    max_message: int
    max_queue: int


class ForkKeywords(ChannelKeywords, total=False):
    """What `fork` takes."""

    silent: bool
    exec_path: PathOption | None
    exec_argv: Sequence[Argument] | None


class RunKeywords(SpawnKeywords, total=False):
    """What `exec`, `exec_file`, `run` and the sync forms take, but an encoding."""

    max_buffer: float | None
    overflow: Literal["kill", "truncate"]
    check: bool
    accept: Collection[int]


class TextKeywords(RunKeywords, total=False):
    """With an encoding: the output is str."""

    encoding: str


class BytesKeywords(RunKeywords, total=False):
    """Without an encoding: the output is bytes."""

    encoding: Required[None]
