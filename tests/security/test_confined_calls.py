"""seccomp: system calls that no worker needs, and the network, are refused."""

import os
import platform
import shutil
import socket
import sys
from pathlib import Path

import pytest

from child_process import Isolation, run, run_sync
from child_process._values.system_calls import numbers
from tests.support import attempts
from tests.support.confining import native, root

pytestmark = native

NUMBERS = (
    numbers(platform.machine()) if platform.machine() in {"x86_64", "aarch64"} else {}
)


def calls(*names: str) -> dict[str, str]:
    """Return lines that make each call with arguments that mean nothing."""
    return {name: f"call({NUMBERS[name]}, -1, -1, -1, -1, -1)" for name in names}


def told(lines: dict[str, str], **isolation: object) -> dict[str, str]:
    """Return what a child under *isolation* tells of *lines*."""
    program, *args = attempts.python(lines)
    isolate = Isolation(**isolation)  # type: ignore[arg-type]  # keywords of a parameter
    return attempts.told(run_sync(program, args, isolate=isolate).stdout)


@root
def test_what_no_worker_needs_is_refused() -> None:
    """Even to root: without the filter each of these fails in another way."""
    lines = calls(
        *("mount", "umount2", "pivot_root", "ptrace", "process_vm_readv", "keyctl"),
        *(
            "kexec_load",
            "init_module",
            "bpf",
            "perf_event_open",
            "userfaultfd",
            "setns",
        ),
        *("swapon", "quotactl", "io_uring_setup", "open_by_handle_at", "fanotify_init"),
    )
    program, *args = attempts.python(lines)

    free = attempts.told(run_sync(program, args).stdout)
    held = told(lines)

    assert "EPERM" not in {*free.values()}
    assert {"EPERM"} == {*held.values()}


def test_new_namespaces_are_refused() -> None:
    """By each of the three calls that make them; clone3 seems not to be there."""
    user = 0x10000000
    lines = {
        "unshare": f"call({NUMBERS['unshare']}, {user})",
        "clone": f"call({NUMBERS['clone']}, {user | 17}, 0, 0, 0, 0)",
        **calls("clone3"),
    }

    assert {"unshare": "EPERM", "clone": "EPERM", "clone3": "ENOSYS"} == told(lines)


def test_programs_run_as_before() -> None:
    """Threads, processes, signals, pipes, files and sockets are all there."""
    lines = {
        "thread": "t = threading.Thread(target=int); t.start(); t.join()",
        "process": "subprocess.run(['sh', '-c', 'echo | cat'], check=True)",
        "pool": "import multiprocessing; multiprocessing.get_context('fork').Pool(2).close()",
        "listener": "socket.create_server(('127.0.0.1', 0))",
        "pair": "socket.socketpair()",
        "signal": "import signal; os.kill(os.getpid(), signal.SIGWINCH)",
    }

    assert {"done"} == {*told(lines).values()}


async def test_offline_has_no_network() -> None:
    """No family but Unix sockets can be had; those that are handed in work."""
    lines = {
        "tcp": "socket.socket(socket.AF_INET)",
        "udp": "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "unix": "socket.socket(socket.AF_UNIX)",
        "pair": "socket.socketpair()",
        "files": "open('/etc/passwd')",
    }
    program, *args = attempts.python(lines)

    result = await run(program, args, isolate=Isolation.offline())

    refused = dict.fromkeys(["tcp", "udp", "netlink"], "EPERM")
    allowed = dict.fromkeys(["unix", "pair", "files"], "done")
    assert {**refused, **allowed} == attempts.told(result.stdout)


def test_the_parent_stays_online() -> None:
    """The filter is the child's alone."""
    run_sync("true", isolate=Isolation.offline())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        socket.create_connection(listener.getsockname()).close()


def test_further_calls_can_be_named(tmp_path: Path) -> None:
    """They are refused beside those of the preset."""
    lines = {
        "chmod": f"os.chmod({str(tmp_path)!r}, 0o700)",
        "mkdir": f"os.mkdir({str(tmp_path / 'made')!r})",
        **calls("ptrace"),
    }

    found = told(lines, seccomp=["chmod", "fchmodat", "fchmodat2"])

    assert {"chmod": "EPERM", "mkdir": "done", "ptrace": "EPERM"} == found


def test_a_filter_cannot_be_taken_off() -> None:
    """A second one only adds to it; a program that is started has it as well."""
    lines = {
        "inside": f"call({NUMBERS['ptrace']}, 0, 0, 0, 0)",
        "below": "subprocess.run([sys.executable, '-S', '-c', "
        f"'import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall({NUMBERS['ptrace']}, 0, 0, 0, 0) == 0)'],"
        " check=True)",
    }

    assert {"inside": "EPERM", "below": "done"} == told(lines)


@pytest.mark.skipif(sys.maxsize < 2**32, reason="needs a 64-bit system")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 is of x86-64")
def test_x32_is_no_way_round() -> None:
    """The same call by its other number is not there."""
    lines = {"unshare": f"call({0x40000000 | NUMBERS['unshare']}, 0x10000000)"}

    assert {"unshare": "ENOSYS"} == told(lines)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_node_runs_under_every_preset(tmp_path: Path) -> None:
    """A runtime with many threads, its own event loop, and io_uring."""
    code = (
        "setTimeout(() => console.log(require('fs').readdirSync('/usr').length > 0), 1)"
    )

    for isolate in (Isolation(), Isolation.offline(), Isolation.readonly([tmp_path])):
        result = run_sync("node", ["-e", code], isolate=isolate, cwd="/")
        assert "true" == result.text


def test_no_descriptor_is_left() -> None:
    """Neither of a ruleset nor of anything else, in the parent and in the child."""
    before = os.listdir("/proc/self/fd")
    isolate = Isolation(landlock={"read": ["/proc"]}, seccomp="offline")

    # The fourth is that of the listing itself.
    result = run_sync("ls", ["/proc/self/fd"], isolate=isolate)

    assert ["0", "1", "2", "3"] == result.lines()
    assert before == os.listdir("/proc/self/fd")
