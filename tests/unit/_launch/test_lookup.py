import errno
import os
from pathlib import Path

import pytest

from child_process._launch import lookup as module
from child_process._launch.lookup import Search, locate, not_found, search


@pytest.fixture(params=["as it is", "in Python"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled search, where there is one, and its twin."""
    if request.param == "in Python":
        monkeypatch.setattr(module, "find", module._find)


def executable(path: Path, mode: int = 0o755) -> Path:
    """Make a program at *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


def test_the_first_program_of_the_name_is_found(tmp_path: Path) -> None:
    """In the order of PATH; a folder and what is not executable are passed over."""
    (tmp_path / "a" / "tool").mkdir(parents=True)
    executable(tmp_path / "b" / "tool", 0o644)
    third = executable(tmp_path / "c" / "tool")
    executable(tmp_path / "d" / "tool")
    path = ":".join(f"{tmp_path}/{part}" for part in "abcd").encode()

    assert Search(path, str(third)) == search("tool", {b"PATH": path})


def test_relative_parts_are_reported_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies there is named in the error, and not run."""
    monkeypatch.chdir(tmp_path)
    executable(tmp_path / "tool")

    found = search("tool", {b"PATH": b":bin:"})

    assert Search(b":bin:", relative="./tool") == found
    error = not_found("tool", ["-x"], found)
    assert errno.ENOENT == error.errno
    assert "./tool was passed over" in error.detail


def test_what_cannot_be_executed_is_named(tmp_path: Path) -> None:
    """The error says why the file that is there does not do."""
    file = executable(tmp_path / "tool", 0o644)

    found = search("tool", {b"PATH": os.fsencode(tmp_path)})

    assert str(file) == found.denied
    assert f"{file} is not executable" in not_found("tool", [], found).detail


def test_without_path_the_systems_folders_are_searched() -> None:
    """As the C library does."""
    assert search("sh", {}).program in {"/bin/sh", "/usr/bin/sh"}


@pytest.mark.parametrize(
    ("file", "cwd", "expected"),
    [
        pytest.param("/bin/sh", "/opt", "/bin/sh", id="absolute"),
        pytest.param("./x", "/opt", "/opt/./x", id="from the child's directory"),
        pytest.param("./x", None, "{here}/./x", id="from ours"),
        pytest.param("./x", "sub", "{here}/sub/./x", id="from a relative one"),
    ],
)
def test_a_path_is_seen_from_the_childs_directory(
    file: str, cwd: str | None, expected: str
) -> None:
    """It is the child that changes to *cwd*."""
    assert expected.format(here=os.getcwd()) == locate(file, cwd)
