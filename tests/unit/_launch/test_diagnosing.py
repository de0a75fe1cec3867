import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from child_process._launch.diagnosing import (
    LONGEST_ARGUMENT,
    diagnose,
    oversized,
    too_long,
)
from tests.support import samples

NOBODY = 65534


@pytest.fixture
def somebody() -> Iterator[None]:
    """Not root, who may enter everything."""
    if os.getuid() != 0:
        yield
    elif sys.platform != "linux":
        pytest.skip("root may enter everything, and cannot become another for a while")
    else:
        os.setresuid(NOBODY, NOBODY, 0)
        yield
        os.setresuid(0, 0, 0)


def make(folder: Path, kind: str) -> str:
    """Make a program of *kind* in *folder*, and return its path."""
    path = folder / "tool"
    if kind == "folder":
        path.mkdir()
    elif kind == "broken link":
        path.symlink_to("nowhere")
    elif kind != "nothing":
        path.write_text({"script": "#! /no/such -x\n", "binary": "\x7fELF"}[kind])
        path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        pytest.param("nothing", errno.ENOENT, "there is no {path}", id="no program"),
        pytest.param(
            "script",
            errno.ENOENT,
            "{path} is there; its interpreter (#!/no/such) is not",
            id="no interpreter",
        ),
        pytest.param(
            "binary",
            errno.ENOENT,
            "{path} is there; its loader, or what it links to, is not",
            id="no loader",
        ),
        pytest.param(
            "broken link",
            errno.ENOENT,
            "{path} is there; its loader, or what it links to, is not",
            id="link to nowhere",
        ),
        pytest.param(
            "folder", errno.EACCES, "{path} is a directory, not a program", id="folder"
        ),
        pytest.param(
            "script",
            errno.EACCES,
            "{path} may be executed; its interpreter #!/no/such not",
            id="forbidden interpreter",
        ),
        pytest.param(
            "binary", errno.EACCES, "{path}: Permission denied", id="forbidden"
        ),
        pytest.param(
            "nothing", errno.EACCES, "{path}: Permission denied", id="forbidden folder"
        ),
        pytest.param("binary", errno.ETXTBSY, "{path} is open for writing", id="busy"),
        pytest.param(
            "binary", errno.ENOEXEC, "{path}: Exec format error", id="anything else"
        ),
    ],
)
def test_a_program_that_does_not_start_says_why(
    tmp_path: Path, kind: str, number: int, words: str
) -> None:
    """One errno has many causes; the right one is named."""
    path = make(tmp_path, kind)

    error = diagnose(number, samples.plan(path))

    assert words.format(path=path) == error.detail
    assert ("exec", number) == (error.step, error.errno)


def test_a_file_without_x_is_told_how_to_get_it(tmp_path: Path) -> None:
    """The remedy is in the message."""
    path = tmp_path / "tool"
    path.write_text("#!/bin/sh\n")

    error = diagnose(errno.EACCES, samples.plan(str(path)))

    assert f"{path} is not executable: chmod +x would help" == error.detail


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        pytest.param("nothing", errno.ENOENT, "there is no directory", id="gone"),
        pytest.param("binary", errno.ENOTDIR, "is not a directory", id="file"),
    ],
)
def test_the_working_directory_is_blamed_first(
    tmp_path: Path, kind: str, number: int, words: str
) -> None:
    """The kernel's ENOENT for a missing cwd is no missing program."""
    cwd = make(tmp_path, kind)

    error = diagnose(errno.ENOENT, samples.plan("/bin/ls", cwd=cwd))

    assert ("cwd", number) == (error.step, error.errno)
    assert cwd in error.detail
    assert words in error.detail


def test_a_working_directory_that_may_not_be_entered(somebody: None) -> None:
    """A folder without x is named."""
    with TemporaryDirectory() as cwd:
        os.chmod(cwd, 0o600)
        error = diagnose(errno.EACCES, samples.plan("/bin/ls", cwd=cwd))
        os.chmod(cwd, 0o700)

    assert ("cwd", errno.EACCES) == (error.step, error.errno)
    assert f"the working directory {cwd} may not be entered" == error.detail


def test_a_working_directory_behind_a_closed_door(somebody: None) -> None:
    """The system's reason is named."""
    with TemporaryDirectory() as door:
        os.chmod(door, 0)
        error = diagnose(errno.EACCES, samples.plan("/bin/ls", cwd=f"{door}/x"))
        os.chmod(door, 0o700)

    assert ("cwd", errno.EACCES) == (error.step, error.errno)
    assert f"the working directory {door}/x: Permission denied" == error.detail


def test_a_good_working_directory_is_not_blamed(tmp_path: Path) -> None:
    """The program is."""
    error = diagnose(errno.ENOENT, samples.plan("/no/such", cwd=str(tmp_path)))

    assert "exec" == error.step


@pytest.mark.parametrize(
    ("number", "step", "expected", "words"),
    [
        pytest.param(errno.EMFILE, "stdio", "stdio", "RLIMIT_NOFILE is", id="no fd"),
        pytest.param(errno.EBADF, "stdio", "stdio", "Bad file descriptor", id="bad fd"),
        pytest.param(errno.EAGAIN, "exec", "fork", "RLIMIT_NPROC is", id="no process"),
        pytest.param(errno.ENOMEM, "exec", "fork", "no room", id="no memory"),
    ],
)
def test_what_the_system_has_no_more_of_is_named(
    number: int, step: str, expected: str, words: str
) -> None:
    """The limit that was met, and what helps."""
    error = diagnose(number, samples.plan("/bin/ls"), step)

    assert (expected, number) == (error.step, error.errno)
    assert words in error.detail


@pytest.mark.parametrize("changes", [{"uid": 1}, {"gid": 1}])
def test_another_user_that_may_not_be_become(changes: dict[str, Any]) -> None:
    """EPERM with uid= or gid= is about them."""
    error = diagnose(errno.EPERM, samples.plan("/bin/ls", **changes))

    assert "credentials" == error.step
    assert "not permitted to become uid" in error.detail


def test_arguments_that_are_too_long_are_measured() -> None:
    """The longest one is named, with its size."""
    plan = samples.plan("/bin/ls", "x" * 200_000, environ={b"A": b"y" * 10})

    error = diagnose(errno.E2BIG, plan)

    assert "exec" == error.step
    assert "the longest is argument 1 with 200000" in error.detail


@pytest.mark.parametrize(
    ("size", "refused"),
    [
        pytest.param(LONGEST_ARGUMENT - 1, False, id="the longest"),
        pytest.param(LONGEST_ARGUMENT, True, id="one byte more"),
    ],
)
def test_a_word_that_no_program_can_get_is_known_before(
    size: int, *, refused: bool
) -> None:
    """The system's limit for one argument, its NUL not counted."""
    plan = samples.plan("/bin/ls", environ={b"A": b"y" * (size - 2)})

    error = too_long(plan, [b"/bin/ls", b"A=" + plan.environ[b"A"]])

    assert refused is (error is not None)
    assert error is None or "the longest is variable A" in error.detail


@pytest.mark.skipif(sys.platform != "linux", reason="Linux' limit")
def test_the_limit_is_the_systems(tmp_path: Path) -> None:
    """Linux takes what we let through, and refuses what we refuse."""
    argument = "x" * (LONGEST_ARGUMENT - 1)

    fits = os.posix_spawn("/bin/true", ["true", argument], {})
    with pytest.raises(OSError, match="too long"):
        os.posix_spawn("/bin/true", ["true", argument + "x"], {})

    assert (fits, 0) == os.waitpid(fits, 0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, None, id="short"),
        pytest.param({"argv": ("ls", "é" * 40_000)}, None, id="long, not too long"),
        pytest.param({"argv": ("ls", "é" * 70_000)}, "argument 1", id="argument"),
        pytest.param({"environ": {b"A": b"x" * 131_072}}, "variable A", id="variable"),
    ],
)
def test_what_is_too_long_is_known_beforehand(
    changes: dict[str, Any], expected: str | None
) -> None:
    """One word has 128 KiB, in bytes, its end included."""
    error = oversized(samples.plan("/bin/ls", **changes))

    assert (expected is None) == (error is None)
    assert error is None or str(expected) in error.detail
