"""The page of programs, made from their tables: ``docs/reference/programs.md``.

``python -m tests.support.programs_page`` writes it; a test compares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from child_process.security.catalogue import grammar_of, known
from child_process.security.grammar import Grammar, Operand

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "programs.md"

_HEAD = """\
# Programs with a table

What `guarded()` and `strict()` know of programs: `src/child_process/security/programs/*.toml`, from which this page is
made. A program is known by the last part of its path. For any other program, data that begins with `-` is refused.

- **`--`**: what is put before data that looks like an option, if no option of the caller's comes after it. Elsewhere
  `./` is put before a path, or the data is refused.
- **Operands**: in order, what each is; the last one repeats. "never" is never data; one with a star is data only in a
  certain form.
- **Effects**: options that take no data if what they do is to run, load or weaken something, and that `strict()`
  refuses in any case.
- **Refused**: options that plain words may not use either, but for values that are known to be harmless; `raw(…)` lifts
  it for one word.
- **Plain**: what `strict()` lets through.

"""


def page() -> str:
    """Return the page."""
    return _HEAD + "\n".join(_lines())


def _lines() -> Iterator[str]:
    for name in sorted(known()):
        grammar = grammar_of(known()[name][0])
        assert grammar is not None
        others = ", ".join(f"`{each}`" for each in known()[name])
        yield f"## {name}\n"
        yield f"{others}. {_note(name)}\n"
        yield "| | `--` | operands | effects | refused |\n|---|---|---|---|---|"
        yield from _rows(grammar)
        yield f"\nPlain: {_plain(grammar)}\n"


def _rows(grammar: Grammar) -> Iterator[str]:
    ends = ", ".join(f"`{each}`" for each in grammar.ends) or "no"
    operands = ", ".join(map(_operand, grammar.operands))
    if grammar.after:
        operands += "; after `--`: " + ", ".join(map(_operand, grammar.after))
    options = grammar.options.values()
    watched = _names(each.name for each in options if each.effect and not each.refused)
    refused = _names(each.name for each in options if each.refused)
    yield f"| {grammar.name} | {ends} | {operands} | {watched} | {refused} |"
    seen: dict[int, list[str]] = {}
    for word, sub in grammar.sub.items():
        key = hash((sub.ends, sub.operands, sub.after, tuple(sub.options)))
        seen.setdefault(key, []).append(word)
    for words in seen.values():
        (row,) = _rows(grammar.sub[words[0]])
        yield row.replace(grammar.sub[words[0]].name, ", ".join(words), 1)


def _plain(grammar: Grammar) -> str:
    """Return the options without an effect, those of sub-commands too."""
    every = [grammar, *grammar.sub.values()]
    return _names(
        {name for each in every for name, one in each.options.items() if not one.effect}
    )


def _names(names: Iterable[str]) -> str:
    return " ".join(
        f"`` {name} ``" if "`" in name else f"`{name}`" for name in sorted(names)
    )


def _operand(operand: Operand) -> str:
    if not operand.data:
        return f"{operand.name} (never)"
    formed = operand.match or operand.refuse
    return f"{operand.name}*" if formed else operand.name


def _note(name: str) -> str:
    """Return the comment that a table begins with."""
    folder = files("child_process.security").joinpath("programs")
    text = folder.joinpath(f"{name}.toml").read_text("utf-8")
    lines = []
    for line in text.splitlines():
        if not line.startswith("# "):
            break
        lines.append(line.removeprefix("# "))
    return " ".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
