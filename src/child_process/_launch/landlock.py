"""A Landlock ruleset, made in this process for a child: `open_ruleset`.

Layer: launch.

The ruleset is a descriptor; nothing here is restricted by making one. The child
restricts itself with it, just before its program runs.

What is promised needs Linux 6.2: an older Landlock lets a program empty files
that it may not write. Ports need Linux 6.7. From 6.10 on devices take no
commands but where they may be written, and from 6.12 on no signal and no
connection to an abstract Unix socket reaches a process outside.

Source: Linux, ``Documentation/userspace-api/landlock.rst``.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from child_process.errors import IsolationUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from child_process._values.isolation import Landlock

__all__ = ["Grant", "abi", "open_ruleset"]

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_NET_PORT: Final = 2

_EXECUTE: Final = 1 << 0
_WRITE_FILE: Final = 1 << 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_MAKE_CHAR: Final = 1 << 6
_MAKE_BLOCK: Final = 1 << 11
_TRUNCATE: Final = 1 << 14
_IOCTL_DEV: Final = 1 << 15
_BIND: Final = 1 << 0
_CONNECT: Final = 1 << 1

_READ: Final = _EXECUTE | _READ_FILE | _READ_DIR
_OF_A_FILE: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_TRUNCATE_ABI: Final = 3
_NETWORK_ABI: Final = 4
_IOCTL_ABI: Final = 5
_SCOPE_ABI: Final = 6
_SCOPES: Final = 0b11
"""Abstract Unix sockets, and signals."""

_libc: Final = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Grant:
    """One thing that a child may use.

    Attributes:
        path: Where it is; with all that is below it.
        write: Whether it may be written, and not only read.
        listing: Whether only names may be read, not what is in files.
        needed: Whether a path that is not there is an error.
    """

    path: str
    write: bool = False
    listing: bool = False
    needed: bool = False


def abi() -> int:
    """Return the version of Landlock that the kernel has.

    Raises:
        IsolationUnavailable: It has none.
    """
    version: int = _libc.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version > 0:
        return version
    number = ctypes.get_errno()
    remedy = "run Linux 6.2 or later, built with CONFIG_SECURITY_LANDLOCK"
    if number == errno.EOPNOTSUPP:
        remedy = "add landlock to the kernel's parameter lsm="
    raise IsolationUnavailable("landlock", os.strerror(number), remedy)


def open_ruleset(landlock: Landlock, grants: Iterable[Grant]) -> int:
    """Return the descriptor of a ruleset of *grants* and of *landlock*'s ports.

    Its paths are opened now: what is renamed later stays what it was.

    Raises:
        IsolationUnavailable: The kernel cannot keep what is promised.
        OSError: A path cannot be opened; its ``filename`` says which.
    """
    version = abi()
    _check_version(landlock, version)
    handled = _handled(version)
    ports = _handled_ports(landlock)
    scopes = _SCOPES if version >= _SCOPE_ABI else 0
    words = (handled, ports, scopes)
    size = 1 if version < _NETWORK_ABI else 2 if version < _SCOPE_ABI else 3
    attributes = struct.pack(f"={size}Q", *words[:size])
    ruleset = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for grant in grants:
            _add_path(ruleset, grant, handled)
        for right, allowed in ((_CONNECT, landlock.connect), (_BIND, landlock.bind)):
            for port in () if allowed == "any" else allowed:
                _add_rule(ruleset, _NET_PORT, struct.pack("=QQ", right, port))
    except BaseException:
        os.close(ruleset)
        raise
    return ruleset


def _check_version(landlock: Landlock, version: int) -> None:
    if version < _TRUNCATE_ABI:
        detail = f"version {version} lets a program empty files it may not write"
        raise IsolationUnavailable("landlock", detail, "run Linux 6.2 or later")
    if version < _NETWORK_ABI and landlock.restricts_network:
        detail = f"version {version} knows no ports"
        remedy = (
            'run Linux 6.7 or later, or take connect="any", bind="any" and '
            'seccomp="offline"'
        )
        raise IsolationUnavailable("landlock", detail, remedy)


def _handled(version: int) -> int:
    """Return every right over files that the kernel can withhold."""
    rights = 2 * _TRUNCATE - 1
    return rights | _IOCTL_DEV if version >= _IOCTL_ABI else rights


def _handled_ports(landlock: Landlock) -> int:
    connect = 0 if landlock.connect == "any" else _CONNECT
    return connect if landlock.bind == "any" else connect | _BIND


def _add_path(ruleset: int, grant: Grant, handled: int) -> None:
    rights = _READ_DIR if grant.listing else _READ
    if grant.write:
        # All but the making of devices, which would be a way round the rest,
        # and the execution of what was written: list it under read= as well.
        rights = handled & ~(_MAKE_CHAR | _MAKE_BLOCK | _EXECUTE)
    try:
        fd = os.open(grant.path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        if grant.needed:
            raise
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= _OF_A_FILE
        if rights:
            _add_rule(ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, fd))
    finally:
        os.close(fd)


def _add_rule(ruleset: int, kind: int, rule: bytes) -> None:
    _call(_ADD_RULE, ruleset, kind, rule, 0)


def _call(number: int, *args: object) -> int:
    result: int = _libc.syscall(number, *args)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
