"""System calls that fail when told: filters for seccomp(2), and who answers them.

Unprivileged. `refuse` makes one call fail for good, here and in every child.
`listen` leaves each call of some names to whoever holds the descriptor that it
returns: `answer` lets them pass, or fail, one by one.

Source: seccomp(2), seccomp_unotify(2), ``<linux/seccomp.h>``.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import struct
import sys
from collections.abc import Iterable
from typing import Final

# Of x86-64 and of the architectures that share the newer table.
_X86_64: Final = {
    "mmap": 9,
    "mprotect": 10,
    "dup2": 33,
    "socketpair": 53,
    "clone": 56,
    "fork": 57,
    "vfork": 58,
    "execve": 59,
    "fcntl": 72,
    "chdir": 80,
    "fchdir": 81,
    "umask": 95,
    "setuid": 105,
    "setgid": 106,
    "setpgid": 109,
    "setsid": 112,
    "setgroups": 116,
    "setresuid": 117,
    "setresgid": 119,
    "setpriority": 141,
    "prctl": 157,
    "getdents64": 217,
    "openat": 257,
    "unshare": 272,
    "eventfd2": 290,
    "dup3": 292,
    "pipe2": 293,
    "prlimit64": 302,
    "seccomp": 317,
    "memfd_create": 319,
    "execveat": 322,
    "pidfd_send_signal": 424,
    "pidfd_open": 434,
    "clone3": 435,
    "close_range": 436,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}
_SINCE_2019: Final = 424
_GENERIC: Final = {
    "eventfd2": 19,
    "dup3": 24,
    "fcntl": 25,
    "chdir": 49,
    "fchdir": 50,
    "openat": 56,
    "getdents64": 61,
    "pipe2": 59,
    "unshare": 97,
    "setpriority": 140,
    "setgid": 144,
    "setuid": 146,
    "setresuid": 147,
    "setresgid": 149,
    "setpgid": 154,
    "setsid": 157,
    "setgroups": 159,
    "umask": 166,
    "prctl": 167,
    "socketpair": 199,
    "clone": 220,
    "execve": 221,
    "mmap": 222,
    "mprotect": 226,
    "prlimit64": 261,
    "seccomp": 277,
    "memfd_create": 279,
    "execveat": 281,
    **{name: number for name, number in _X86_64.items() if number >= _SINCE_2019},
}

NUMBERS: Final = {"x86_64": _X86_64, "aarch64": _GENERIC}.get(platform.machine(), {})
"""The number of each call that this architecture has, by name."""
NAMES: Final = {number: name for name, number in NUMBERS.items()}

_SECCOMP: Final = {"x86_64": 317, "aarch64": 277}.get(platform.machine(), -1)
_SET_MODE_FILTER: Final = 1
_NEW_LISTENER: Final = 1 << 3
_NO_NEW_PRIVILEGES: Final = 38  # of prctl
_RECEIVE: Final = 0xC0502100  # _IOWR('!', 0, struct seccomp_notif)
_SEND: Final = 0xC0182101  # _IOWR('!', 1, struct seccomp_notif_resp)
_CONTINUE: Final = 1

_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_NOTIFY: Final = 0x7FC00000


def available() -> bool:
    """Say whether this system has filters whose calls somebody else answers."""
    if sys.platform != "linux" or not NUMBERS:
        return False
    try:
        with open("/proc/sys/kernel/seccomp/actions_avail", "rb") as file:
            return b"user_notif" in file.read().split()
    except OSError:
        return False


def refuse(name: str, number: int) -> None:
    """Make the call *name* fail with the errno *number*, in this thread's future.

    Threads and processes that it starts from now on have the filter as well.
    """
    _install([name], _ERRNO | number, 0)


def listen(names: Iterable[str]) -> int:
    """Hold up every call of *names* until somebody answers on what is returned."""
    return _install(names, _NOTIFY, _NEW_LISTENER)


def next_call(listener: int) -> tuple[int, int, str] | None:
    """Return the id, the thread and the name of a call that is held up, or None.

    None says that the thread was killed meanwhile.
    """
    room = bytearray(80)
    try:
        fcntl.ioctl(listener, _RECEIVE, room)
    except FileNotFoundError:
        return None
    ident, thread, _, number = struct.unpack_from("QIIi", room)
    return ident, thread, NAMES[number]


def answer(listener: int, ident: int, error: int = 0) -> None:
    """Let a call that is held up fail with *error*; 0 lets it pass."""
    reply = struct.pack("QqiI", ident, 0, -error, 0 if error else _CONTINUE)
    try:
        fcntl.ioctl(listener, _SEND, bytearray(reply))
    except FileNotFoundError:
        return  # its thread was interrupted, or killed


def _install(names: Iterable[str], action: int, flags: int) -> int:
    lines = [struct.pack("HBBI", _LOAD, 0, 0, 0)]
    for name in names:
        if name in NUMBERS:
            lines.append(struct.pack("HBBI", _IF_EQUAL, 0, 1, NUMBERS[name]))
            lines.append(struct.pack("HBBI", _RETURN, 0, 0, action))
    lines.append(struct.pack("HBBI", _RETURN, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(lines))
    program = ctypes.create_string_buffer(
        struct.pack("HxxxxxxQ", len(lines), ctypes.addressof(code))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if done == 0:
        mode = _SET_MODE_FILTER
        done = libc.syscall(_SECCOMP, mode, flags, ctypes.byref(program))
    if done < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(done)
