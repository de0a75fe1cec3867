"""What a run was, for people and for programs: one line, or JSON.

Layer: cli.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from child_process._wording import display, printable
from child_process.errors import OptionError, SpawnError

if TYPE_CHECKING:
    from child_process import Result
    from child_process.errors import ProcessError

__all__ = ["as_json", "complain", "one_line", "pass_on"]


def one_line(error: ProcessError) -> str:
    """Return what *error* says first: no output of the command, no line break."""
    if isinstance(error, OptionError):
        # The caller wrote an option of the command line, not a keyword.
        shown = printable(repr(error.value))
        return f"{_as_written(error.option)} {shown}: expected {error.expected}"
    if isinstance(error, SpawnError):
        return f"{display([error.path])}: {printable(error.detail)}"
    return str(error).partition("\n")[0]


def complain(error: ProcessError) -> None:
    """Write *error* to stderr, in one line."""
    sys.stderr.write(f"child-process: {one_line(error)}\n")


def pass_on(result: Result[bytes]) -> None:
    """Write what was collected where the command would have written it."""
    for stream, data in ((sys.stdout, result.stdout), (sys.stderr, result.stderr)):
        if data:
            stream.flush()
            stream.buffer.write(data)
            stream.flush()


def as_json(command: str, result: Result[bytes] | None, error: Any) -> str:
    """Return the run as one JSON object: the fields of `Result`, and ``error``.

    Args:
        command: As one would type it.
        result: None when nothing was started.
        error: A `ProcessError`, or None.
    """
    facts: dict[str, Any] = {"command": command}
    if result is not None:
        facts |= {
            "pid": result.pid,
            "ok": result.ok,
            "code": result.code,
            "signal": result.signal,
            "reason": result.reason,
            "stdout": _text(result.stdout),
            "stderr": _text(result.stderr),
            "duration": round(result.duration, 6),
            "truncated": result.truncated,
            "drained": result.drained,
            "usage": result.usage and _rounded(asdict(result.usage)),
        }
    else:
        facts |= {"pid": None, "ok": False}
    if error is None:
        facts["error"] = None
    else:
        facts["error"] = {"code": error.code, "message": one_line(error)}
    # Escaped beyond ASCII: what a program wrote cannot move a terminal's cursor.
    return json.dumps(facts, indent=2)


def _rounded(numbers: dict[str, float | None]) -> dict[str, float | None]:
    return {
        name: None if number is None else round(number, 6)
        for name, number in numbers.items()
    }


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")


def _as_written(option: str) -> str:
    if option == "file":
        return "PROGRAM"
    if option.startswith("args["):
        return f"ARG {int(option[5:-1]) + 1}"
    if option.startswith("teardown"):
        return "--grace"
    return option if " " in option else f"--{option.replace('_', '-')}"
