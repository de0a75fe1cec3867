"""Runs the script, module or function of a forked Python child: `main`.

Layer: inside.

`fork` starts this file itself, by its path: quicker than ``python -m``, and it
works where the package is not installed. Node starts it as
``child-process-worker SCRIPT ARG…`` or ``python -m child_process worker …``.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any, Final

__all__ = ["PATH_VARIABLE", "main"]

PATH_VARIABLE = "CHILD_PROCESS_PATH"
"""Where the parent imports from, for a module or a function of its own."""
PARENT_MAIN: Final = "__parent_main__"
"""The name of the parent's script where a function of it runs."""


def main(words: list[str] | None = None) -> None:
    """Run what *words* name, by default ``sys.argv[1:]``; then answer messages.

    ``SCRIPT ARG…``, ``-m MODULE ARG…`` or ``-f MODULE:FUNCTION ARG…``.
    """
    words = sys.argv[1:] if words is None else words
    if not words:
        sys.exit("child-process-worker: expected a script, -m module or -f function")
    from child_process._inside import inherited

    inherited.take()
    path = os.environ.pop(PATH_VARIABLE, None)
    if path is not None:
        sys.path[:] = path.split(os.pathsep)
    for stream in (sys.stdout, sys.stderr):
        # Through a pipe, output would come only at the end otherwise.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True)
    kind = words[0] if words[0] in {"-m", "-f"} else None
    _RUN[kind](*(words[1:] if kind else words))
    if "child_process._inside.process" in sys.modules:
        from child_process._inside.process import process

        process.run()


def _run_script(path: str, *args: str) -> None:
    sys.argv = [path, *args]
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    if path.endswith(".pyc"):
        import runpy

        runpy.run_path(path, run_name="__main__")
        return
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec")
    module = ModuleType("__main__")
    module.__file__ = path
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    exec(code, module.__dict__)  # noqa: S102 - what a Python interpreter does


def _run_module(name: str, *args: str) -> None:
    import runpy

    sys.argv = [name, *args]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def _run_function(reference: str, *args: str) -> None:
    home, _, name = reference.rpartition(":")
    sys.argv = [reference, *args]
    function: Any = _load(home)
    for part in name.split("."):
        function = getattr(function, part)
    outcome = function(*args)
    if hasattr(outcome, "__await__"):
        import asyncio

        asyncio.run(_awaited(outcome))


async def _awaited(outcome: Any) -> None:
    await outcome


def _load(home: str) -> ModuleType:
    """Return the module *home*, a name, or the path of the parent's script."""
    import importlib.machinery
    import importlib.util

    if not os.path.isabs(home):
        return importlib.import_module(home)
    # By a loader of our choice, since a script may have any suffix or none.
    loader = importlib.machinery.SourceFileLoader(PARENT_MAIN, home)
    spec = importlib.util.spec_from_loader(PARENT_MAIN, loader)
    assert spec is not None, "there is a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[PARENT_MAIN] = module
    loader.exec_module(module)
    return module


_RUN: dict[str | None, Any] = {
    None: _run_script,
    "-m": _run_module,
    "-f": _run_function,
}

if __name__ == "__main__":
    # This file's folder is not the script's: names in it must not be found.
    del sys.path[0]
    here = os.path.abspath(__file__)
    for _ in range(3):
        here = os.path.dirname(here)
    if not any(
        os.path.isdir(os.path.join(entry, "child_process")) for entry in sys.path
    ):
        sys.path.append(here)
    main()
