"""`run` and `run_command`: one command, the human way.

Layer: api.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Unpack, overload

from child_process._api.exec import buffered
from child_process._api.unpacking import unpacked
from child_process._values.shell_command import ShellCommand
from child_process.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process._api.keywords import BytesKeywords, TextKeywords
    from child_process._values.command import Argument, Command
    from child_process._values.result import Result
    from child_process._values.template_parts import TemplateString

__all__ = ["run", "run_command"]

COMMAND_TIMEOUT: Final = 30.0
"""Seconds that `run_command` gives a command that says nothing else."""


@overload
async def run(
    program: Argument | Command | ShellCommand | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Unpack[TextKeywords],
) -> Result[str]: ...
@overload
async def run(
    program: Argument | Command | ShellCommand | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Unpack[BytesKeywords],
) -> Result[bytes]: ...
async def run(
    program: Argument | Command | ShellCommand | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Any,
) -> Result[Any]:
    """Run *program* with *args* to its end, and return its `Result`.

    It reads nothing, unless ``input=`` or ``stdio=`` says so; its output is
    collected. Cancelled, it is stopped with its whole tree before the
    cancellation goes on.

    Args:
        program: A program's name or path, a `Command`, the line of `sh`, or
            ``t"…"`` on Python 3.14, which is a `template`.
        args: Its arguments, added to those of a `Command`.
        **options: Those of `exec_file`; ``max_buffer`` is 64 MiB by default.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
        SpawnError: It could not be started.
        CommandFailed: Its exit code is not in ``accept``, or a signal ended it.
        TimeoutExceeded: It ran for longer than ``timeout``.
        MaxBufferExceeded: It wrote more than ``max_buffer`` to one stream.
        Aborted: It was called off through ``signal``.
    """
    file, words, checked = unpacked(program, args, options)
    result: Result[Any] = await buffered(file, words, checked, verb="run")
    return result


@overload
async def run_command(
    program: Argument | Command | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Unpack[TextKeywords],
) -> Result[str]: ...
@overload
async def run_command(
    program: Argument | Command | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Unpack[BytesKeywords],
) -> Result[bytes]: ...
async def run_command(
    program: Argument | Command | TemplateString,
    args: Sequence[Argument] | None = (),
    **options: Any,
) -> Result[Any]:
    """Do what `run` does, within 30 seconds and never with a shell.

    Args:
        program: A program's name or path, a `Command`, or ``t"…"`` on Python
            3.14.
        args: Its arguments, added to those of a `Command`.
        **options: Those of `run`; ``timeout`` is 30 seconds by default.

    Raises:
        OptionError: An option is wrong, ``shell`` among them.
        SpawnError: It could not be started.
        CommandFailed: It failed; see `run` for the kinds.
    """
    if options.get("shell") or isinstance(program, ShellCommand):
        shell = options.get("shell", program)
        raise OptionError("shell", shell, "False: a line for a shell is for exec()")
    result: Result[Any] = await run(
        program, args, **{"timeout": COMMAND_TIMEOUT, **options}
    )
    return result
