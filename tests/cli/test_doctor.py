"""`child-process doctor` says what this system offers, truly, and changes nothing."""

import errno
import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

from child_process._launch.choosing import PURE
from tests.support import hosts, system_calls

CommandLine = Callable[..., CompletedProcess[str]]


def test_it_says_what_there_is(command_line: CommandLine) -> None:
    """One line for each thing that is offered: its name, yes or no, and which."""
    done = command_line("doctor")

    lines = done.stdout.splitlines()
    assert (0, "") == (done.returncode, done.stderr)
    assert lines[0].startswith("child-process ")
    assert [] == [line for line in lines if "\033" in line]
    for name in ("a start", "guardian", "pidfd", "landlock", "user namespaces", "sh"):
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        assert line[len(name) :].split()[0] in {"yes", "no"}


@pytest.mark.parametrize("pure", ["0", "1"])
def test_it_says_which_launcher_is_used(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, pure: str
) -> None:
    """And why, and what that one refuses."""
    monkeypatch.setenv(PURE, pure)
    has_native = importlib.util.find_spec("child_process._launch._spawn") is not None

    launcher = json.loads(command_line("doctor", "--json").stdout)["launcher"]
    lines = command_line("doctor").stdout.splitlines()

    native = has_native and pure == "0"
    assert ("native" if native else "twin") == launcher["name"]
    assert (PURE in launcher["why"]) is (has_native and pure == "1")
    assert native is (launcher["refuses"] == [])
    assert [launcher["name"] + ":"] == [
        line.split()[1] for line in lines if line.startswith("launcher ")
    ]
    shown = [line.strip() for line in lines if "refuses " in line]
    assert [f"refuses {what}" for what in launcher["refuses"]] == shown


def test_it_says_the_same_in_json(command_line: CommandLine) -> None:
    """The facts by name, for a program to read."""
    done = command_line("doctor", "--json")

    facts = json.loads(done.stdout)
    assert (0, "") == (done.returncode, done.stderr)
    assert facts["start"]["found"]
    assert facts["guardian"]["found"]
    assert {"pidfd", "clone3", "close_range", "landlock"} < set(facts["offers"])
    assert shutil.which("sh") == facts["programs"]["sh"]["detail"]


DOCTOR = """
    import errno, sys
    from child_process.cli.main import main
    from tests.support import system_calls

    for name in sys.argv[2:]:
        system_calls.refuse(name, int(sys.argv[1]))
    sys.exit(main(["doctor", "--json"]))
"""
REFUSED = {
    "pidfd_open": "pidfd",
    "clone3": "clone3",
    "close_range": "close_range",
    "landlock_create_ruleset": "landlock",
}


@pytest.mark.skipif(not system_calls.available(), reason="needs seccomp's filters")
@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EPERM])
def test_what_a_sandbox_refuses_is_not_there(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call itself is asked, whatever the kernel's version says."""
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    # With clone3 refused for good, the C library has no thread and no process.
    refused = {name: one for name, one in REFUSED.items() if name != "clone3"}
    if number == errno.ENOSYS:
        refused = REFUSED

    ended = hosts.run(DOCTOR, number, *refused)

    offers = json.loads(ended.out)["offers"]
    assert (0, "") == (ended.code, ended.err)
    for name in refused.values():
        assert {"found": False, "detail": os.strerror(number)} == offers[name]


def test_a_system_that_starts_nothing_is_a_trouble() -> None:
    """The status says so, as the first line does."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to become somebody with no process to spare")
    code = """
        import os, resource, sys
        from child_process.cli.main import main
        main(["doctor", "--json"])  # what is imported later could not be read
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        sys.exit(main(["doctor"]))
    """

    ended = hosts.run(code)

    (line,) = (line for line in ended.out.splitlines() if line.startswith("a start"))
    assert (125, "") == (ended.code, ended.err)
    assert "no " == line.removeprefix("a start").strip()[:3]
    assert "no room for another process" in line


def test_it_takes_no_arguments(command_line: CommandLine) -> None:
    """What it does not know it does not pass over."""
    assert 125 == command_line("doctor", "me").returncode
