import os
from dataclasses import dataclass, field

import pytest

from child_process._launch.failed import FailedHandle
from child_process._launch.isolating import IsolatingLauncher
from child_process._values.bubblewrap import Bubblewrap
from child_process._values.isolation import Isolation, Landlock
from child_process._values.plan import LaunchPlan
from child_process.errors import IsolationUnavailable, ProcessError
from tests.support import samples
from tests.support.confining import native


@dataclass
class Remembering:
    """A launcher that starts nothing, and remembers what it was to start."""

    plans: list[LaunchPlan] = field(default_factory=list)
    open: list[bool] = field(default_factory=list)

    def launch(self, plan: LaunchPlan) -> FailedHandle:
        """Remember *plan*, and whether its ruleset is open."""
        self.plans.append(plan)
        if plan.confinement is not None and plan.confinement.landlock_fd >= 0:
            os.fstat(plan.confinement.landlock_fd)
            self.open.append(True)
        return FailedHandle(ProcessError())


def test_a_plan_without_isolation_goes_through() -> None:
    """As it is."""
    inner, plan = Remembering(), samples.plan("/bin/true")

    IsolatingLauncher(inner).launch(plan)

    assert plan is inner.plans[0]


@native
def test_a_ruleset_is_open_while_the_plan_is_launched() -> None:
    """And closed afterwards: the start has one of its own."""
    inner, before = Remembering(), os.listdir("/proc/self/fd")
    isolate = Isolation(landlock=Landlock(connect="any", bind="any"))

    IsolatingLauncher(inner).launch(samples.plan("/bin/true", isolate=isolate))

    assert [True] == inner.open
    assert before == os.listdir("/proc/self/fd")


def test_a_container_is_a_plan_of_its_own() -> None:
    """The kernel is asked for nothing: bubblewrap does that."""
    inner = Remembering()
    container = Bubblewrap(program="/bin/true")

    IsolatingLauncher(inner).launch(samples.plan("/bin/cat", isolate=container))

    assert "bwrap" == inner.plans[0].argv[0]
    assert inner.plans[0].confinement is None


@pytest.mark.parametrize(
    "isolate",
    [
        Bubblewrap(program="/no/such"),
        pytest.param(
            Isolation(landlock=Landlock(read=["/no/such"])), marks=native, id="landlock"
        ),
    ],
)
def test_what_is_not_to_be_had_is_the_handles_error(isolate: object) -> None:
    """Nothing goes further; `launch` does not raise."""
    inner = Remembering()

    handle = IsolatingLauncher(inner).launch(samples.plan("/bin/true", isolate=isolate))

    assert isinstance(handle, FailedHandle)
    assert isinstance(handle.error, IsolationUnavailable | OSError)
    assert [] == inner.plans
