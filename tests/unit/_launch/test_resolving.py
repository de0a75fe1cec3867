import errno
import os
import pty
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from child_process._launch.resolving import Invocation, invoke, resolve
from child_process._values.limits import Limits
from child_process._values.stdio import Slot
from child_process.errors import SpawnError
from tests.support.samples import options


def call(file: str, *args: str) -> Invocation:
    """Return the invocation of *file* without a shell."""
    return invoke(file, args, options())


def executable(path: Path, mode: int = 0o755) -> Path:
    """Make a program at *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("args", "given", "expected"),
    [
        pytest.param(
            ("-l",), {}, Invocation("ls", ("ls", "-l"), shell=False), id="no shell"
        ),
        pytest.param(
            ("-l",),
            {"argv0": "list"},
            Invocation("ls", ("list", "-l"), shell=False),
            id="another name",
        ),
        pytest.param(
            (),
            {"shell": True},
            Invocation("/bin/sh", ("/bin/sh", "-c", "ls"), shell=True),
            id="shell",
        ),
        pytest.param(
            ("a b", "$HOME"),
            {"shell": "/bin/bash"},
            Invocation(
                "/bin/bash",
                ("/bin/bash", "-c", "ls 'a b' '$HOME'"),
                shell=True,
                quoted=("a b", "$HOME"),
            ),
            id="arguments are quoted for the shell",
        ),
        pytest.param(
            (),
            {"shell": True, "argv0": "sh0"},
            Invocation("/bin/sh", ("sh0", "-c", "ls"), shell=True),
            id="another name for the shell",
        ),
    ],
)
def test_a_call_is_itself_or_a_shells(
    args: tuple[str, ...], given: dict[str, Any], expected: Invocation
) -> None:
    """What is executed: the program, or a shell with a line."""
    assert expected == invoke("ls", args, options(**given))


def test_a_name_is_looked_up_in_the_childs_path(tmp_path: Path) -> None:
    """The first program of that name in the PATH of the child's environment."""
    executable(tmp_path / "b" / "tool")
    executable(tmp_path / "c" / "tool")
    path = ":".join(str(tmp_path / name) for name in "abc")

    plan = resolve(call("tool"), options(env={"PATH": path}))

    assert str(tmp_path / "b" / "tool") == plan.program
    assert "tool" == plan.file


def test_without_a_path_the_systems_folders_are_searched() -> None:
    """As the C library's execvp does."""
    plan = resolve(call("sh"), options(env={}))

    assert plan.program in {"/bin/sh", "/usr/bin/sh"}
    assert {} == plan.environ


def test_what_cannot_be_executed_is_passed_over(tmp_path: Path) -> None:
    """A folder, and a file without x, do not hide a program further on."""
    (tmp_path / "a" / "tool").mkdir(parents=True)
    executable(tmp_path / "b" / "tool", mode=0o644)
    executable(tmp_path / "c" / "tool")
    path = ":".join(str(tmp_path / name) for name in "abc")

    plan = resolve(call("tool"), options(env={"PATH": path}))

    assert str(tmp_path / "c" / "tool") == plan.program


def test_our_own_environment_is_the_default() -> None:
    """The whole of it is in the plan."""
    assert dict(os.environb) == resolve(call("sh"), options()).environ


@pytest.mark.parametrize(
    ("make", "number", "words"),
    [
        pytest.param(
            "nothing", errno.ENOENT, "no program of this name in PATH=", id="no"
        ),
        pytest.param("folder", errno.EACCES, "tool is a directory", id="folder"),
        pytest.param("file", errno.EACCES, "tool is not executable", id="no x"),
    ],
)
def test_a_name_that_is_not_found_says_what_was_tried(
    tmp_path: Path, make: str, number: int, words: str
) -> None:
    """The error names the PATH, or what stood in the way."""
    if make == "folder":
        (tmp_path / "tool").mkdir()
    elif make == "file":
        executable(tmp_path / "tool", mode=0o644)

    with pytest.raises(SpawnError) as caught:
        resolve(call("tool", "-v"), options(env={"PATH": str(tmp_path)}))

    assert number == caught.value.errno
    assert ("tool", ("-v",)) == (caught.value.path, caught.value.spawnargs)
    assert "lookup" == caught.value.step
    assert words in caught.value.detail


@pytest.mark.parametrize("part", ["", ".", "bin"])
def test_relative_parts_of_path_are_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Whoever can write to the working directory must not choose the program."""
    executable(tmp_path / part / "tool")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(FileNotFoundError) as caught:
        resolve(call("tool"), options(env={"PATH": f"{part}:/nowhere"}))

    assert f"{part or '.'}/tool was passed over" in str(caught.value)


def test_a_whole_line_as_a_name_is_answered_with_advice() -> None:
    """Somebody wrote a command line where a program's name belongs."""
    with pytest.raises(FileNotFoundError) as caught:
        resolve(call("ls -la"), options())

    assert 'as in run("ls", ["-la"])' in str(caught.value)


def test_our_own_channel_is_not_the_childs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child would take a descriptor for its channel that is something else."""
    monkeypatch.setenv("NODE_CHANNEL_FD", "3")
    monkeypatch.setenv("NODE_CHANNEL_SERIALIZATION_MODE", "json")

    environ = resolve(call("/bin/ls"), options()).environ

    assert b"NODE_CHANNEL_FD" not in environ
    assert b"NODE_CHANNEL_SERIALIZATION_MODE" not in environ


def test_a_channel_is_told_to_the_child() -> None:
    """Its descriptor's number and its format, in Node's words."""
    given = replace(options(env={"A": "1"}), stdio=(*[Slot.PIPE] * 3, Slot.IPC))

    environ = resolve(call("/bin/ls"), given).environ

    assert {
        b"A": b"1",
        b"NODE_CHANNEL_FD": b"3",
        b"NODE_CHANNEL_SERIALIZATION_MODE": b"json",
    } == environ


def test_a_huge_path_does_not_make_a_huge_error() -> None:
    """The PATH that was tried is shown, but not all of it."""
    with pytest.raises(SpawnError) as caught:
        resolve(call("nosuch"), options(env={"PATH": "/x:" * 5_000}))

    assert len(caught.value.detail) < 2000


@pytest.mark.parametrize(
    ("cwd", "file", "expected"),
    [
        pytest.param(None, "/bin/sh", "/bin/sh", id="absolute"),
        pytest.param("/tmp", "/bin/sh", "/bin/sh", id="absolute, with a cwd"),
        pytest.param(None, "./x", "{here}/./x", id="from our own directory"),
        pytest.param("/opt", "bin/x", "/opt/bin/x", id="from the child's directory"),
        pytest.param("sub", "./x", "{here}/sub/./x", id="from a relative cwd"),
        pytest.param("/a/..", "./x", "/a/.././x", id="links are the system's matter"),
    ],
)
def test_a_path_is_seen_from_the_childs_directory(
    cwd: str | None, file: str, expected: str
) -> None:
    """A path is never searched in PATH, and is made absolute."""
    plan = resolve(call(file), options(cwd=cwd))

    assert expected.format(here=os.getcwd()) == plan.program


def test_a_path_from_behind_a_link_is_the_childs(tmp_path: Path) -> None:
    """``link/..`` is where the link leads to, not where the link is."""
    target = executable(tmp_path / "real" / "tool")
    (tmp_path / "real" / "deep").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real" / "deep")

    plan = resolve(call("./tool"), options(cwd=f"{tmp_path}/link/.."))

    assert os.path.samefile(target, plan.program)


def test_a_lost_directory_is_left_to_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where our own working directory is gone, a relative path stays one."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    absolute = resolve(call("./x"), options(cwd="/tmp")).program
    relative = resolve(call("./x"), options()).program

    assert "/tmp/./x" == absolute
    assert "./x" == relative


def test_a_plan_holds_the_options() -> None:
    """Everything that the options say is in the plan."""
    given = options(
        cwd="/tmp",
        env={"A": "1"},
        stdio="ignore",
        uid=1,
        gid=2,
        groups=[3],
        umask=0o77,
        limits=Limits(cpu=4),
    )

    plan = resolve(call("/bin/ls", "-l"), given)

    assert "/tmp" == plan.cwd
    assert {b"A": b"1"} == plan.environ
    assert (Slot.IGNORE,) * 3 == plan.stdio
    assert (1, 2, (3,), 0o77) == (plan.uid, plan.gid, plan.groups, plan.umask)
    assert Limits(cpu=4) == plan.limits
    assert ("/bin/ls", "-l") == plan.argv
    assert not plan.shell


@pytest.fixture
def terminal() -> Iterator[int]:
    """A terminal's descriptor."""
    ours, theirs = pty.openpty()
    yield theirs
    os.close(ours)
    os.close(theirs)


class Closed:
    """A file that was closed."""

    def fileno(self) -> int:
        """Say what a closed file says."""
        raise ValueError


@pytest.mark.parametrize(
    ("given", "session", "group"),
    [
        pytest.param({}, False, True, id="default: a group of its own"),
        pytest.param({"detached": True}, True, False, id="detached: a session"),
        pytest.param({"tree": False}, False, False, id="as Node: neither"),
        pytest.param({"tree": "all"}, False, True, id="the whole tree"),
        pytest.param(
            {"stdio": ["ignore", 99_999, "pipe"]}, False, True, id="no descriptor"
        ),
        pytest.param({"stdio": [Closed()]}, False, True, id="closed file"),
    ],
)
def test_a_child_leads_a_group_by_which_its_tree_is_found(
    given: dict[str, Any], *, session: bool, group: bool
) -> None:
    """Unless it leads a session, or only the one process is meant."""
    plan = resolve(call("/bin/ls"), options(**given))

    assert session is plan.session
    assert group is plan.group


def test_a_child_that_shares_our_terminal_stays_in_our_group(terminal: int) -> None:
    """Ctrl-C and reading from the terminal work as its user expects."""
    with open(terminal, "rb", closefd=False) as file:
        by_number = resolve(call("/bin/ls"), options(stdio=[terminal]))
        by_file = resolve(call("/bin/ls"), options(stdio=[None, None, file]))
        above = resolve(call("/bin/ls"), options(stdio=[None, None, None, file]))

    assert not by_number.group
    assert not by_file.group
    assert above.group


def test_an_inherited_terminal_counts(
    terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word "inherit" is about the descriptor of the same number."""
    saved = os.dup(0)
    os.dup2(terminal, 0)
    try:
        plan = resolve(call("/bin/ls"), options(stdio=["inherit", "pipe", "pipe"]))
    finally:
        os.dup2(saved, 0)
        os.close(saved)

    assert not plan.group
