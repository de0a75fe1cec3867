import os
import platform
import sys
from pathlib import Path

import pytest

from child_process._launch.confining import confine, granted
from child_process._launch.landlock import Grant
from child_process._values.isolation import Isolation, Landlock
from child_process.errors import IsolationUnavailable, SpawnError
from child_process.security.seccomp import seccomp_filter
from tests.support import samples
from tests.support.confining import native

TRUE = samples.plan("/bin/true")


@native
def test_an_isolation_becomes_what_the_kernel_is_asked_for() -> None:
    """The filter, the flags, and no ruleset where none is wanted."""
    made = confine(TRUE, Isolation(seccomp=["offline", "chmod"], namespaces=["net"]))

    machine = platform.machine()
    assert seccomp_filter(machine, offline=True, refuse=["chmod"]) == made.seccomp
    assert (True, -1, 0x40000000) == (made.no_new_privs, made.landlock_fd, made.unshare)


@native
def test_nothing_asked_for_is_nothing() -> None:
    """Each part is an option of its own."""
    made = confine(TRUE, Isolation(no_new_privs=False, seccomp=None))

    assert (False, -1, b"", 0) == (
        *(made.no_new_privs, made.landlock_fd, made.seccomp, made.unshare),
    )


@native
def test_a_ruleset_is_the_callers_to_close() -> None:
    """It is a descriptor, and not inherited."""
    made = confine(TRUE, Isolation(landlock=Landlock(connect="any", bind="any")))

    assert not os.get_inheritable(made.landlock_fd)
    os.close(made.landlock_fd)


def test_what_is_listed_comes_with_the_runtime() -> None:
    """Listed paths must be there, those of the runtime may."""
    value = Landlock(read=["/srv"], write=["/data"])

    grants = [*granted(TRUE, value)]

    assert Grant("/srv", needed=True) in grants
    assert Grant("/data", write=True, needed=True) in grants
    assert {Grant("/usr"), Grant("/bin/true"), Grant("/dev/null", write=True)} <= {
        *grants
    }
    assert [] == [one for one in grants if one.write and one.path == "/usr"]


def test_without_the_runtime_there_is_the_list_alone() -> None:
    """Not even the program."""
    value = Landlock(read=["/srv"], runtime=False)

    assert [Grant("/srv", needed=True)] == [*granted(TRUE, value)]


def test_our_package_can_be_found_by_our_python() -> None:
    """Its folder is listed, what else is in there is not read."""
    grants = [*granted(samples.plan(sys.executable), Landlock())]

    assert [True] == [one.listing for one in grants if one.listing]


@native
def test_a_path_that_is_missing_is_named(tmp_path: Path) -> None:
    """As a failed start, at the step "landlock"."""
    missing = str(tmp_path / "missing")
    isolation = Isolation(landlock=Landlock(read=[missing]))

    with pytest.raises(SpawnError, match="missing") as caught:
        confine(TRUE, isolation)

    assert ("landlock", "ENOENT") == (caught.value.step, caught.value.code)


@native
def test_an_unknown_machine_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of its calls are not known: a wrong filter is none."""
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")

    with pytest.raises(IsolationUnavailable, match="riscv64") as caught:
        confine(TRUE, Isolation())

    assert "seccomp" == caught.value.part


@pytest.mark.parametrize("system", ["darwin", "freebsd14"])
def test_it_takes_linux(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no such thing elsewhere."""
    monkeypatch.setattr(sys, "platform", system)

    with pytest.raises(IsolationUnavailable, match="Linux"):
        confine(TRUE, Isolation())
