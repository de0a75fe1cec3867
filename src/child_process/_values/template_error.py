"""A template that cannot be filled without risk: `TemplateError`.

Layer: values. No I/O.
"""

from __future__ import annotations

from typing import Any, ClassVar

from child_process._wording import bounded, printable
from child_process.errors import OptionError

__all__ = ["TemplateError"]


class TemplateError(OptionError):
    """A template is wrong, or data in it would not stay data. Nothing was started.

    Attributes:
        template: Its text, each hole as its name in braces.
        hole: The name of the hole, or of the keyword, that is meant; None for
            the whole.
        reason: What is wrong with it.
        expected: How to write it instead.
    """

    code: ClassVar[str] = "ERR_INVALID_TEMPLATE"

    def __init__(
        self, template: str, hole: str | None, reason: str, expected: str
    ) -> None:
        super().__init__("template", template, expected)
        self.args: tuple[Any, ...] = (template, hole, reason, expected)
        self.template = template
        self.hole = hole
        self.reason = reason

    def __str__(self) -> str:
        shown = bounded(printable(repr(self.template)), 400)
        name = "" if self.hole is None else f"{{{bounded(printable(self.hole), 100)}}} "
        where = f"{name}in {shown}" if name else shown
        return f"{where}: {printable(self.reason)}; {printable(self.expected)}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.template, self.hole, self.reason, self.expected)
