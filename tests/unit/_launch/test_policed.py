import contextvars
import os
from typing import Any

import pytest

from child_process import Policy, PolicyDenied, guarded, launching, strict, trusted
from child_process._launch.policed import PolicedLauncher, in_force
from child_process._values.plan import LaunchPlan
from child_process.errors import OptionTypeError
from tests.support.plans import plan_of


class Recorder:
    """A launcher that starts nothing and remembers."""

    def __init__(self) -> None:
        self.plans: list[LaunchPlan] = []

    def launch(self, plan: LaunchPlan) -> Any:
        """Remember *plan*."""
        self.plans.append(plan)
        return "handle"


def test_rules_speak_before_anything_starts() -> None:
    """The launcher behind the door sees only plans to which nobody objects."""
    inner = Recorder()
    door = PolicedLauncher(inner, guarded())
    good, bad = plan_of("tar", "-tf", "a"), plan_of("tar", "--to-command=x")

    started: Any = door.launch(good)
    assert "handle" == started
    with pytest.raises(PolicyDenied) as caught:
        door.launch(bad)

    assert [good] == inner.plans
    assert bad is caught.value.plan
    assert ["option"] == [denial.rule for denial in caught.value.denials]


def test_the_default_is_trusted() -> None:
    """A program that says nothing has Node's freedom."""
    assert trusted() == contextvars.Context().run(in_force)


def test_a_block_has_a_policy() -> None:
    """Inside it, and no longer."""
    before = in_force()

    with launching("guarded") as policy:
        assert guarded().rules == policy.rules
        assert policy == in_force()

    assert before == in_force()


def test_blocks_add_up() -> None:
    """What is refused outside is not allowed again inside."""
    with launching(strict(programs=["git"])) as outer:
        with launching("trusted") as inner:
            assert outer == inner
        with launching(Policy("mine", (len,))) as both:  # type: ignore[arg-type]  # wrong on purpose
            assert (*outer.rules, len) == both.rules


def test_a_block_ends_whatever_happens() -> None:
    """An exception puts the policy before back in force."""
    before = in_force()

    with pytest.raises(ZeroDivisionError), launching("guarded"):
        raise ZeroDivisionError

    assert before == in_force()


def test_what_is_no_policy_opens_no_block() -> None:
    """The mistake is not found out at the first start."""
    with pytest.raises(OptionTypeError), launching("strict"):
        os.abort()
