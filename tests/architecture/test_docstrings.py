"""A module says first what it is, and which layer it belongs to."""

import ast
from pathlib import Path

import pytest

from tests.support.sources import FILES, PACKAGE, shown, tree

# The program's entry belongs to no layer: it only calls the command line.
EXEMPT = {PACKAGE / "__main__.py"}


@pytest.mark.parametrize(
    "path", [path for path in FILES if path not in EXEMPT], ids=shown
)
def test_a_module_names_its_layer(path: Path) -> None:
    """Its docstring has a paragraph that starts with ``Layer:``."""
    docstring = ast.get_docstring(tree(path))

    assert docstring is not None
    assert any(line.startswith("Layer: ") for line in docstring.splitlines())
