"""Template strings as Python 3.14 makes them, and a stand-in before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Interpolation:
    """Has what `string.templatelib.Interpolation` has."""

    value: Any
    expression: str = ""
    conversion: str | None = None
    format_spec: str = ""


@dataclass(frozen=True)
class Template:
    """Has what `string.templatelib.Template` has."""

    strings: tuple[str, ...]
    interpolations: tuple[Interpolation, ...]


def interpolation(
    value: object,
    expression: str = "",
    conversion: str | None = None,
    format_spec: str = "",
) -> Interpolation:
    """Return a hole of a template string."""
    return Interpolation(value, expression, conversion, format_spec)


def template_string(*parts: str | Interpolation) -> Template:
    """Return a template string of *parts*, texts and holes in turn."""
    texts = tuple(part for part in parts if isinstance(part, str))
    holes = tuple(part for part in parts if isinstance(part, Interpolation))
    return Template(texts, holes)
