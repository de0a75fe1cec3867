"""The verbs that block: `spawn_sync`, `exec_sync`, `exec_file_sync`, `run_sync`.

Layer: api. Needs no event loop, and does not import asyncio.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, LiteralString, Unpack, overload

from child_process._api.blocking import run_to_end
from child_process._api.launchers import launch
from child_process._api.lines import as_line, deprecated, in_shell
from child_process._api.unpacking import unpacked
from child_process._masked import shown
from child_process._protocol.outcome import conclude, failure
from child_process._values.input import pieces
from child_process._values.options import RunOptions
from child_process._values.result import Result, SyncResult
from child_process._values.secret import secrets_of
from child_process._wording import display
from child_process.errors import (
    CommandFailed,
    OptionTypeError,
    ProcessError,
    SpawnError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process._api.keywords import BytesKeywords, RunKeywords, TextKeywords
    from child_process._values.command import Argument, Command
    from child_process._values.shell_command import ShellCommand
    from child_process._values.template_parts import TemplateString

__all__ = ["exec_file_sync", "exec_sync", "run_sync", "spawn_sync"]


@overload
def spawn_sync(
    file: Argument | ShellCommand,
    args: Sequence[Argument] | None = (),
    **options: Unpack[RunKeywords],
) -> SyncResult[bytes]: ...
@overload
def spawn_sync(
    file: Argument | ShellCommand,
    args: Sequence[Argument] | None = (),
    **options: Unpack[BytesKeywords],
) -> SyncResult[bytes]: ...
@overload
def spawn_sync(
    file: Argument | ShellCommand,
    args: Sequence[Argument] | None = (),
    **options: Unpack[TextKeywords],
) -> SyncResult[str]: ...
def spawn_sync(
    file: Argument | ShellCommand,
    args: Sequence[Argument] | None = (),
    **options: Any,
) -> SyncResult[Any]:
    """Run *file* with *args* to its end, blocking, and return what happened.

    Raises nothing for what the command, or the system, does: that is
    ``error`` of the result. A non-zero exit is none.

    Args:
        file: A program's name, looked up in the child's PATH, or its path.
        args: Its arguments; each arrives as it is, whatever it holds.
        **options: Those of `exec_file`; the output is bytes by default.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
    """
    checked = RunOptions.of({"encoding": None, **in_shell(file, options)})
    try:
        result, error = _run(file, args, checked)
    except ProcessError as problem:
        if not isinstance(problem, SpawnError) and problem.code not in _RETURNED:
            raise
        return SyncResult(
            pid=0,
            output=None,
            stdout=None,
            stderr=None,
            status=None,
            signal=None,
            error=problem,
        )
    return SyncResult(
        pid=result.pid or 0,
        output=result.output,
        stdout=result.stdout,
        stderr=result.stderr,
        status=result.code,
        signal=result.signal,
        # As in Node: a code that is not 0 is a status, not an error.
        error=None if result.reason is None else error,
    )


_RETURNED = {
    "ABORT_ERR",
    "ERR_CHILD_PROCESS_KILL_TIMEOUT",
    "ERR_CHILD_PROCESS_STATUS_LOST",
    "ERR_ISOLATION_UNAVAILABLE",
}


@overload
def exec_sync(  # type: ignore[overload-overlap]  # mypy: a literal is a str
    command: LiteralString | ShellCommand | TemplateString,
    **options: Unpack[RunKeywords],
) -> bytes | None: ...
@overload
def exec_sync(
    command: LiteralString | ShellCommand | TemplateString,
    **options: Unpack[BytesKeywords],
) -> bytes | None: ...
@overload
def exec_sync(  # type: ignore[overload-overlap]  # mypy: a literal is a str
    command: LiteralString | ShellCommand | TemplateString,
    **options: Unpack[TextKeywords],
) -> str | None: ...
@overload
@deprecated("a line that is built may hold data: fill it in with sh()")
def exec_sync(command: Argument, **options: Unpack[RunKeywords]) -> bytes | None: ...
@overload
@deprecated("a line that is built may hold data: fill it in with sh()")
def exec_sync(command: Argument, **options: Unpack[BytesKeywords]) -> bytes | None: ...
@overload
@deprecated("a line that is built may hold data: fill it in with sh()")
def exec_sync(command: Argument, **options: Unpack[TextKeywords]) -> str | None: ...
def exec_sync(command: Argument | ShellCommand | TemplateString, **options: Any) -> Any:
    """Run the line *command* in a shell, blocking, and return its output.

    The shell reads the whole line: never build one with data in it; `sh` puts
    data into a line.

    Args:
        command: A line in the language of ``/bin/sh``, or of ``shell=``; one
            with data in it from `sh`, or as ``t"…"`` on Python 3.14.
        **options: Those of `exec_file_sync`.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
        SpawnError: The shell could not be started.
        CommandFailed: It failed; see `run` for the kinds.
    """
    options.setdefault("shell", True)
    if options["shell"] in (False, None):
        raise OptionTypeError(
            "shell",
            options["shell"],
            "the path of a shell; exec_file_sync() runs without",
        )
    return _output(as_line(command), (), options)


@overload
def exec_file_sync(
    file: Argument,
    args: Sequence[Argument] | None = (),
    **options: Unpack[RunKeywords],
) -> bytes | None: ...
@overload
def exec_file_sync(
    file: Argument,
    args: Sequence[Argument] | None = (),
    **options: Unpack[BytesKeywords],
) -> bytes | None: ...
@overload
def exec_file_sync(
    file: Argument,
    args: Sequence[Argument] | None = (),
    **options: Unpack[TextKeywords],
) -> str | None: ...
def exec_file_sync(
    file: Argument, args: Sequence[Argument] | None = (), **options: Any
) -> Any:
    """Run *file* with *args*, blocking, and return its output.

    What it complains is captured for the error and then, unless ``stdio=`` is
    given, written to our stderr, as Node does.

    Args:
        file: A program's name, looked up in the child's PATH, or its path.
        args: Its arguments; each arrives as it is, whatever it holds.
        **options: Those of `exec_file`; the output is bytes by default.

    Returns:
        What it wrote to stdout; None where that is not a pipe.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
        SpawnError: It could not be started.
        CommandFailed: It failed; see `run` for the kinds.
    """
    return _output(file, args, options)


@overload
def run_sync(
    program: Argument | Command | ShellCommand | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Unpack[TextKeywords],
) -> Result[str]: ...
@overload
def run_sync(
    program: Argument | Command | ShellCommand | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Unpack[BytesKeywords],
) -> Result[bytes]: ...
def run_sync(
    program: Argument | Command | ShellCommand | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Any,
) -> Result[Any]:
    """Do what `run` does, blocking: the same options, result and errors.

    Args:
        program: A program's name or path, a `Command`, the line of `sh`, or
            ``t"…"`` on Python 3.14, which is a `template`.
        args: Its arguments, added to those of a `Command`.
        **options: Those of `run`.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
        SpawnError: It could not be started.
        CommandFailed: It failed; see `run` for the kinds.
    """
    file, words, checked = unpacked(program, args, options)
    result, error = _run(file, words, checked)
    if error is not None and checked.check:
        try:
            raise error
        finally:
            # No cycle with this frame, and no secret for who prints its variables.
            del error, result
    return result


def _output(file: object, args: object, options: dict[str, Any]) -> Any:
    checked = RunOptions.of({"encoding": None, **options})
    result, error = _run(file, args, checked)
    if options.get("stdio") is None and result.stderr:
        # Of a failure what the error has, in which secrets are masked.
        said = result.stderr if error is None else error.result.stderr
        _complain(said or "")
    if error is not None and checked.check:
        try:
            raise error
        finally:
            del error, result  # as in `run_sync`
    return result.stdout


def _run(
    file: object, args: object, options: RunOptions
) -> tuple[Result[Any], CommandFailed | None]:
    if isinstance(options.input, AsyncIterable):
        expected = "no async iterable: nothing runs a loop here"
        raise OptionTypeError("input", options.input, expected)
    launched = launch(file, args, options)
    options = launched.options
    source: Iterator[bytes] = (
        iter(()) if options.input is None else pieces(options.input)
    )
    argv = launched.call.argv
    command = (
        shown(argv[-1])
        if launched.call.shell
        else display((launched.call.file, *argv[1:]))
    )
    facts = run_to_end(launched.handle, options, source, command)
    if hidden := secrets_of(argv, options):
        facts = replace(facts, hidden=hidden)
    result = conclude(facts, options)
    return result, failure(result, facts, options)


def _complain(stderr: str | bytes) -> None:
    if isinstance(stderr, str):
        sys.stderr.write(stderr)
    elif hasattr(sys.stderr, "buffer"):
        sys.stderr.flush()
        sys.stderr.buffer.write(stderr)
    else:
        sys.stderr.write(stderr.decode("utf-8", "replace"))
    sys.stderr.flush()
