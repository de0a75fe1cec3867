import os
import sys
from pathlib import Path

import pytest

from child_process._launch import system
from child_process._launch.system import examine
from tests.support import leaks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="about Linux")


def test_everything_is_named_and_reasoned() -> None:
    """What is not found says why."""
    found = examine()

    assert len(found) == len({finding.name for finding in found})
    assert [] == [one for one in found if not one.found and not one.detail]


def test_nothing_of_this_process_is_changed() -> None:
    """No descriptor, no privilege, no name space: as before."""

    def state() -> tuple[object, ...]:
        with open("/proc/self/status") as file:
            kept = ("NoNewPrivs", "Seccomp", "Cap", "Uid")
            status = [line for line in file if line.startswith(kept)]
        spaces = {
            name: os.readlink(f"/proc/self/ns/{name}") for name in ("user", "pid")
        }
        return leaks.descriptors(), status, spaces

    before = state()
    examine()

    assert before == state()


def test_where_the_cgroup_is_is_read_from_the_mounts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The hierarchy may be mounted anywhere, and we anywhere in it."""
    files = {
        system._MOUNTS: [["35", "30", "0:31", "/", str(tmp_path), "-", "cgroup2"]],
        system._CGROUPS: [["1:pids:/a"], ["0::/b"]],
    }
    monkeypatch.setattr(system, "_lines", files.__getitem__)

    missing = system._cgroup()
    (tmp_path / "b").mkdir()
    found = system._cgroup()

    assert (False, f"{tmp_path}/b is not ours to write to") == missing
    assert (True, f"{tmp_path}/b") == found


def test_without_a_cgroup_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is mounted: nothing is guessed."""
    monkeypatch.setattr(system, "_lines", lambda path: [])

    assert (False, "not mounted") == system._cgroup()


def test_a_file_that_cannot_be_read_has_no_words() -> None:
    """A sandbox may hide it."""
    assert [] == system._lines("/no/such/file")
