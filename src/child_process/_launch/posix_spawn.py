"""Start a program by the C library's ``posix_spawn``, called through `ctypes`.

Layer: launch.

Why not `subprocess.Popen`: it holds the interpreter's lock until the program
runs, so that a start on a thread stops the event loop all the same; it cannot
put a descriptor at an exact number above 2; and it resets three signals only.
`ctypes` releases the lock; the call itself is as cheap as vfork, whatever the
memory of this process. What it cannot do, another user or group, `popen` does.

Source: POSIX.1-2024 ``posix_spawn``; the ``_np`` calls are of glibc 2.29 and
2.34, musl 1.1.24, macOS 10.15. `available` says whether they are there.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from child_process._launch.cookie import VARIABLE, entry
from child_process._launch.tree import end_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from child_process._launch.wiring import Wiring
    from child_process._values.plan import LaunchPlan

__all__ = ["available", "encode", "start"]

_MAC: Final = sys.platform == "darwin"
_SETPGROUP: Final = 0x02
_SETSIGDEF: Final = 0x04
_SETSIGMASK: Final = 0x08
_SETSID: Final = 0x400 if _MAC else 0x80
_CLOEXEC_DEFAULT: Final = 0x4000 if _MAC else 0

# Opaque in C. The largest known: attributes 336 bytes, actions 80, a set 128.
_ROOM: Final = 512

_libc: Final = ctypes.CDLL(None)
# Keeps the interpreter's lock: for calls so short that giving it away, and
# waiting for it among busy threads, would take longer than the start itself.
_quick: Final = ctypes.PyDLL(None)


def available() -> bool:
    """Say whether this C library has everything that `start` needs."""
    return hasattr(_libc, "posix_spawn_file_actions_addchdir_np")


def encode(plan: LaunchPlan) -> tuple[list[bytes], list[bytes]]:
    """Return the arguments and the environment of *plan* as C wants them."""
    argv = [os.fsencode(word) for word in plan.argv]
    environ, last = plan.environ, entry(plan)
    if last is None:
        return argv, [name + b"=" + value for name, value in environ.items()]
    others = (name for name in environ if name != VARIABLE)
    return argv, [*(name + b"=" + environ[name] for name in others), last]


def start(
    plan: LaunchPlan, wiring: Wiring, argv: Sequence[bytes], envp: Sequence[bytes]
) -> int:
    """Start *plan* with the descriptors of *wiring*; return the process id.

    Raises:
        OSError: With the errno of whatever failed. Nothing runs.
    """
    pid = ctypes.c_int()
    try:
        _spawn(pid, plan, wiring, argv, envp)
    except OSError:
        raise
    except BaseException:
        # An interrupt that came during the call is raised right after it: the
        # program runs, and nobody would ever know its number.
        if pid.value:
            end_at_once(pid.value, group=plan.group or plan.session)
        raise
    return pid.value


def _spawn(
    pid: ctypes.c_int,
    plan: LaunchPlan,
    wiring: Wiring,
    argv: Sequence[bytes],
    envp: Sequence[bytes],
) -> None:
    actions = ctypes.create_string_buffer(_ROOM)
    _check(_quick.posix_spawn_file_actions_init(actions))
    try:
        _add_descriptors(actions, wiring, len(plan.stdio))
        if plan.cwd is not None:
            cwd = os.fsencode(plan.cwd)
            _check(_quick.posix_spawn_file_actions_addchdir_np(actions, cwd))
        number = _libc.posix_spawn(
            ctypes.byref(pid),
            os.fsencode(plan.program),
            actions,
            _attributes(_flags(plan)),
            _strings(argv),
            _strings(envp),
        )
        if number == errno.ENOEXEC:
            # No program's format, and no #! line: a script for the shell, as
            # execvp and so Node have it.
            number = _libc.posix_spawn(
                ctypes.byref(pid),
                b"/bin/sh",
                actions,
                _attributes(_flags(plan)),
                _strings([b"/bin/sh", os.fsencode(plan.program), *argv[1:]]),
                _strings(envp),
            )
        _check(number)
    finally:
        _quick.posix_spawn_file_actions_destroy(actions)


def _flags(plan: LaunchPlan) -> int:
    if plan.session:
        return _SETSID
    return _SETPGROUP if plan.group else 0


@cache
def _attributes(flags: int) -> Any:
    """Return attributes with *flags*: no signal blocked, all of them default."""
    attributes = ctypes.create_string_buffer(_ROOM)
    signals = ctypes.create_string_buffer(_ROOM)
    _check(_quick.posix_spawnattr_init(attributes))
    _quick.sigemptyset(signals)
    _check(_quick.posix_spawnattr_setsigmask(attributes, signals))
    _quick.sigfillset(signals)
    if not _MAC:
        # It leaves out the C library's own two, 32 and 33, which posix_spawn
        # would then make the child ignore.
        ctypes.memset(signals, 0xFF, 8)
    _check(_quick.posix_spawnattr_setsigdefault(attributes, signals))
    flags |= _SETSIGDEF | _SETSIGMASK | _CLOEXEC_DEFAULT
    _check(_quick.posix_spawnattr_setflags(attributes, ctypes.c_short(flags)))
    if flags & _SETPGROUP:
        _check(_quick.posix_spawnattr_setpgroup(attributes, 0))
    return attributes


def _add_descriptors(actions: Any, wiring: Wiring, count: int) -> None:
    # Every source is above every target (see `wire`): none is overwritten
    # before its turn, and dup2 clears close-on-exec.
    for target, source in wiring.theirs.items():
        _check(_quick.posix_spawn_file_actions_adddup2(actions, source, target))
    if _MAC:
        return  # _CLOEXEC_DEFAULT: nothing else gets through
    for target in range(count):
        if target not in wiring.theirs:
            _check(_quick.posix_spawn_file_actions_addclose(actions, target))
    if hasattr(_libc, "posix_spawn_file_actions_addclosefrom_np"):
        _check(_quick.posix_spawn_file_actions_addclosefrom_np(actions, count))
    else:
        for fd in _inheritable(count):
            _check(_quick.posix_spawn_file_actions_addclose(actions, fd))


def _inheritable(floor: int) -> list[int]:
    """Return the descriptors from *floor* on that a child would inherit.

    Python makes none, but a C library in this process may.
    """
    found = []
    for name in os.listdir("/dev/fd"):
        fd = int(name)
        try:
            if fd >= floor and os.get_inheritable(fd):
                found.append(fd)
        except OSError:
            continue  # the listing's own, closed by now
    return found


def _strings(words: Sequence[bytes]) -> Any:
    return _array(len(words) + 1)(*words, None)


@lru_cache(maxsize=64)
def _array(length: int) -> Any:
    # A type takes a while to make, and only the garbage collector takes it away.
    return ctypes.c_char_p * length


def _check(number: int) -> None:
    if number:
        raise OSError(number, os.strerror(number))
