"""How one command ended, what it said and what it used: `Result`.

Layer: values. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, AnyStr, Generic

from child_process._values.status import ExitStatus, Usage

__all__ = ["Result", "SyncResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Generic[AnyStr]):
    """How a command ended: the same type for every verb, sync or not.

    Attributes:
        command: The command as one would type it.
        pid: Its process id; None when it was not started.
        code: The exit code; None when a signal ended it.
        signal: The signal's name; None when it exited.
        stdout: What was kept of its output; None when that went elsewhere.
        stderr: The same of its error output.
        output: What was kept of each piped descriptor, None for the others.
        duration: Seconds from the start to the end of its output.
        usage: Processor time; None when it is not known.
        reason: Why it was ended: the first of "timeout", "max_buffer",
            "aborted", "cancelled", what was given to ``stop()``, or the limit
            that it passed, "memory", "cpu", "processes" or "file_size"; None when
            it ended by itself.
        truncated: Whether output was thrown away (``overflow="truncate"``, or
            the limit was passed).
        drained: Whether its output ended. False says that something it
            started still holds it open, and that reading stopped.
    """

    command: str
    pid: int | None
    code: int | None
    signal: str | None
    stdout: AnyStr | None
    stderr: AnyStr | None
    output: tuple[AnyStr | None, ...]
    duration: float
    usage: Usage | None
    reason: str | None
    truncated: bool
    drained: bool
    accepted: bool
    signal_number: int | None = None

    @property
    def ok(self) -> bool:
        """Whether it ended by itself, with a code that is accepted."""
        return self.accepted

    @property
    def returncode(self) -> int:
        """The code; a signal's number as a negative one, as in `subprocess`."""
        return ExitStatus(self.code, self.signal, self.signal_number).returncode

    @property
    def timed_out(self) -> bool:
        """Whether it was ended by its time limit."""
        return self.reason == "timeout"

    @property
    def text(self) -> str:
        """Its output as text, without the newline at the end."""
        text = _text(self.stdout)
        if text.endswith("\n"):
            text = text[:-2] if text.endswith("\r\n") else text[:-1]
        return text

    def lines(self) -> list[str]:
        """Return the lines of its output: cut at each LF, a CR before it goes."""
        *lines, rest = _text(self.stdout).split("\n")
        whole: list[str] = [line.removesuffix("\r") for line in lines]
        return [*whole, rest] if rest else whole

    def json(self) -> Any:
        """Return its output, read as JSON.

        Raises:
            json.JSONDecodeError: It is not JSON.
        """
        import json  # slow to import, and few results are JSON

        return json.loads(self.stdout or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult(Generic[AnyStr]):
    """What `spawn_sync` returns: Node's fields.

    Attributes:
        pid: The process id; 0 when it was not started.
        output: What each piped descriptor gave, None for the others; None
            when nothing was started.
        stdout: ``output[1]``.
        stderr: ``output[2]``.
        status: The exit code; None when a signal ended it.
        signal: The signal's name; None when it exited.
        error: What went wrong apart from the exit code, or None.
    """

    pid: int
    output: tuple[AnyStr | None, ...] | None
    stdout: AnyStr | None
    stderr: AnyStr | None
    status: int | None
    signal: str | None
    error: Exception | None


def _text(output: str | bytes | None) -> str:
    if output is None:
        return ""
    return output if isinstance(output, str) else output.decode("utf-8", "replace")
