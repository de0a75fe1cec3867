"""How a child is started, and how one command is run: checked once.

Layer: values. No I/O. Code that holds an instance never checks it again.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Self, cast

from child_process._values import checks
from child_process._values.environment import to_environ, to_names
from child_process._values.groups import to_groups
from child_process._values.input import Input, to_input
from child_process._values.limits import Limits
from child_process._values.signals import to_signal
from child_process._values.stdio import Slot, Stdio, to_stdio
from child_process._values.teardown import Teardown
from child_process.abort import AbortSignal
from child_process.errors import OptionError, OptionTypeError, UnknownOption

if TYPE_CHECKING:
    from child_process._values.bubblewrap import Bubblewrap
    from child_process._values.isolation import Isolation

__all__ = ["RunOptions", "SpawnOptions", "Tree"]

Tree = Literal[True, False, "all"]

MAX_ID: Final = 2**31 - 1
"""User and group numbers: an int32, as in Node."""
MAX_UMASK: Final = 0o777
NODE_MAX_BUFFER: Final = 1024 * 1024
RUN_MAX_BUFFER: Final = 64 * 1024 * 1024
DRAIN: Final = 0.25
"""Seconds of silence after which a pipe that a grandchild holds is cut."""


MOST_KNOWN: Final = 64
"""Options of former calls that are kept."""
_PLAIN: Final = frozenset({str, bool, int, float, type(None)})
_known: dict[Any, SpawnOptions] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpawnOptions:
    """How `spawn` starts a child.

    Each field takes what the docstring of `spawn` says, and holds it checked.

    Raises:
        OptionError: It names the option, its value and what would be right.
    """

    cwd: Any = None
    env: Any = None
    env_policy: Literal["inherit", "scrub", "clean"] = "inherit"
    allow_env: Any = frozenset()
    argv0: Any = None
    stdio: Any = None
    detached: bool = False
    die_with_parent: bool = True
    uid: int | None = None
    gid: int | None = None
    groups: Any = None
    umask: int | None = None
    limits: Limits | None = None
    shell: Any = False
    signal: AbortSignal | None = None
    timeout: float | None = None
    kill_signal: Any = "SIGTERM"
    input: Input | None = None
    tree: Tree = True
    teardown: Any = None
    drain: float | None = None
    policy: Any = None
    isolate: Isolation | Bubblewrap | None = None
    windows_hide: bool = False
    windows_verbatim_arguments: bool = False

    def __post_init__(self) -> None:
        put = self._put
        put("cwd", checks.path("cwd", self.cwd))
        if self.env is not None:
            put("env", to_environ(self.env))
        put("allow_env", to_names(self.env_policy, self.allow_env))
        if self.argv0 is not None:
            put("argv0", checks.string("argv0", self.argv0))
        put("stdio", self._to_stdio(self.stdio))
        put("shell", _shell(self.shell))
        self._check_plain()
        if self.timeout is not None:
            # As in Node, 0 is no limit.
            put("timeout", checks.seconds("timeout", self.timeout) or None)
        put("kill_signal", to_signal("kill_signal", self.kill_signal))
        if self.input is not None:
            self._check_input()
        if self.teardown is None:
            put("teardown", Teardown.polite(self.kill_signal))
        else:
            put("teardown", Teardown.of(self.teardown))
        if self.policy is not None:
            checks.policy("policy", self.policy)
        if self.drain is not None:
            put("drain", checks.seconds("drain", self.drain))
        if self.isolate is not None:
            _check_isolate(self.isolate)

    def _to_stdio(self, value: object) -> Stdio:
        return to_stdio(value)

    @classmethod
    def of(cls, options: dict[str, Any]) -> Self:
        """Return the instance with the keywords *options* of a call.

        Raises:
            OptionTypeError: There is no option of that name in this call.
        """
        # A value: whoever asks for the same may have the same. By its types as
        # well, since True is no 1 here.
        key = None
        types = (*map(type, options.values()),)
        if _PLAIN.issuperset(types):
            key = cls, types, (*options.items(),)
            if (known := _known.get(key)) is not None:
                return cast("Self", known)
        names = cls.__dataclass_fields__
        for name, value in options.items():
            if name not in names:
                raise UnknownOption(name, value, _advice(name, names))
        made = cls(**options)
        if key is not None:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            _known[key] = made
        return made

    def _check_plain(self) -> None:
        """Check what is kept as it was given."""
        for name in _BOOLEANS:
            checks.boolean(name, getattr(self, name))
        for name in ("uid", "gid"):
            if getattr(self, name) is not None:
                checks.integer(name, getattr(self, name), MAX_ID)
        if self.groups is not None:
            self._put("groups", to_groups(self.groups))
        if self.umask is not None:
            checks.integer("umask", self.umask, MAX_UMASK)
        if self.limits is not None and not isinstance(self.limits, Limits):
            raise OptionTypeError("limits", self.limits, "Limits(memory=…, cpu=…)")
        if self.signal is not None and not isinstance(self.signal, AbortSignal):
            raise OptionTypeError("signal", self.signal, "AbortController().signal")
        if self.tree is not True and self.tree is not False and self.tree != "all":
            raise OptionError("tree", self.tree, 'True, False or "all"')

    def _check_input(self) -> None:
        self._put("input", to_input(self.input))
        if cast("Stdio", self.stdio)[0] is not Slot.PIPE:
            first = cast("Stdio", self.stdio)[0]
            shown = first.value if isinstance(first, Slot) else first
            expected = '"pipe" beside input=: stdin comes from one place only'
            raise OptionError("stdio[0]", shown, expected)

    def _put(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions(SpawnOptions):
    """How `exec`, `exec_file`, `run` and the sync forms run one command.

    Raises:
        OptionError: It names the option, its value and what would be right.
    """

    drain: float | None = DRAIN
    max_buffer: int | None = NODE_MAX_BUFFER
    overflow: Literal["kill", "truncate"] = "kill"
    encoding: str | None = "utf-8"
    check: bool = True
    accept: Any = frozenset({0})

    def __post_init__(self) -> None:
        # Zero-argument super() does not find its way in a slotted dataclass.
        SpawnOptions.__post_init__(self)
        self._put("max_buffer", checks.limit("max_buffer", self.max_buffer))
        # A tuple: what cannot be hashed is no member of it, and no TypeError.
        if self.overflow not in ("kill", "truncate"):
            raise OptionError("overflow", self.overflow, '"kill" or "truncate"')
        self._put("encoding", to_encoding(self.encoding))
        checks.boolean("check", self.check)
        self._put("accept", _accept(self.accept))


def _check_isolate(value: object) -> None:
    # Most do without: these two modules are not imported for them.
    from child_process._values.bubblewrap import Bubblewrap
    from child_process._values.isolation import Isolation

    if not isinstance(value, Isolation | Bubblewrap):
        expected = "an Isolation, such as Isolation.offline(), or a Bubblewrap"
        raise OptionTypeError("isolate", value, expected)


def to_encoding(value: object) -> str | None:
    """Return the codec's name *value*; None, and Node's "buffer", keep bytes."""
    if value is None or value == "buffer":
        return None
    if not isinstance(value, str):
        raise OptionTypeError("encoding", value, "a codec's name, or None for bytes")
    if not _takes_any_bytes(value):
        expected = 'a codec for text, such as "utf-8", or None for bytes'
        raise OptionError("encoding", value, expected)
    return codecs.lookup(value).name


def _takes_any_bytes(encoding: str) -> bool:
    try:
        codec = codecs.lookup(encoding)
        # Only text: "hex", "zlib" and the like turn bytes into bytes.
        if not getattr(codec, "_is_text_encoding", True):
            return False
        # "idna", and "utf-16" without a mark, would fail after the run.
        codecs.getincrementaldecoder(encoding)("replace").decode(b"\xff" * 4)
    except (LookupError, ValueError):
        return False
    return True


def _shell(value: object) -> str | None:
    if value is False or value is None:
        return None
    if value is True:
        return "/bin/sh"
    if not isinstance(value, str | bytes) and not hasattr(value, "__fspath__"):
        raise OptionTypeError("shell", value, "True, False or the path of a shell")
    # Node takes "" for no shell at all: the opposite of what was asked for.
    return checks.text("shell", value)


def _accept(value: object) -> frozenset[int]:
    expected = "a set of exit codes, such as {0, 1}"
    if not isinstance(value, Collection) or isinstance(value, str | bytes):
        raise OptionTypeError("accept", value, expected)
    return frozenset(checks.integer("accept", code, 255) for code in value)


_BOOLEANS: Final = (
    "detached",
    "die_with_parent",
    "windows_hide",
    "windows_verbatim_arguments",
)


def _advice(name: str, names: Collection[str]) -> str:
    """Return what somebody who wrote the option *name* may have meant."""
    import difflib  # 10 ms to import, and only a mistake needs it

    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    if snake in names:
        return f"did you mean {snake}?"
    if snake in RunOptions.__dataclass_fields__:
        return f"{snake} is one of exec(), exec_file(), run() and the sync forms"
    close = difflib.get_close_matches(snake, names, n=1)
    return (
        f"did you mean {close[0]}?" if close else f"it has {', '.join(sorted(names))}"
    )
