"""The package's sources, for the tests that read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
PACKAGE: Final = ROOT / "src" / "child_process"
FILES: Final = sorted(PACKAGE.rglob("*.py"))

Function = ast.FunctionDef | ast.AsyncFunctionDef


def shown(path: Path) -> str:
    """Return *path* as people name it: below the package or below the project."""
    base = PACKAGE if path.is_relative_to(PACKAGE) else ROOT
    return path.relative_to(base).as_posix()


def dotted(path: Path) -> str:
    """Return the name by which the module at *path* is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed source at *path*."""
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> list[Function]:
    """Return every function at *path*, methods and nested ones included."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, Function)]


def public_modules() -> list[str]:
    """Return the modules that users may import: no underscore, no command line."""
    names = [dotted(path) for path in FILES]
    return [
        name
        for name in names
        if not any(part.startswith("_") for part in name.split("."))
        and not name.startswith("child_process.cli")
    ]
