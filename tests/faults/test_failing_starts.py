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
from typing import Any

import pytest

from tests.conftest import in_ci
from tests.faults.answering import BIRTHS, Trial
from tests.faults.failing_starts import SCENARIOS
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

each_scenario = pytest.mark.parametrize(
    "scenario", [name for name in SCENARIOS if name != "cold"]
)


@pytest.fixture(autouse=True, scope="module")
def _filters() -> None:
    if not system_calls.available():
        if in_ci() and sys.platform == "linux":
            pytest.fail("CI=true, but seccomp's user_notif is missing", pytrace=False)
        pytest.skip("needs seccomp's user notification (Linux 5.5)")


def outcomes(launcher: str, *batches: Iterable[Trial]) -> list[dict[str, Any]]:
    """Return what came of the trials of *batches*, a process for each."""
    assert HAS_NATIVE or launcher == "twin", "the compiled part is missing"
    path = os.pathsep.join([str(SOURCES), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.faults.failing_starts"],
        env={**os.environ, **ENVIRONMENTS[launcher], "PYTHONPATH": path},
        input=json.dumps([[*batch] for batch in batches]).encode(),
        capture_output=True,
        check=False,
    )
    assert (0, b"") == (done.returncode, done.stderr), done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def undisturbed(launcher: str, scenario: str) -> dict[str, Any]:
    """Return what a start does when nothing fails: what it calls, what it leaves."""
    (outcome,) = outcomes(launcher, [(scenario, "", 0, 0)])
    assert outcome["first"] == outcome["second"] == "code 0"
    return outcome


def trials_of(scenario: str, seen: dict[str, int]) -> list[Trial]:
    """Return all that can go wrong with the calls *seen* in *scenario*."""
    names = [*seen, *(["birth"] if BIRTHS & {*seen} else [])]
    return [
        (scenario, name, nth, number)
        for name in names
        for nth in range(min(seen.get(name, 0), TURNS) + 1)
        for number in ERRNOS
    ]


def is_clean(outcome: dict[str, Any]) -> bool:
    """Say whether it worked or was a typed error, and the next start works."""
    _, name, nth, _ = outcome["trial"]
    return bool(
        outcome["first"].split()[0] in {"code", *TYPED}
        and not (outcome["first"] == "code 0" and name in NEEDED and nth == 0)
        and outcome["second"] == "code 0"
        and outcome["noise"] == []
    )


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
    trials = trials_of(scenario, undisturbed(launcher, scenario)["seen"])

    found = outcomes(launcher, trials)

    assert len(trials) == len(found)
    assert len({call for _, call, _, _ in trials}) >= 7
    # Threads, the guardian's for one, do not call the same in each trial.
    assert sum(one["failed"] > 0 for one in found) > 0.8 * len(trials)
    assert [] == [one for one in found if not is_clean(one)]
    assert [] == [one for one in found if one["before"] != one["after"]]


@each_launcher
def test_a_first_start_may_fail_as_well(launcher: str) -> None:
    """Its thread, its descriptors and its guardian are made again by the next one."""
    usual = undisturbed(launcher, "cold")
    trials = [one for one in trials_of("cold", usual["seen"]) if one[2] == 0]

    found = outcomes(launcher, *[[trial] for trial in trials])

    assert len(trials) == len(found)
    assert sum(one["failed"] > 0 for one in found) > len(trials) / 2
    assert [] == [one for one in found if not is_clean(one)]
    assert [] == [one for one in found if one["after"] != usual["after"]]
