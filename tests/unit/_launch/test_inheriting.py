import base64
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from child_process import Denial, Policy, guarded, strict
from child_process._launch import inheriting
from child_process._launch.policed import in_force
from child_process._values.plan import LaunchPlan
from child_process.errors import OptionTypeError


@dataclass(frozen=True)
class Quiet:
    """A rule of the program's own."""

    words: frozenset[str] = frozenset()

    def __call__(self, plan: LaunchPlan) -> tuple[Denial, ...]:
        """Object to nothing."""
        return ()


@dataclass
class Loose:
    """A rule that can change."""

    def __call__(self, plan: LaunchPlan) -> tuple[Denial, ...]:
        """Object to nothing."""
        return ()


class Opener:
    """What pickle would run if it were let."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    inheriting._texts.clear()
    inheriting._policies.clear()


@pytest.mark.parametrize(
    "policy",
    [
        guarded(),
        strict(programs=["git", "/bin/tar"]),
        Policy("mine", (Quiet(frozenset({"a"})),)),
    ],
)
def test_a_policy_travels(policy: Policy) -> None:
    """And is in force where it arrives, at each look."""
    assert inheriting.adopted() is None

    inheriting.adopt(inheriting.encoded(policy))

    assert policy == inheriting.adopted() == inheriting.adopted() == in_force()


def test_a_rule_that_cannot_travel_is_refused_here() -> None:
    """Before a child would run without it: a function, a lambda, a loose value."""
    for rule in (len, lambda plan: (), Loose()):
        with pytest.raises(OptionTypeError) as caught:
            inheriting.encoded(Policy("mine", (rule,)))  # type: ignore[arg-type]  # wrong on purpose

        assert "policy" == caught.value.option
        assert "frozen dataclasses" in str(caught.value)


def test_reading_runs_nothing(tmp_path: Path) -> None:
    """A forged text opens no file; and nothing is started under it, ever."""
    mark = tmp_path / "mark"
    forged = base64.b64encode(pickle.dumps(Opener(mark))).decode()

    inheriting.adopt(forged)

    for _ in range(2):
        with pytest.raises(ValueError, match="cannot be read"):
            in_force()
    assert not mark.exists()


def test_what_is_no_text_of_ours_starts_nothing() -> None:
    """Half a policy is none."""
    inheriting.adopt("no base64!")

    with pytest.raises(ValueError, match="cannot be read"):
        inheriting.adopted()
