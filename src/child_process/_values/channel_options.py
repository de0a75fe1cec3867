"""How a child with a message channel is started: checked once.

Layer: values. No I/O. Code that holds an instance never checks it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from child_process._values import checks
from child_process._values.command import to_args
from child_process._values.options import SpawnOptions
from child_process._values.stdio import Slot, to_stdio
from child_process.errors import OptionError

if TYPE_CHECKING:
    from child_process._values.stdio import Stdio

__all__ = ["ChannelOptions", "ForkOptions"]

MAX_MESSAGE: Final = 256 * 1024 * 1024
"""Bytes of one message, at most; refused on the strength of what is announced."""

MODES: Final = ("json", "advanced")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOptions(SpawnOptions):
    """How `spawn` starts a child, whose ``stdio`` may hold one "ipc".

    Raises:
        OptionError: It names the option, its value and what would be right.
    """

    serialization: Literal["json", "advanced"] = "json"
    max_message: int = MAX_MESSAGE
    max_queue: int = MAX_MESSAGE

    def __post_init__(self) -> None:
        # Zero-argument super() does not find its way in a slotted dataclass.
        SpawnOptions.__post_init__(self)
        if self.serialization not in MODES:
            expected = '"json" or "advanced"'
            raise OptionError("serialization", self.serialization, expected)
        for name in ("max_message", "max_queue"):
            checks.integer(name, getattr(self, name), 2**32 - 1)

    def _to_stdio(self, value: object) -> Stdio:
        return to_stdio(value, channel=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkOptions(ChannelOptions):
    """How `fork` starts a child.

    Raises:
        OptionError: It names the option, its value and what would be right.
    """

    silent: bool = False
    exec_path: Any = None
    exec_argv: Any = None

    def __post_init__(self) -> None:
        checks.boolean("silent", self.silent)
        ChannelOptions.__post_init__(self)
        if self.exec_path is not None:
            self._put("exec_path", checks.text("exec_path", self.exec_path))
        if self.exec_argv is not None:
            self._put("exec_argv", to_args(self.exec_argv, "exec_argv"))
        if self.shell is not None:
            raise OptionError("shell", self.shell, "none: fork() runs an interpreter")

    def _to_stdio(self, value: object) -> Stdio:
        if value is None or isinstance(value, str):
            word = value or ("pipe" if self.silent else "inherit")
            return (*to_stdio(word), Slot.IPC)
        stdio = to_stdio(value, channel=True)
        if Slot.IPC not in stdio:
            raise _ChannelRequired("stdio", value, 'a list with one "ipc"')
        return stdio


class _ChannelRequired(OptionError):
    code = "ERR_CHILD_PROCESS_IPC_REQUIRED"
