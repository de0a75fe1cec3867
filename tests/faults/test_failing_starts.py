"""Each system call of a start fails in each way: a typed error, and nothing leaks.

What a start calls is counted first, then each call of it fails in turn, and
then every one of that name; see `failing_starts`.
"""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from tests.conftest import in_ci
from tests.faults.failing_starts import BIRTHS, SCENARIOS, Trial
from tests.faults.launchers import ENVIRONMENTS, HAS_NATIVE, ROOT, each_launcher
from tests.support import system_calls
from tests.support.hosts import SOURCES

ERRNOS = [errno.EAGAIN, errno.ENOMEM, errno.EPERM, errno.ENOSYS]
TURNS = 2
"""The first so many calls of one name fail one by one."""
TYPED = {"SpawnError", "IsolationUnavailable"}

NEEDED = {
    "setgroups",
    "setresgid",
    "setresuid",
    "setgid",
    "setuid",
    "seccomp",
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
}
"""What a start does not do without: with less the program does not run."""

each_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


@pytest.fixture(autouse=True, scope="module")
def _filters() -> None:
    if not system_calls.available():
        if in_ci() and sys.platform == "linux":
            pytest.fail("CI=true, but seccomp's user_notif is missing", pytrace=False)
        pytest.skip("needs seccomp's user notification (Linux 5.5)")


def outcomes(launcher: str, trials: Iterable[Trial]) -> list[dict[str, Any]]:
    """Return what came of each of *trials*, which one process runs."""
    assert HAS_NATIVE or launcher == "twin", "the compiled part is missing"
    path = os.pathsep.join([str(SOURCES), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.faults.failing_starts"],
        env={**os.environ, **ENVIRONMENTS[launcher], "PYTHONPATH": path},
        input=json.dumps([*trials]).encode(),
        capture_output=True,
        check=True,
    )
    assert b"" == done.stderr, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


@cache
def undisturbed(launcher: str, scenario: str) -> dict[str, Any]:
    """Return what a start does when nothing fails: what it calls, what it leaves."""
    (outcome,) = outcomes(launcher, [(scenario, "", 0, 0)])
    assert outcome["first"] == outcome["second"] == "code 0"
    return outcome


def trials_of(scenario: str, seen: dict[str, int]) -> list[Trial]:
    """Return all that can go wrong with the calls *seen* in *scenario*."""
    turns = {name: range(min(count, TURNS) + 1) for name, count in seen.items()}
    births = [name for name in seen if name in BIRTHS]
    trials = [
        (scenario, name, nth, number)
        for name in seen
        for nth in turns[name]
        for number in ERRNOS
    ]
    return trials + [(scenario, "birth", 0, number) for number in ERRNOS if births]


def is_clean(outcome: dict[str, Any], usual: dict[str, Any]) -> bool:
    """Say whether it worked or was a typed error, and all is as *usual* after it."""
    return bool(
        (outcome["failed"] or outcome["trial"][2] > 1)
        and outcome["status"] == 0
        and outcome["first"].split()[0] in {"code", *TYPED}
        and not (outcome["first"] == "code 0" and is_needed(outcome["trial"]))
        and outcome["second"] == "code 0"
        and outcome["noise"] == []
        and outcome["state"] == usual["state"]
    )


def is_needed(trial: Trial) -> bool:
    """Say whether a start that works with all this failing has left something out."""
    _, name, nth, _ = trial
    return name in NEEDED and nth == 0


@each_launcher
@each_scenario
def test_a_failing_call_is_a_clean_error(launcher: str, scenario: str) -> None:
    """Whatever fails with whatever: a typed error or none, no leak, and a next start.

    What was to confine the child is not done without.
    """
    if scenario == "become" and os.geteuid() != 0 and not in_ci():
        pytest.skip("needs root, to become another user")
    if scenario == "isolated" and launcher == "twin":
        pytest.skip("the twin refuses it: see test_twin")
    usual = undisturbed(launcher, scenario)
    trials = trials_of(scenario, usual["seen"])

    found = outcomes(launcher, trials)

    assert len(trials) == len(found)
    assert len({call for _, call, _, _ in trials}) >= 8
    assert [] == [one for one in found if not is_clean(one, usual)]
