"""`exec` and `exec_file`: run a command to its end, its output collected.

Layer: api.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString, Unpack, overload

from child_process._api.launchers import launch
from child_process._api.lines import as_line, deprecated
from child_process._api.spawn import running_loop
from child_process._child.buffered import BufferedProcess
from child_process._masked import shown
from child_process._values.options import RunOptions
from child_process._wording import display
from child_process.errors import OptionTypeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from child_process._api.keywords import BytesKeywords, TextKeywords
    from child_process._values.command import Argument
    from child_process._values.shell_command import ShellCommand
    from child_process._values.template_parts import TemplateString
    from child_process.errors import ProcessError

    Callback = Callable[[ProcessError | None, Any, Any], object]

__all__ = ["buffered", "exec", "exec_file"]


@overload
def exec(
    command: LiteralString | ShellCommand | TemplateString,
    callback: Callback | None = None,
    **options: Unpack[TextKeywords],
) -> BufferedProcess[str]: ...
@overload
def exec(
    command: LiteralString | ShellCommand | TemplateString,
    callback: Callback | None = None,
    **options: Unpack[BytesKeywords],
) -> BufferedProcess[bytes]: ...
@overload
@deprecated("a line that is built may hold data: fill it in with sh()")
def exec(
    command: Argument,
    callback: Callback | None = None,
    **options: Unpack[TextKeywords],
) -> BufferedProcess[str]: ...
@overload
@deprecated("a line that is built may hold data: fill it in with sh()")
def exec(
    command: Argument,
    callback: Callback | None = None,
    **options: Unpack[BytesKeywords],
) -> BufferedProcess[bytes]: ...
def exec(
    command: Argument | ShellCommand | TemplateString,
    callback: Callback | None = None,
    **options: Any,
) -> BufferedProcess[Any]:
    """Run the line *command* in a shell; await the child for its `Result`.

    The shell reads the whole line: never build one with data in it, by an
    f-string for one. `sh` puts data into a line; better still, pass it as an
    argument of `run` or `exec_file`, which know no shell.

    Args:
        command: A line in the language of ``/bin/sh``, or of ``shell=``; one
            with data in it from `sh`, or as ``t"…"`` on Python 3.14.
        callback: Called once, as ``callback(error, stdout, stderr)``; awaiting
            the child then raises nothing.
        **options: Those of `exec_file`.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
        RuntimeError: No event loop runs here.
    """
    options.setdefault("shell", True)
    if options["shell"] in (False, None):
        raise OptionTypeError(
            "shell", options["shell"], "the path of a shell; exec_file() runs without"
        )
    checked = RunOptions.of(options)
    return buffered(as_line(command), (), checked, callback, verb="exec")


@overload
def exec_file(
    file: Argument,
    args: Sequence[Argument] | None = (),
    callback: Callback | None = None,
    **options: Unpack[TextKeywords],
) -> BufferedProcess[str]: ...
@overload
def exec_file(
    file: Argument,
    args: Sequence[Argument] | None = (),
    callback: Callback | None = None,
    **options: Unpack[BytesKeywords],
) -> BufferedProcess[bytes]: ...
def exec_file(
    file: Argument,
    args: Sequence[Argument] | None = (),
    callback: Callback | None = None,
    **options: Any,
) -> BufferedProcess[Any]:
    """Run *file* with *args*, without a shell; await the child for its `Result`.

    Args:
        file: A program's name, looked up in the child's PATH, or its path.
        args: Its arguments; each arrives as it is, whatever it holds.
        callback: Called once, as ``callback(error, stdout, stderr)``; awaiting
            the child then raises nothing.
        **options: Those of `spawn`, and:
            max_buffer: Bytes kept of each stream, 1 MiB by default; None is no
                limit. One byte more stops the command.
            overflow: "kill", or "truncate" to let it run on and throw away what
                is over.
            encoding: A codec's name, "utf-8" by default; bytes that are not
                valid become U+FFFD. None keeps bytes.
            check: False makes awaiting it return the result of a failure too.
            accept: The exit codes that are no failure, ``{0}`` by default.
            drain: Seconds of silence after the exit until reading ends although
                something else holds the output open; 0.25 by default. None
                waits for the end of file, as Node does.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
        RuntimeError: No event loop runs here.
    """
    return buffered(file, args, RunOptions.of(options), callback, verb="exec_file")


def buffered(
    file: object,
    args: object,
    options: RunOptions,
    callback: Callback | None = None,
    *,
    verb: str,
) -> BufferedProcess[Any]:
    """Start *file* with *args*, its output collected under *options*."""
    if callback is not None and not callable(callback):
        raise OptionTypeError("callback", callback, "a function, or None")
    loop = running_loop(verb, f"{verb}_sync")
    launched = launch(file, args, options)
    call = launched.call
    return BufferedProcess(
        loop,
        launched.handle,
        call.argv,
        call.file,
        launched.options,
        command=shown(call.argv[-1])
        if call.shell
        else display((call.file, *call.argv[1:])),
        callback=callback,
    )
