"""A line for a shell with data in it: `sh` and `ShellCommand`.

Layer: values. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from child_process._masked import concat
from child_process._values.filling import Filled, filled
from child_process._values.quoting import quote
from child_process._values.shell_reader import ShellReader
from child_process._values.shell_syntax import Unsafe
from child_process._values.template_error import TemplateError
from child_process._values.template_parts import Hole, Part, joined, parts_of, source_of

if TYPE_CHECKING:
    from child_process._values.template_parts import TemplateString

__all__ = ["ShellCommand", "sh"]


@dataclass(frozen=True, slots=True, repr=False)
class ShellCommand:
    """A line for a POSIX shell in which each piece of data is exactly one word.

    Made by `sh`; for `exec`, `run`, `spawn` and their blocking forms.

    Attributes:
        line: What the shell reads: the data quoted, and masked in messages
            where it is secret.
        holes: The data, by the names of the holes: a str, or a tuple of str
            for a list.
    """

    line: str = field(init=False)
    parts: tuple[Part, ...] = field(compare=False)

    def __post_init__(self) -> None:
        taken: list[Part] = []
        line: list[str] = []
        reader = ShellReader()
        try:
            for part in joined(self.parts):
                if isinstance(part, Hole):
                    filling = filled(part)
                    reader.hole(part.name, many=filling.many)
                    line.append(_quoted(filling))
                    data = filling.words if filling.many else filling.words[0]
                    taken.append(Hole(part.name, data))
                else:
                    reader.text(part)
                    line.append(part)
                    taken.append(part)
            reader.finish()
        except Unsafe as problem:
            facts = (problem.hole, problem.reason, problem.expected)
            raise TemplateError(source_of(self.parts), *facts) from None
        object.__setattr__(self, "parts", tuple(taken))
        object.__setattr__(self, "line", concat(*line))

    @property
    def holes(self) -> dict[str, Any]:
        """The data, by the names of the holes."""
        return {part.name: part.value for part in self.parts if isinstance(part, Hole)}

    def __str__(self) -> str:
        return str(self.line)

    def __repr__(self) -> str:
        text = ""
        names: dict[str, Any] = {}
        for part in self.parts:
            if isinstance(part, Hole):
                name = _keyword(part, names)
                names[name] = part.value
                text += f"{{{name}}}"
            else:
                text += part.replace("{", "{{").replace("}", "}}")
        given = "".join(f", {name}={_shown(value)}" for name, value in names.items())
        return f"sh({text!r}{given})"


def sh(text: str | TemplateString, /, **values: Any) -> ShellCommand:
    """Return the line that *text* says to a shell, with data in its holes.

    ``sh("sort {file} | head -n {count}", file=f, count=5)``: each hole becomes
    exactly one word, or a part of one, whatever it holds; a list becomes as
    many words as it has. Nothing is quoted by hand. What a hole takes is told
    at `template`.

    A hole is refused where it would be more than an argument: as the program,
    in quotes, backticks, here-documents and comments, behind a ``$``, as an
    argument of ``eval``, ``ssh`` or ``sh -c`` and of others that read their
    arguments as code, and behind anything that shells read in different ways.
    A variable leads around most of it: ``v={value}; case $v in …``.

    Args:
        text: The line, each hole as ``{name}``, a brace of the shell's as
            ``{{``; or ``t"…"`` on Python 3.14.
        **values: The data, by the names of the holes.

    Raises:
        TemplateError: Data would not stay data, or has no hole.
        OptionTypeError: A value is nothing that has one obvious text.
        OptionError: A value holds a NUL or cannot be encoded.
    """
    return ShellCommand(parts_of(text, values))


_BLANK: Final = " "


def _quoted(filling: Filled) -> str:
    words = [part for word in filling.words for part in (_BLANK, quote(word))]
    return concat(*words[1:])


def _keyword(hole: Hole, names: dict[str, Any]) -> str:
    """Return a name for *hole* that a keyword can have, and no other hole has."""
    name = hole.name if hole.name.isidentifier() else "value"
    while name in names and names[name] != hole.value:
        name += "_"
    return name


def _shown(value: str | tuple[str, ...]) -> str:
    return repr([*value]) if isinstance(value, tuple) else repr(value)
