import os
import resource

import pytest

from child_process._launch.rlimits import MEMORY_ALLOWANCE, PROCESS_ALLOWANCE, rlimits
from child_process._values.limits import Limits

NOBODY = 61_724
"""A user that runs nothing."""


def test_no_limit_is_no_limit() -> None:
    """Niceness is set in another way."""
    assert () == rlimits(Limits(nice=5), NOBODY)


def test_what_is_watched_has_its_wall_further_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Room to be seen in, and for what the kernel counts and we do not."""
    infinite = resource.RLIM_INFINITY
    monkeypatch.setattr(resource, "getrlimit", lambda number: (0, infinite))
    memory, processes = 200 + MEMORY_ALLOWANCE, 15 + PROCESS_ALLOWANCE

    assert (
        (resource.RLIMIT_DATA, memory, memory),
        (resource.RLIMIT_NPROC, processes, processes),
    ) == rlimits(Limits(memory=100, processes=10), NOBODY)


def test_no_wall_is_above_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take rights, for something that was not asked for."""
    monkeypatch.setattr(resource, "getrlimit", lambda number: (5, 20))

    assert ((resource.RLIMIT_NPROC, 20, 20),) == rlimits(Limits(processes=10), 0)


def test_the_others_are_as_they_were_asked_for() -> None:
    """Soft and hard; of processor time a second stays to say goodbye in."""
    assert (
        (resource.RLIMIT_CPU, 3, 4),
        (resource.RLIMIT_NOFILE, 64, 64),
        (resource.RLIMIT_FSIZE, 0, 0),
    ) == rlimits(Limits(cpu=3, files=64, file_size=0), NOBODY)


def test_what_its_user_runs_already_is_not_the_childs() -> None:
    """The kernel counts it: so it comes on top. Not for root, who is exempt."""
    ours = os.getuid()
    limits = Limits(processes=10)

    ((_, counted, _),) = rlimits(limits, ours)
    ((_, alone, _),) = rlimits(limits, NOBODY)

    assert (counted > alone) == (ours != 0)
