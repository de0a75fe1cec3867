"""What `run` and `run_sync` are given, taken apart: `unpacked`.

Layer: api.
"""

from __future__ import annotations

from typing import Any

from child_process._api.lines import in_shell
from child_process._values.command import Command, to_args
from child_process._values.options import RUN_MAX_BUFFER, RunOptions
from child_process._values.template import template
from child_process._values.template_parts import is_template_string

__all__ = ["unpacked"]


def unpacked(
    program: object, args: object, options: dict[str, Any]
) -> tuple[object, object, RunOptions]:
    """Return what `run` runs: a `Command` taken apart, defaults filled in.

    A template string is the command that `template` makes of it.
    """
    if is_template_string(program):
        program = template(program)
    options = in_shell(program, options)
    if isinstance(program, Command):
        options = {**program.options, **options}
        args = (*program.args, *to_args(args))
        program = program.program
    options = {"max_buffer": RUN_MAX_BUFFER, **options}
    if options.get("stdio") is None:
        first = "ignore" if options.get("input") is None else "pipe"
        options["stdio"] = [first, "pipe", "pipe"]
    return program, args, RunOptions.of(options)
