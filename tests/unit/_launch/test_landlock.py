import errno
import os
from pathlib import Path

import pytest

from child_process._launch import landlock
from child_process._launch.landlock import Grant, open_ruleset
from child_process._values.isolation import Landlock
from child_process.errors import IsolationUnavailable
from tests.support import hosts


def has_ports() -> bool:
    """Say whether this kernel's Landlock keeps every promise."""
    try:
        return landlock.abi() >= 4
    except IsolationUnavailable:
        return False


needs_landlock = pytest.mark.skipif(not has_ports(), reason="needs Landlock with ports")

# Restricts itself, then says what each attempt gave.
RESTRICTED = """
    import ctypes, os, socket, sys
    from child_process._launch.landlock import Grant, open_ruleset
    from child_process._values.isolation import Landlock

    folder = sys.argv[1]
    listener = socket.create_server(("127.0.0.1", 0))
    other = socket.create_server(("127.0.0.1", 0))
    grants = [
        Grant(folder + "/read"),
        Grant(folder + "/write", write=True),
        Grant(folder + "/list", listing=True),
        Grant(folder + "/file", write=True),
        Grant(folder + "/nowhere"),
    ]
    allowed = Landlock(connect=[listener.getsockname()[1]])
    ruleset = open_ruleset(allowed, grants)
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.syscall(446, ruleset, 0) == 0, ctypes.get_errno()

    def attempt(name, function, *args):
        try:
            function(*args)
        except OSError as error:
            print(name, os.strerror(error.errno), sep=": ")
        else:
            print(name, "done", sep=": ")

    def create(path): os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    def read(path): os.close(os.open(path, os.O_RDONLY))
    def connect(to):
        with socket.socket() as made:
            made.connect(to.getsockname())

    attempt("read", read, folder + "/read/file")
    attempt("list read", os.listdir, folder + "/read")
    attempt("write read", create, folder + "/read/file")
    attempt("create in read", create, folder + "/read/new")
    attempt("remove from read", os.unlink, folder + "/read/file")
    attempt("create in write", create, folder + "/write/new")
    attempt("read in write", read, folder + "/write/new")
    attempt("rename in write", os.rename, folder + "/write/new", folder + "/write/old")
    attempt("remove from write", os.unlink, folder + "/write/old")
    attempt("make a device", os.mknod, folder + "/write/device", 0o20600, 0x103)
    attempt("list list", os.listdir, folder + "/list")
    attempt("read list", read, folder + "/list/file")
    attempt("write file", create, folder + "/file")
    attempt("list folder", os.listdir, folder)
    attempt("read outside", read, folder + "/secret")
    attempt("empty outside", os.truncate, folder + "/secret", 0)
    attempt("connect", connect, listener)
    attempt("connect elsewhere", connect, other)
    attempt("listen", socket.create_server, ("127.0.0.1", 0))
    listener.close()
    other.close()
"""
DENIED = os.strerror(errno.EACCES)


@needs_landlock
def test_a_ruleset_gives_what_it_lists_and_no_more(tmp_path: Path) -> None:
    """Files, folders and ports, tried by a process that is held to it."""
    for name in ("read", "write", "list"):
        (tmp_path / name).mkdir()
    for name in ("read/file", "list/file", "file", "secret"):
        (tmp_path / name).touch()

    lines = hosts.said(RESTRICTED, str(tmp_path)).splitlines()

    done = {line.removesuffix(": done") for line in lines if line.endswith(": done")}
    denied = {line.split(": ")[0] for line in lines if line.endswith(f": {DENIED}")}
    assert {
        *("read", "list read", "create in write", "read in write", "rename in write"),
        *("remove from write", "list list", "write file", "connect"),
    } == done
    if os.geteuid():
        denied |= {"make a device"}  # nobody else may at all
    assert {
        *("write read", "create in read", "remove from read", "make a device"),
        *("read list", "list folder", "read outside", "empty outside"),
        *("connect elsewhere", "listen"),
    } == denied


@needs_landlock
def test_a_path_that_was_asked_for_must_be_there() -> None:
    """The error names it, and no descriptor stays open."""
    before = os.listdir("/proc/self/fd")

    with pytest.raises(FileNotFoundError) as caught:
        open_ruleset(Landlock(), [Grant("/"), Grant("/no/such", needed=True)])

    assert "/no/such" == caught.value.filename
    assert before == os.listdir("/proc/self/fd")


@pytest.mark.parametrize(
    ("version", "value", "words"),
    [
        pytest.param(2, Landlock(connect="any", bind="any"), "6.2", id="truncation"),
        pytest.param(3, Landlock(), "6.7", id="ports"),
        pytest.param(3, Landlock(connect="any"), "6.7", id="listening"),
    ],
)
def test_an_old_landlock_is_none(
    version: int, value: Landlock, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would keep less than was promised: the error says what would help."""
    monkeypatch.setattr(landlock, "abi", lambda: version)

    with pytest.raises(IsolationUnavailable, match=words) as caught:
        open_ruleset(value, [])

    assert "landlock" == caught.value.part


@needs_landlock
@pytest.mark.parametrize("version", [3, 4, 5, 6])
def test_older_kernels_are_asked_for_what_they_have(
    version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The structure has grown; each of its lengths is taken by the kernel."""
    if version > landlock.abi():
        pytest.skip("this kernel's is older")
    monkeypatch.setattr(landlock, "abi", lambda: version)
    value = Landlock(connect="any", bind="any" if version < 4 else [80])

    os.close(open_ruleset(value, [Grant("/usr"), Grant("/dev/null", write=True)]))
