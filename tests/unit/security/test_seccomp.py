"""The programs, run by an interpreter of them: what the kernel would answer."""

import struct
from typing import Any

import pytest

from child_process._values.system_calls import numbers
from child_process.security.seccomp import AUDIT_ARCH, seccomp_filter
from child_process.security.seccomp_calls import REFUSED

ALLOW, EPERM, ENOSYS, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK = (
    1,
    2,
    10,
    16,
    17,
    38,
    40,
)
NEW_NETWORK, NEW_USER, NEW_TIME = 0x40000000, 0x10000000, 0x80
THREAD = 0x3D0F00
"""What glibc's pthread_create hands to clone."""

each_machine = pytest.mark.parametrize("machine", AUDIT_ARCH)


def answer(program: bytes, number: int, *args: int, arch: int) -> int:
    """Run *program* as the kernel does; return its verdict on a call."""
    data = struct.pack("=IIQ6Q", number, arch, 0, *args, *[0] * (6 - len(args)))
    steps: list[tuple[int, int, int, int]] = [*struct.iter_unpack("=HBBI", program)]
    at, accumulator = 0, 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif code == 0x06:
            return value
        else:
            holds = {
                0x15: accumulator == value,
                0x35: accumulator >= value,
                0x45: bool(accumulator & value),
            }[code]
            at += yes if holds else no


class Filter:
    """A filter for *machine*, to be asked by a call's name."""

    def __init__(self, machine: str, **options: Any) -> None:
        self.program = seccomp_filter(machine, **options)
        self._numbers = numbers(machine)
        self._arch = AUDIT_ARCH[machine]

    def __call__(self, name: str, *args: int) -> int:
        """Return the verdict on the call *name* with *args*."""
        return answer(self.program, self._numbers[name], *args, arch=self._arch)


@each_machine
def test_what_no_worker_needs_is_refused(machine: str) -> None:
    """Each with EPERM, whatever its arguments."""
    check = Filter(machine)
    known = REFUSED & numbers(machine).keys()

    assert {EPERM} == {check(name, 1, 2, 3) for name in known}
    assert {"mount", "ptrace", "kexec_load", "bpf", "setns", "io_uring_setup"} < known


@each_machine
def test_everything_else_is_allowed(machine: str) -> None:
    """With arguments of zero, every other call but clone3."""
    check = Filter(machine)
    others = numbers(machine).keys() - REFUSED - {"clone3"}

    assert {ALLOW} == {check(name) for name in others}


@each_machine
def test_clone3_is_not_there(machine: str) -> None:
    """Its flags cannot be seen; ENOSYS makes C libraries use clone."""
    assert ENOSYS == Filter(machine)("clone3")


@each_machine
@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        pytest.param("clone", [17], ALLOW, id="fork"),
        pytest.param("clone", [THREAD], ALLOW, id="thread"),
        pytest.param("clone", [NEW_USER | 17], EPERM, id="clone into a user namespace"),
        pytest.param("clone", [1 << 40 | NEW_NETWORK], EPERM, id="high bits as well"),
        pytest.param("clone", [NEW_TIME], ALLOW, id="a signal's bit"),
        pytest.param("unshare", [0x400], ALLOW, id="unshare descriptors"),
        pytest.param("unshare", [NEW_USER], EPERM, id="unshare the user namespace"),
        pytest.param("unshare", [NEW_TIME], EPERM, id="unshare time"),
        pytest.param("ioctl", [0, 0x5401], ALLOW, id="ask a terminal"),
        pytest.param("ioctl", [0, 0x5412], EPERM, id="type on a terminal"),
        pytest.param("ioctl", [0, 1 << 32 | 0x5412], EPERM, id="with high bits"),
        pytest.param("ioctl", [0, 0x541C], EPERM, id="TIOCLINUX"),
        pytest.param("socket", [AF_INET], ALLOW, id="internet"),
        pytest.param("socket", [AF_ALG], EPERM, id="the kernel's ciphers"),
        pytest.param("socket", [AF_VSOCK], EPERM, id="out of a virtual machine"),
    ],
)
def test_arguments_decide(
    machine: str, name: str, args: list[int], expected: int
) -> None:
    """Where a call is needed, but not for everything."""
    assert expected == Filter(machine)(name, *args)


@each_machine
@pytest.mark.parametrize("name", ["socket", "socketpair"])
def test_offline_leaves_unix_sockets_only(machine: str, name: str) -> None:
    """Every other family is refused, known or not; the rest is as by default."""
    check = Filter(machine, offline=True)

    assert ALLOW == check(name, AF_UNIX)
    families = [0, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK, 77]
    assert {EPERM} == {check(name, family) for family in families}
    assert EPERM == check("mount")
    assert ALLOW == check("connect")


@each_machine
def test_further_calls_are_refused_by_name(machine: str) -> None:
    """Beside the stock ones; what this machine does not have does no harm."""
    check = Filter(machine, refuse=["fchmodat", "open", "socket"])

    assert EPERM == check("fchmodat")
    assert EPERM == check("socket", AF_UNIX)
    assert EPERM == check("mount")
    assert ALLOW == check("openat")


@each_machine
def test_every_call_can_be_refused(machine: str) -> None:
    """However many: no leap is too far, and the kernel takes the length."""
    check = Filter(machine, refuse=numbers(machine))

    assert {EPERM} == {check(name) for name in numbers(machine)}
    assert len(check.program) // 8 <= 4096


def test_another_machines_calls_end_the_process() -> None:
    """The same number is another call there: 32-bit programs, for one."""
    i386 = 0x40000003

    assert KILL == answer(seccomp_filter("x86_64"), 1, arch=i386)


@each_machine
@pytest.mark.parametrize("number", [468, 0x40000000, 0x40000000 | 165, 0xFFFFFFFF])
def test_what_is_not_known_is_not_there(machine: str, number: int) -> None:
    """A newer kernel's calls, and x32's numbers, are no way round the list."""
    arch = AUDIT_ARCH[machine]

    assert ENOSYS == answer(seccomp_filter(machine), number, arch=arch)
