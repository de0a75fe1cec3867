"""`fork`: start a Python or a Node program with a message channel.

Layer: api.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Unpack

from child_process._api.launchers import launch
from child_process._api.spawn import running_loop
from child_process._child.child_process import ChildProcess
from child_process._inside import worker
from child_process._launch.environing import PARENT, POLICY, inherited_environ
from child_process._launch.inheriting import encoded
from child_process._launch.policed import in_force
from child_process._values.channel_options import ForkOptions
from child_process._values.checks import text
from child_process._values.command import to_args
from child_process.errors import OptionError, OptionTypeError
from child_process.security.policy import to_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from child_process._api.keywords import ForkKeywords
    from child_process._values.command import Argument

__all__ = ["fork"]

NODE: Final = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")
PYTHON: Final = (".py", ".pyc")
_DOTTED: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def fork(
    module: Argument | Callable[..., Any],
    args: Sequence[Argument] | None = (),
    **options: Unpack[ForkKeywords],
) -> ChildProcess:
    """Start *module* as a child with a message channel, and return it at once.

    The child talks by ``from child_process import process``, or, in Node, by
    its own ``process``; the wire is Node's. A Python child needs no loop of its
    own: once the script has run, it lives as long as the channel is open and
    listened to.

    Args:
        module: The path of a Python file or of a JavaScript or TypeScript file,
            the dotted name of a Python module, or a function that can be
            imported, which is called with *args*.
        args: ``sys.argv[1:]``, or ``process.argv``, of the child.
        **options: Those of `spawn`, except ``shell``, and:
            silent: True makes its stdin, stdout and stderr pipes; they are
                ours otherwise. ``stdio`` decides, if it is given; a list must
                hold one "ipc".
            exec_path: The interpreter: ours, or ``node``, by default.
            exec_argv: Arguments for the interpreter, before the module; by
                default a Python child gets those that we were started with.

    Raises:
        OptionError: An argument or an option is wrong. Nothing was started.
        RuntimeError: No event loop runs here.
    """
    loop = running_loop("fork", "run_sync")
    checked = ForkOptions.of(dict(options))
    words = to_args(args)
    if callable(module):
        target = _python(("-f", _reference(module)), checked, importing=True)
    else:
        target = _interpreted(text("module", module), checked)
    file, argv, checked = target
    launched = launch(file, (*argv, *words), checked)
    call = launched.call
    return ChildProcess(loop, launched.handle, call.argv, call.file, launched.options)


_Target = tuple[str, tuple[str, ...], ForkOptions]


def _interpreted(module: str, options: ForkOptions) -> _Target:
    """Return program, arguments and options for the file or module *module*."""
    suffix = os.path.splitext(module)[1].lower()
    if suffix in NODE:
        program = options.exec_path or "node"
        return program, (*(options.exec_argv or ()), module), options
    if suffix in PYTHON:
        return _python((module,), options)
    if "/" not in module and _DOTTED.fullmatch(module):
        return _python(("-m", module), options, importing=True)
    if options.exec_path is not None:
        return options.exec_path, (*(options.exec_argv or ()), module), options
    expected = (
        "a .py or .js file, a dotted module, or exec_path= with the program that "
        "runs it"
    )
    raise OptionError("module", module, expected)


def _python(
    words: tuple[str, ...], options: ForkOptions, *, importing: bool = False
) -> _Target:
    argv = options.exec_argv
    if argv is None:
        # Not public, and just what is wanted: -W, -X, -O … of this interpreter.
        argv = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001 - see above
    program = options.exec_path or sys.executable
    environ = inherited_environ() if options.env is None else dict(options.env)
    environ[PARENT] = b"python"
    policy = in_force()
    if options.policy is not None:
        policy &= to_policy(options.policy)
    if policy.rules:
        environ[POLICY] = encoded(policy).encode()
    if importing:
        # It imports what this program can import.
        path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
        environ[worker.PATH_VARIABLE.encode()] = os.fsencode(path)
    options = replace(options, env=environ)
    return program, (*argv, worker.__file__, *words), options


def _reference(function: Callable[..., Any]) -> str:
    """Return the words by which a worker finds *function*: ``module:name``."""
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", "")
    home = sys.modules.get(module) if isinstance(module, str) else None
    if home is None or not name or _found(home, name) != function:
        expected = (
            "a function that can be imported under its name: no lambda, no method "
            "of an object, none inside another"
        )
        raise OptionTypeError("module", function, expected)
    if module != "__main__":
        return f"{module}:{name}"
    spec, file = getattr(home, "__spec__", None), getattr(home, "__file__", None)
    if spec is not None and spec.name != module:  # python -m
        return f"{spec.name}:{name}"
    if file is None:
        expected = "a function of a file: what was typed in cannot be imported"
        raise OptionTypeError("module", function, expected)
    return f"{os.path.abspath(file)}:{name}"


def _found(home: object, name: str) -> object:
    for part in name.split("."):
        home = getattr(home, part, None)
    return home
