"""Lines with data in them as commands of the verbs: `as_line`, `in_shell`.

Layer: api.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from child_process._values.shell_command import ShellCommand, sh
from child_process._values.template_parts import is_template_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import deprecated
else:

    def deprecated(_message: str) -> Callable[[Any], Any]:
        """Return what changes nothing: the mark is for type checkers."""
        return lambda function: function


__all__ = ["as_line", "deprecated", "in_shell"]


def as_line(command: object) -> object:
    """Return *command*, and the line of `sh` for a template string."""
    return sh(command) if is_template_string(command) else command


def in_shell(command: object, options: dict[str, Any]) -> dict[str, Any]:
    """Return *options*, with a shell for the line of `sh` where none is named."""
    return {"shell": True, **options} if isinstance(command, ShellCommand) else options
