"""Filters of system calls, as programs for the kernel: `seccomp_filter`.

Layer: security. No I/O: bytes come out, an array of C's ``struct sock_filter``.

A refused call fails with EPERM, so that a program can say what it was not
allowed to do; ``clone3``, whose flags lie in memory where no filter can look,
fails with ENOSYS, upon which C libraries use ``clone``. So do calls that are
newer than our list, and those of x32, which x86-64 numbers from 2**30 on. A call
in the name of another machine's ABI ends the process: numbers mean something
else there.

Source: Linux, ``Documentation/userspace-api/seccomp_filter.rst``;
``include/uapi/linux/{seccomp,audit,sched}.h``. Checked by an interpreter of
these programs in ``tests/unit/security/test_seccomp.py``, and by the kernel in
``tests/security/test_seccomp.py``.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, Final

from child_process._values.system_calls import numbers
from child_process.security.seccomp_calls import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["AUDIT_ARCH", "seccomp_filter"]

AUDIT_ARCH: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""What the kernel calls a machine whose calls it hands to the filter."""

# Offsets in struct seccomp_data; of an argument, the low half.
_NUMBER: Final = 0
_ARCH: Final = 4
_ARGUMENTS: Final = 16

_LOAD: Final = 0x20
_EQUAL: Final = 0x15
_AT_LEAST: Final = 0x35
_ANY_BIT: Final = 0x45
_RETURN: Final = 0x06

_KILL_PROCESS: Final = 0x80000000
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_EPERM: Final = _ERRNO | errno.EPERM
_ENOSYS: Final = _ERRNO | errno.ENOSYS

_NEW_NAMESPACE: Final = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET."""
_NEW_TIME: Final = 0x80
"""CLONE_NEWTIME; for ``clone`` these bits are the signal of the child's end."""
_TERMINAL_INPUT: Final = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: type on a terminal as if its user did."""
_UNIX: Final = 1
_FAMILIES_OF_ATTACKS: Final = (38, 40)
"""AF_ALG and AF_VSOCK: into the kernel's ciphers, and out of a virtual machine."""


def seccomp_filter(
    machine: str, *, offline: bool = False, refuse: Iterable[str] = ()
) -> bytes:
    """Return the program that refuses what no worker needs.

    Args:
        machine: One of `AUDIT_ARCH`.
        offline: Whether sockets other than Unix ones are refused as well.
        refuse: Names of further system calls.
    """
    known = numbers(machine)
    named = REFUSED | {*refuse}
    program = [
        _step(_LOAD, _ARCH),
        _step(_EQUAL, AUDIT_ARCH[machine], yes=1),
        _step(_RETURN, _KILL_PROCESS),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, max(known.values()) + 1, no=1),
        _step(_RETURN, _ENOSYS),
    ]
    for number in sorted(known[name] for name in named if name in known):
        program += _if(number, [_step(_RETURN, _EPERM)])
    program += _if(known["clone3"], [_step(_RETURN, _ENOSYS)])
    program += _if(known["clone"], _unless_bits(0, _NEW_NAMESPACE))
    program += _if(known["unshare"], _unless_bits(0, _NEW_NAMESPACE | _NEW_TIME))
    program += _if(known["ioctl"], _unless_one_of(1, _TERMINAL_INPUT))
    for name in ("socket", "socketpair"):
        program += _if(known[name], _families(offline=offline))
    return b"".join([*program, _step(_RETURN, _ALLOW)])


def _families(*, offline: bool) -> list[bytes]:
    if not offline:
        return _unless_one_of(0, _FAMILIES_OF_ATTACKS)
    return [
        _step(_LOAD, _argument(0)),
        _step(_EQUAL, _UNIX, no=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _EPERM),
    ]


def _if(number: int, then: list[bytes]) -> list[bytes]:
    """Return *then* for the call *number*, whose steps all end the program."""
    return [_step(_EQUAL, number, no=len(then)), *then]


def _unless_bits(index: int, bits: int) -> list[bytes]:
    return [
        _step(_LOAD, _argument(index)),
        _step(_ANY_BIT, bits, no=1),
        _step(_RETURN, _EPERM),
        _step(_RETURN, _ALLOW),
    ]


def _unless_one_of(index: int, values: tuple[int, ...]) -> list[bytes]:
    last = len(values) - 1
    looks = [
        _step(_EQUAL, value, yes=last - at, no=0 if at < last else 1)
        for at, value in enumerate(values)
    ]
    return [
        _step(_LOAD, _argument(index)),
        *looks,
        _step(_RETURN, _EPERM),
        _step(_RETURN, _ALLOW),
    ]


def _argument(index: int) -> int:
    # Both machines are little-endian; the kernel itself looks at 32 bits of
    # each argument that is looked at here.
    return _ARGUMENTS + 8 * index


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """Return one instruction; *yes* and *no* are how many to leap over."""
    return struct.pack("=HBBI", code, yes, no, value)
