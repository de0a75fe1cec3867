"""`make soak` in small: it ends well here, and would tell if something leaked."""

import os

import pytest

from tests.faults.launchers import ROOT
from tests.support import hosts

SOAK = """
    import os, sys
    from benchmarks import soak

    kind, starts = sys.argv[1:]
    kept = []

    async def leak(number):
        match kind:
            case "descriptors":
                kept.append(os.dup(0))
            case "children":
                kept.append(os.posix_spawn("/bin/sleep", ["sleep", "30"], {}))
            case "zombies":
                kept.append(os.posix_spawn("/bin/true", ["true"], {}))
            case "memory":
                kept.append(bytes([1]) * 100_000)
            case "wrong":
                raise soak.Wrong(0, 1)

    if kind != "nothing":
        soak.WAYS.clear()
        soak.WAYS[leak] = 1
    sys.argv = ["soak", "--starts", starts, "--seed", "1"]
    status = soak.main()
    if kind == "children":
        for pid in kept:
            os.kill(pid, 9)
    sys.exit(status)
"""


@pytest.fixture(autouse=True)
def _benchmarks_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.fspath(ROOT))


def test_a_short_soak_is_flat() -> None:
    """Four hundred starts in every way leave nothing."""
    ended = hosts.run(SOAK, "nothing", 400)

    assert (0, "", "flat") == (ended.code, ended.err, ended.out.splitlines()[-1])


@pytest.mark.parametrize(
    "kind", ["descriptors", "children", "zombies", "memory", "wrong"]
)
def test_what_leaks_is_told(kind: str) -> None:
    """One descriptor, child, zombie or block a start is not flat."""
    ended = hosts.run(SOAK, kind, 100)

    assert (1, "") == (ended.code, ended.err)
    assert kind in ended.out.partition("NOT FLAT")[2]
