"""A name says what a thing is or does."""

import ast
from pathlib import Path

import pytest

from tests.support.sources import FILES, PACKAGE, shown, tree

EMPTY_WORDS = {"base", "common", "helper", "helpers", "misc", "util", "utils"}
EMPTY_PREFIXES = ("Abstract", "Base")
EMPTY_SUFFIXES = ("Base", "Helper", "Manager", "Util", "Utils")

each_file = pytest.mark.parametrize("path", FILES, ids=shown)


@each_file
def test_no_module_is_a_drawer(path: Path) -> None:
    """There is no ``utils``, ``helpers``, ``common``, ``misc`` or ``base``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    words = {word for part in parts for word in part.split("_")}

    assert set() == words & EMPTY_WORDS


@each_file
def test_no_class_is_named_for_its_place_in_a_hierarchy(path: Path) -> None:
    """There is no ``Base…``, ``Abstract…``, ``…Manager`` or ``…Helper``."""
    classes = [n.name for n in ast.walk(tree(path)) if isinstance(n, ast.ClassDef)]

    assert [] == [
        name
        for name in classes
        if name.lstrip("_").startswith(EMPTY_PREFIXES) or name.endswith(EMPTY_SUFFIXES)
    ]
