"""What a child may do at all, held by the kernel: `Isolation`.

Layer: values. No I/O.

Wrong values are refused here; what this system cannot do is refused where the
child is started, by `IsolationUnavailable`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any, Final, Literal, Self, TypeGuard

from child_process._values import checks
from child_process._values.system_calls import NAMES
from child_process.errors import OptionError, OptionTypeError, UnknownOption

__all__ = ["NAMESPACES", "AnyPath", "Isolation", "Landlock", "Ports", "to_paths"]

AnyPath = str | bytes | PathLike[str] | PathLike[bytes]
Ports = Literal["any"] | Collection[int]

NAMESPACES: Final = ("user", "net", "ipc", "uts", "cgroup")
"""Those that a program can enter by itself; see namespaces(7)."""
_PRESETS: Final = ("default", "offline")
_LARGEST_PORT: Final = 2**16 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Landlock:
    """Which files and TCP ports a child may use; nothing else of either.

    Paths are absolute, and stand for all that is below them.

    Attributes:
        read: What it may read, list and execute.
        write: What it may write, create, rename and delete, and read too.
        connect: TCP ports it may connect to; "any" does not restrict them.
        bind: TCP ports it may listen at; "any" does not restrict them.
        runtime: Whether it may also read what programs need to run at all: the
            program itself, ``/usr``, ``/bin``, ``/lib`` and their like, the
            loader's files in ``/etc``, and ``/dev/null`` and its like.

    Raises:
        OptionError: It names the option, its value and what would be right.
    """

    read: Collection[AnyPath] = ()
    write: Collection[AnyPath] = ()
    connect: Ports = ()
    bind: Ports = ()
    runtime: bool = True

    def __post_init__(self) -> None:
        for name in ("read", "write"):
            paths = to_paths(f"landlock.{name}", getattr(self, name))
            object.__setattr__(self, name, paths)
        for name in ("connect", "bind"):
            ports = _ports(f"landlock.{name}", getattr(self, name))
            object.__setattr__(self, name, ports)
        checks.boolean("landlock.runtime", self.runtime)

    @property
    def restricts_network(self) -> bool:
        """Whether some TCP port is out of reach."""
        return self.connect != "any" or self.bind != "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What a child, and whatever it starts, may do at all; the kernel holds it.

    It cannot be undone by the child. A part that this system does not have is
    `IsolationUnavailable`, and nothing is started.

    Attributes:
        no_new_privs: No program that it starts gains rights: setuid bits and
            file capabilities have no effect.
        landlock: Its files and TCP ports, as a `Landlock` or a mapping with the
            same names; None does not restrict them.
        seccomp: Which system calls are refused: "default", those that a worker
            never needs; "offline", those and every socket but Unix ones; or a
            collection of either and of names of further calls. None refuses
            none.
        namespaces: Which kinds of things of the system it has by itself: "net"
            (no network at all), "ipc", "uts", "cgroup", "user". Whoever is not
            root needs "user" beside the others.

    Raises:
        OptionError: It names the option, its value and what would be right.
    """

    no_new_privs: bool = True
    landlock: Landlock | Mapping[str, Any] | None = None
    seccomp: str | Collection[str] | None = "default"
    namespaces: Collection[str] = ()

    def __post_init__(self) -> None:
        put = object.__setattr__
        checks.boolean("no_new_privs", self.no_new_privs)
        put(self, "landlock", _landlock(self.landlock))
        put(self, "seccomp", _seccomp(self.seccomp))
        put(self, "namespaces", _namespaces(self.namespaces))
        needed = self.landlock is not None or self.seccomp is not None
        if needed and not self.no_new_privs:
            expected = "True: the kernel asks for it with landlock= and seccomp="
            raise OptionError("no_new_privs", self.no_new_privs, expected)

    @classmethod
    def readonly(cls, paths: Collection[AnyPath]) -> Self:
        """Return one that reads *paths*, writes nowhere, and has no network."""
        landlock = Landlock(read=paths, connect="any", bind="any")
        return cls(landlock=landlock, seccomp="offline")

    @classmethod
    def offline(cls) -> Self:
        """Return one that has the caller's files, and no network."""
        return cls(seccomp="offline")


def _landlock(value: object) -> Landlock | None:
    if value is None or isinstance(value, Landlock):
        return value
    names = Landlock.__dataclass_fields__
    if not isinstance(value, Mapping):
        expected = "Landlock(read=[…], write=[…], connect=[…]), or None"
        raise OptionTypeError("landlock", value, expected)
    for name in value:
        if name not in names:
            raise UnknownOption(f"landlock.{name}", name, f"it has {', '.join(names)}")
    return Landlock(**value)


def to_paths(option: str, value: object) -> tuple[str, ...]:
    """Return the absolute paths *value*, given as *option*."""
    # A path alone would be taken for its letters.
    if not _is_collection(value):
        raise OptionTypeError(option, value, "a list of paths")
    return tuple(_absolute(f"{option}[{at}]", path) for at, path in enumerate(value))


def _absolute(option: str, value: object) -> str:
    path = checks.text(option, value)
    if not path.startswith("/"):
        expected = "an absolute path: os.path.abspath() makes one"
        raise OptionError(option, value, expected)
    return path


def _ports(option: str, value: object) -> Literal["any"] | tuple[int, ...]:
    if value == "any":
        return "any"
    if not _is_collection(value):
        raise OptionTypeError(option, value, 'a list of TCP ports, or "any"')
    return tuple(checks.integer(option, port, _LARGEST_PORT) for port in value)


def _seccomp(value: object) -> tuple[str, ...] | None:
    """Return one of the presets, then names of further system calls."""
    if value is None:
        return None
    expected = '"default", "offline", a list of names of system calls, or None'
    if isinstance(value, str):
        value = (value,)
    if not _is_collection(value):
        raise OptionTypeError("seccomp", value, expected)
    for name in value:
        if not isinstance(name, str):
            raise OptionTypeError("seccomp", name, expected)
        if name not in _PRESETS and name not in NAMES:
            raise OptionError("seccomp", name, expected)
    preset = "offline" if "offline" in value else "default"
    return (preset, *sorted({*value} - {*_PRESETS}))


def _namespaces(value: object) -> tuple[str, ...]:
    expected = f"a list of {', '.join(NAMESPACES)}"
    if not _is_collection(value):
        raise OptionTypeError("namespaces", value, expected)
    for name in value:
        if name not in NAMESPACES:
            raise OptionError("namespaces", name, expected)
    return tuple(name for name in NAMESPACES if name in value)


def _is_collection(value: object) -> TypeGuard[Collection[Any]]:
    return isinstance(value, Collection) and not isinstance(
        value, str | bytes | Mapping
    )
