"""Namespaces: the child has a network, names and queues of its own."""

import os
import socket

import pytest

from child_process import Isolation, IsolationUnavailable, run_sync
from tests.support import attempts, hosts
from tests.support.confining import NOBODY, native, root


def may_have_them() -> bool:
    """Say whether user namespaces are permitted here."""
    isolate = Isolation(namespaces=["user", "net"], seccomp=None)
    try:
        run_sync("true", isolate=isolate)
    except IsolationUnavailable:
        return False
    return True


pytestmark = [
    native,
    pytest.mark.skipif(not may_have_them(), reason="user namespaces are not permitted"),
]


def of(pid: object, kind: str) -> str:
    """Return which namespace of *kind* the process *pid* is in."""
    return os.readlink(f"/proc/{pid}/ns/{kind}")


def test_the_child_is_in_those_it_asked_for() -> None:
    """And in no other; the parent stays where it is."""
    before = [of("self", kind) for kind in ("user", "net", "ipc", "uts", "cgroup")]
    lines = [
        f"readlink /proc/self/ns/{kind}"
        for kind in ("user", "net", "ipc", "uts", "cgroup")
    ]

    result = run_sync(
        "sh",
        ["-c", "; ".join(lines)],
        isolate=Isolation(namespaces=["user", "net", "ipc", "uts"]),
    )

    inside = result.lines()
    assert all(
        ours != theirs for ours, theirs in zip(before[:4], inside[:4], strict=True)
    )
    assert before[4] == inside[4]
    assert before == [
        of("self", kind) for kind in ("user", "net", "ipc", "uts", "cgroup")
    ]


def test_it_is_who_it_was_and_reaches_nobody() -> None:
    """The network has not even a loopback that is up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        lines = {
            "connect": f"socket.socket().connect(('127.0.0.1', {port}))",
            "user": f"assert os.getuid() == {os.getuid()}",
            "file": "open('/etc/passwd').read()",
        }
        program, *args = attempts.python(lines)
        isolate = Isolation(namespaces=["user", "net"])
        result = run_sync(program, args, isolate=isolate)

    expected = {"connect": "ENETUNREACH", "user": "done", "file": "done"}
    assert expected == attempts.told(result.stdout)


@root
def test_another_user_can_be_in_them() -> None:
    """Root leaves them before it becomes that user: "user" is not needed."""
    words = ["-c", "id -u; readlink /proc/self/ns/net"]
    isolate = Isolation(namespaces=["net"])

    result = run_sync("sh", words, uid=NOBODY, gid=NOBODY, isolate=isolate)

    user, network = result.lines()
    assert str(NOBODY) == user
    assert of("self", "net") != network


@root
def test_root_is_told_that_it_needs_no_user_namespace() -> None:
    """In one of its own, root could not become another user."""
    isolate = Isolation(namespaces=["user", "net"])

    with pytest.raises(IsolationUnavailable, match='leave "user" out'):
        run_sync("true", uid=NOBODY, gid=NOBODY, isolate=isolate)


ORDINARY = """
    import ctypes, os, sys
    from child_process import Isolation, IsolationUnavailable, run_sync

    run_sync("true", isolate=Isolation(namespaces=["net"]))  # all is imported now
    os.setgroups([])
    os.setgid(int(sys.argv[1]))
    os.setuid(int(sys.argv[1]))
    ctypes.CDLL(None).prctl(4, 1)  # setuid() has closed /proc/self to us
    both = Isolation(namespaces=["user", "net"])
    print(run_sync("id", ["-u"], isolate=both).text)
    try:
        run_sync("true", isolate=Isolation(namespaces=["net"]))
    except IsolationUnavailable as error:
        print(error.part, error.remedy)
"""


@root
def test_an_ordinary_user_needs_one_of_its_own() -> None:
    """With "user" among them, no right is needed; without, the error says so."""
    user, refused = hosts.said(ORDINARY, NOBODY).splitlines()

    assert str(NOBODY) == user
    assert 'namespaces add "user" to namespaces=, or be root' == refused
