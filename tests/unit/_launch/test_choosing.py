import sys

import pytest

from child_process._launch.choosing import PURE, best_launcher, has_native
from child_process._launch.launcher import ThreadLauncher
from child_process._launch.native import NativeLauncher


@pytest.mark.parametrize("value", [None, "", "0"])
def test_what_is_compiled_is_taken(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    """The native launcher, where its compiled part is there."""
    monkeypatch.delenv(PURE, raising=False)
    if value is not None:
        monkeypatch.setenv(PURE, value)

    assert has_native()
    assert isinstance(best_launcher(), NativeLauncher)


def test_a_variable_forces_the_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    """CHILD_PROCESS_PURE=1: everything in plain Python."""
    monkeypatch.setenv(PURE, "1")

    assert not has_native()
    assert isinstance(best_launcher(), ThreadLauncher)


def test_without_a_compiled_part_there_is_the_twin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A wheel in plain Python, or a system that it is not for."""
    monkeypatch.delenv(PURE, raising=False)
    monkeypatch.delattr("child_process._launch._spawn")
    monkeypatch.setitem(sys.modules, "child_process._launch._spawn", None)

    assert isinstance(best_launcher(), ThreadLauncher)
