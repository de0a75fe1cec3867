"""What is public is said once, and exactly."""

import importlib
import re
import subprocess
import sys
from types import ModuleType

import pytest

import child_process
from tests.support.sources import public_modules

PUBLIC = public_modules()


def in_order(name: str) -> tuple[int, str]:
    """Return the key of ruff's order (RUF022): CONSTANTS, Classes, functions."""
    if re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
        return 0, name
    return (1 if name[0].isupper() else 2), name


def own_names(module: ModuleType) -> set[str]:
    """Return the public classes and functions that *module* itself defines."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", None) == module.__name__
        and (isinstance(value, type) or callable(value))
    }


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_module_says_what_is_public(name: str) -> None:
    """``__all__`` is there, in order, without repetition, and all of it exists."""
    module = importlib.import_module(name)

    exported = list(module.__all__)

    assert sorted(set(exported), key=in_order) == sorted(exported, key=in_order)
    assert exported in (sorted(exported), sorted(exported, key=in_order))
    assert [] == [one for one in exported if not hasattr(module, one)]


@pytest.mark.parametrize("name", [name for name in PUBLIC if name.count(".") == 1])
def test_all_is_exact(name: str) -> None:
    """A public class or function of `child_process.name` is in its ``__all__``."""
    module = importlib.import_module(name)

    assert set() == own_names(module) - set(module.__all__)


@pytest.mark.parametrize("module", ["errors", "events", "abort"])
def test_the_top_level_has_it_all(module: str) -> None:
    """What a bottom module exports can be had from `child_process` itself."""
    exported = importlib.import_module(f"child_process.{module}").__all__

    assert set() == set(exported) - set(child_process.__all__)
    for name in exported:
        assert getattr(child_process, name) is getattr(
            importlib.import_module(f"child_process.{module}"), name
        )


def test_dir_lists_what_can_be_had() -> None:
    """Names that come to be at their first use are listed before it."""
    code = "import child_process as c; print(set(c.__all__) - set(dir(c)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert "set()" == done.stdout.strip()


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Asking for what is not there fails as on any module, and names it."""
    with pytest.raises(AttributeError, match="no_such_name"):
        child_process.no_such_name  # type: ignore[attr-defined]  # noqa: B018 - that is what raises
