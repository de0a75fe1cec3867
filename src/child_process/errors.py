"""Every exception of the package: its facts and its stable code.

Layer: bottom. Imports only how things are put into words.

A subclass hands its facts to ``super().__init__`` in order, so that it pickles
whole, and makes words of them only in ``__str__``. ``code`` is for programs
and never changes; where Node has a code for the case, it is Node's.
"""

from __future__ import annotations

import errno as _errno
import os
import subprocess
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast

from child_process._masked import shown
from child_process._root import ProcessError
from child_process._wording import bounded, display, printable, tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process._values.result import Result

__all__ = [
    "Aborted",
    "CommandFailed",
    "ExitStatusLost",
    "IsolationUnavailable",
    "KillTimeout",
    "MaxBufferExceeded",
    "OptionError",
    "OptionRangeError",
    "OptionTypeError",
    "ProcessError",
    "SpawnError",
    "TimeoutExceeded",
    "UnknownOption",
    "UnknownSignal",
]

STDERR_SHOWN: Final = 8 * 1024
STDOUT_SHOWN: Final = 4 * 1024
COMMAND_SHOWN: Final = 2 * 1024
OVERFLOW_SHOWN: Final = 200
"""Characters of a stream that was too long: enough to tell what it was."""


# What the caller asked for


class OptionError(ProcessError, ValueError):
    """An option's value is wrong. Nothing was started.

    Attributes:
        option: Its name, as the caller wrote it.
        value: What was given.
        expected: What would be right.
    """

    code: ClassVar[str] = "ERR_INVALID_ARG_VALUE"

    def __init__(self, option: str, value: object, expected: str) -> None:
        super().__init__(option, value, expected)
        self.option = option
        self.value = value
        self.expected = expected

    def __str__(self) -> str:
        shown = bounded(printable(repr(self.value)), 200)
        return f"{self.option} = {shown}: expected {self.expected}"

    def __reduce__(self) -> tuple[Any, ...]:
        # A wrong value can be anything, a lambda for one: its repr travels.
        # Exact types: a subclass can be one that cannot be found again.
        plain = (str, bytes, bool, int, float, type(None))
        value = self.value if type(self.value) in plain else repr(self.value)
        return type(self), (self.option, value, self.expected)


class OptionTypeError(OptionError, TypeError):
    """An option has the wrong type, or is no option of this call."""

    code: ClassVar[str] = "ERR_INVALID_ARG_TYPE"


class UnknownOption(OptionTypeError):
    """This call has no option of that name."""

    code: ClassVar[str] = "ERR_UNKNOWN_OPTION"

    def __str__(self) -> str:
        return f"{self.option}: there is no such option here; {self.expected}"


class OptionRangeError(OptionError):
    """A number is out of its range: a negative time, for one."""

    code: ClassVar[str] = "ERR_OUT_OF_RANGE"


class UnknownSignal(OptionError):
    """There is no such signal here."""

    code: ClassVar[str] = "ERR_UNKNOWN_SIGNAL"


# What the system refused


class SpawnError(ProcessError, OSError):
    """The program could not be started; nothing runs, nothing is left open.

    An instance is also the builtin that belongs to its errno:
    ``except FileNotFoundError`` and ``except PermissionError`` catch it.

    Attributes:
        errno: The system's number.
        code: Its name, "ENOENT" for one.
        syscall: "spawn" and the program, as in Node.
        path: The program as the caller named it.
        spawnargs: Its arguments, without the program.
        step: What failed: "lookup", "cwd", "stdio", "fork", "exec" ….
        detail: What was tried and what would help, in words.
    """

    code: str  # type: ignore[misc]  # here the code is the errno's name

    def __new__(cls, errno: int, *_facts: object) -> Self:
        """Make an instance of the subclass that belongs to *errno*."""
        kind = _SPAWN_ERRORS.get(errno, cls) if cls is SpawnError else cls
        made = OSError.__new__(kind, errno, os.strerror(errno))
        return cast("Self", made)

    def __init__(
        self, errno: int, path: str, spawnargs: Sequence[str], step: str, detail: str
    ) -> None:
        OSError.__init__(self, errno, os.strerror(errno))
        self.code = _errno.errorcode.get(errno, f"E{errno}")
        self.syscall: str = f"spawn {path}"
        self.path = path
        self.spawnargs: tuple[str, ...] = tuple(map(shown, spawnargs))
        self.step = step
        self.detail = detail

    @property
    def cmd(self) -> str:
        """The whole command, as one would type it."""
        return display([self.path, *self.spawnargs])

    def __str__(self) -> str:
        path = bounded(display([self.path]), COMMAND_SHOWN)
        return bounded(f"spawn {path} {self.code}: {printable(self.detail)}")

    def __reduce__(self) -> tuple[Any, ...]:
        facts = (self.errno, self.path, self.spawnargs, self.step, self.detail)
        return SpawnError, facts


class _NotFound(SpawnError, FileNotFoundError):
    pass


class _Denied(SpawnError, PermissionError):
    pass


class _NotADirectory(SpawnError, NotADirectoryError):
    pass


class _IsADirectory(SpawnError, IsADirectoryError):
    pass


class _TryAgain(SpawnError, BlockingIOError):
    pass


_SPAWN_ERRORS: Final[dict[int, type[SpawnError]]] = {
    _errno.ENOENT: _NotFound,
    _errno.EACCES: _Denied,
    _errno.EPERM: _Denied,
    _errno.ENOTDIR: _NotADirectory,
    _errno.EISDIR: _IsADirectory,
    _errno.EAGAIN: _TryAgain,
}
for _kind in _SPAWN_ERRORS.values():
    # One error to the reader of a traceback: the subclasses only join builtins.
    _kind.__name__ = _kind.__qualname__ = "SpawnError"


class IsolationUnavailable(ProcessError):
    """The confinement that was asked for is not to be had; nothing was started.

    Attributes:
        part: What is missing: "landlock", "seccomp", "no_new_privs",
            "namespaces", "bubblewrap", or "isolation" for all of it.
        detail: Why, in words.
        remedy: What would help.
    """

    code: ClassVar[str] = "ERR_ISOLATION_UNAVAILABLE"

    def __init__(self, part: str, detail: str, remedy: str) -> None:
        super().__init__(part, detail, remedy)
        self.part = part
        self.detail = detail
        self.remedy = remedy

    def __str__(self) -> str:
        words = f"{self.part} is not available here ({self.detail}): {self.remedy}"
        return bounded(printable(f"{words}; nothing was started"))


# How a command that ran came to fail

_LIMITS: Final = frozenset({"memory", "cpu", "processes", "file_size"})
"""Reasons of `Result` that are limits of the system."""


class CommandFailed(ProcessError, subprocess.CalledProcessError):
    """The command ran, and ended in a way that is not accepted.

    Also a `subprocess.CalledProcessError`, with its ``returncode`` (negative
    for a signal), ``cmd``, ``stdout`` and ``stderr``.

    Attributes:
        result: Everything that is known: code or signal, output, duration.
    """

    code: ClassVar[str] = "ERR_CHILD_PROCESS_FAILED"

    def __init__(self, result: Result[Any], *facts: object) -> None:
        Exception.__init__(self, result, *facts)
        self.result = result
        self.returncode: int = result.returncode
        self.cmd: str = result.command
        self.output: Any = result.stdout
        self.stderr: Any = result.stderr

    @property
    def signal(self) -> str | None:
        """The signal that ended the command, by name, or None."""
        return self.result.signal

    @property
    def killed(self) -> bool:
        """Whether we ended it: a limit was passed, or it was called off."""
        return self.result.reason is not None

    def __str__(self) -> str:
        command = bounded(printable(self.result.command), COMMAND_SHOWN)
        parts = [
            f"{self._what()}: {command}",
            tail(self.result.stderr, self._shown("stderr", STDERR_SHOWN)),
            tail(self.result.stdout, self._shown("stdout", STDOUT_SHOWN)),
        ]
        return bounded("\n\n".join(part for part in parts if part))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.args

    def _what(self) -> str:
        ending = _ending(self.result)
        if self.result.reason in _LIMITS:
            return f"Command went over limits.{self.result.reason}, {ending}"
        return f"Command failed, {ending}"

    def _shown(self, stream: str, most: int) -> int:  # noqa: ARG002 - a subclass's
        """Return how many characters of *stream* the message shows."""
        return most


class TimeoutExceeded(CommandFailed, TimeoutError):
    """The command ran for longer than its ``timeout``, and was stopped.

    Attributes:
        seconds: The limit that it passed.
    """

    code: ClassVar[str] = "ETIMEDOUT"

    def __init__(self, result: Result[Any], seconds: float) -> None:
        super().__init__(result, seconds)
        self.seconds = seconds

    def _what(self) -> str:
        ending = _ending(self.result)
        return f"Command timed out after {self.seconds:g} seconds, {ending}"


class MaxBufferExceeded(CommandFailed):
    """The command wrote more to one stream than is kept, and was stopped.

    Attributes:
        stream: "stdout", "stderr", or "stdio[3]" and so on.
        limit: The ``max_buffer`` in force, in bytes.
    """

    code: ClassVar[str] = "ERR_CHILD_PROCESS_STDIO_MAXBUFFER"

    def __init__(self, result: Result[Any], stream: str, limit: int) -> None:
        super().__init__(result, stream, limit)
        self.stream = stream
        self.limit = limit

    @property
    def kept(self) -> str | bytes | None:
        """The first *limit* bytes; nothing that fits is thrown away."""
        if self.stream == "stderr":
            return self.result.stderr
        return self.result.stdout if self.stream == "stdout" else None

    def _shown(self, stream: str, most: int) -> int:
        return OVERFLOW_SHOWN if stream == self.stream else most

    def _what(self) -> str:
        limit = f"max_buffer = {self.limit} bytes"
        return f"{self.stream} went over {limit}, {_ending(self.result)}"


class Aborted(CommandFailed):
    """The command was called off through ``signal=``.

    Attributes:
        cause: What `AbortController.abort` was given; also ``__cause__`` where
            it is an exception.
    """

    code: ClassVar[str] = "ABORT_ERR"

    def __init__(self, result: Result[Any], cause: Any = None) -> None:
        super().__init__(result, cause)
        self.cause = cause
        if isinstance(cause, BaseException):
            self.__cause__: BaseException | None = cause

    def _what(self) -> str:
        cause = "" if self.cause is None else f" ({bounded(str(self.cause), 200)})"
        return f"Command was aborted{printable(cause)}, {_ending(self.result)}"


def _ending(result: Result[Any]) -> str:
    if result.signal is not None:
        return f"ended by {result.signal}"
    if result.code is not None:
        return f"exit code {result.code}"
    return "it was not started"


# What cannot be kept or known


class KillTimeout(ProcessError):
    """Processes did not go although they were killed: the system holds them.

    Attributes:
        pids: Those that were there at the end.
        seconds: How long was waited after SIGKILL.
    """

    code: ClassVar[str] = "ERR_CHILD_PROCESS_KILL_TIMEOUT"

    def __init__(self, pids: tuple[int, ...], seconds: float) -> None:
        super().__init__(pids, seconds)
        self.pids = pids
        self.seconds = seconds

    def __str__(self) -> str:
        pids = ", ".join(map(str, self.pids))
        return (
            f"still there {self.seconds:g} seconds after SIGKILL: pid {pids}; "
            "a process in uninterruptible sleep goes once its I/O ends"
        )


class ExitStatusLost(ProcessError):
    """The process ended, and something else took its exit status.

    Either SIGCHLD is ignored in this program, or some code in it waits for
    children that are not its own (``os.waitpid(-1, 0)``).

    Attributes:
        pid: The process.
    """

    code: ClassVar[str] = "ERR_CHILD_PROCESS_STATUS_LOST"

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid

    def __str__(self) -> str:
        return (
            f"how process {self.pid} ended is not known: SIGCHLD is ignored in this "
            "program, or other code of it calls waitpid(-1); mend that"
        )
