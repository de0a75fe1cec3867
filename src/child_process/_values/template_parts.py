"""A template taken apart: its literal text, and its holes with their values.

Layer: values. No I/O.

Two spellings are known: text with ``{name}`` and keyword values, on every
Python, and the template strings of Python 3.14 (PEP 750), known by their
shape: ``strings`` and ``interpolations``.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from child_process._values.template_error import TemplateError
from child_process.errors import OptionTypeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Hole",
    "Part",
    "TemplateString",
    "is_template_string",
    "joined",
    "parts_of",
    "source_of",
]


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a template that data goes to.

    Attributes:
        name: Its keyword, or the expression that it was written as.
        value: The data.
    """

    name: str
    value: Any


class _Interpolation(Protocol):
    """One hole of a template string."""

    @property
    def value(self) -> Any: ...
    @property
    def expression(self) -> str: ...
    @property
    def conversion(self) -> str | None: ...
    @property
    def format_spec(self) -> str: ...


class TemplateString(Protocol):
    """What ``t"…"`` makes: `string.templatelib.Template` of Python 3.14."""

    @property
    def strings(self) -> tuple[str, ...]:
        """The literal texts: one more than there are holes."""

    @property
    def interpolations(self) -> tuple[Any, ...]:
        """The holes, in order."""


Part = str | Hole


def is_template_string(value: object) -> TypeGuard[TemplateString]:
    """Say whether *value* has the shape of a template string."""
    strings = getattr(value, "strings", None)
    holes = getattr(value, "interpolations", None)
    return (
        isinstance(strings, tuple)
        and isinstance(holes, tuple)
        and len(strings) == len(holes) + 1
    )


def parts_of(text: object, values: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the parts of the template *text*, filled from *values*.

    Args:
        text: Text with ``{name}`` in it, or a template string.
        values: The data by name; none beside a template string.

    Raises:
        OptionTypeError: *text* is neither.
        TemplateError: A hole has no value or no plain name, or a value has no
            hole.
    """
    if is_template_string(text):
        return _of_template_string(text, values)
    if not isinstance(text, str):
        raise OptionTypeError("template", text, 'text with {name} in it, or t"…"')
    # An exact str: a subclass has no say in how it is read.
    return _of_text(str.__str__(text), values)


def source_of(parts: tuple[Part, ...]) -> str:
    """Return *parts* as text for messages: each hole as its name, no data."""
    return "".join(
        f"{{{part.name}}}" if isinstance(part, Hole) else part for part in parts
    )


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return *parts* with literal texts that stand side by side made one.

    What reads them looks ahead: a brace written twice cuts the text.
    """
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)


def _of_text(text: str, values: Mapping[str, Any]) -> tuple[Part, ...]:
    try:
        pieces = [*Formatter().parse(text)]
    except ValueError:
        expected = "a brace that belongs to the text is written twice, {{ or }}"
        raise TemplateError(text, None, "a brace has no partner", expected) from None
    parts: list[Part] = []
    used = set()
    for literal, name, spec, conversion in pieces:
        parts.append(literal)
        if name is None:
            continue
        _check_name(text, name, bool(spec) or conversion is not None)
        if name not in values:
            given = f" (there are {', '.join(values)})" if values else ""
            expected = f"give it as a keyword, {name}=…{given}"
            raise TemplateError(text, name, "there is no value for it", expected)
        used.add(name)
        parts.append(Hole(name, values[name]))
    for name in values:
        if name not in used:
            expected = f"write {{{name}}} where it belongs, or leave it out"
            raise TemplateError(text, name, "there is no such hole", expected)
    return joined(parts)


def _check_name(text: str, name: str, formatted: bool) -> None:  # noqa: FBT001 - private, and called with a name for it
    if formatted:
        reason = "a hole takes no conversion and no format"
        raise TemplateError(text, name, reason, "format the value first")
    if not name or name.isdecimal():
        reason = "a hole has a name"
        raise TemplateError(text, name, reason, "write {name}, and name=… beside it")
    if not name.isidentifier():
        reason = "a hole is a plain name, no expression"
        expected = (
            "give the value a name of its own; a brace that belongs to the text is "
            "written twice, {{ or }}"
        )
        raise TemplateError(text, name, reason, expected)


def _of_template_string(
    template: TemplateString, values: Mapping[str, Any]
) -> tuple[Part, ...]:
    parts: list[Part] = [str.__str__(template.strings[0])]
    holes: tuple[_Interpolation, ...] = template.interpolations
    for hole, literal in zip(holes, template.strings[1:], strict=True):
        parts += [Hole(str(hole.expression), hole.value), str.__str__(literal)]
    source = source_of(tuple(parts))
    for hole in holes:
        if hole.conversion is not None or hole.format_spec:
            reason = "a hole takes no conversion and no format"
            name = str(hole.expression)
            raise TemplateError(source, name, reason, "format the value first")
    for name in values:
        reason = "a template string brings its values"
        raise TemplateError(source, name, reason, "leave the keyword out")
    return tuple(parts)
