"""Build hook: compile the native launcher, where there is a compiler.

The package works without it: what it does better, and what only it can do, is
in docs/explanation/performance.md and docs/reference/compatibility.md. So a
failure is told and the build goes on, to a wheel in plain Python. With
CHILD_PROCESS_NATIVE=require in the environment it is a failure of the build.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path("src", "child_process", "_launch")
TARGET = SOURCES / "_spawn.abi3.so"
FLAGS = [
    "-std=c11",
    "-O2",
    "-Wall",
    "-fPIC",
    "-shared",
    "-pthread",
    "-fvisibility=hidden",
]


class NativeBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling has no generic at run time
    """Puts the compiled launcher into wheels, and in place for editable installs."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Compile; tag the wheel for this platform if that worked."""
        if self.target_name != "wheel":
            return
        problem = objection() or compiled(Path(self.root))
        if problem is None:
            # One build serves every CPython from 3.11 on: the limited API.
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{platform}"
            build_data["artifacts"].append(TARGET.as_posix())
            return
        if os.environ.get("CHILD_PROCESS_NATIVE") == "require":
            message = f"the native launcher was not built: {problem}"
            raise RuntimeError(message)
        (Path(self.root) / TARGET).unlink(missing_ok=True)
        self.app.display_warning(f"without the native launcher: {problem}")


def objection() -> str | None:
    """Return why it is not to be had here, or None."""
    if sys.platform != "linux":
        return f"it is for Linux, and this is {sys.platform}"
    if sys.implementation.name != "cpython":
        return f"it is for CPython, and this is {sys.implementation.name}"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "a free-threaded Python has no limited API"
    if os.environ.get("CHILD_PROCESS_PURE", "0") not in {"", "0"}:
        return "CHILD_PROCESS_PURE is set"
    return None


def compiled(root: Path) -> str | None:
    """Compile the sources below *root*; return what went wrong, or None."""
    compiler = shlex.split(os.environ.get("CC") or "cc")
    include = sysconfig.get_paths()["include"]
    sources = [path.name for path in sorted((root / SOURCES).glob("_spawn*.c"))]
    made = f"{TARGET.name}.{os.getpid()}"
    command = [*compiler, *FLAGS, f"-I{include}", *sources, "-o", made]
    command += shlex.split(os.environ.get("CFLAGS", ""))
    try:
        done = subprocess.run(
            command, cwd=root / SOURCES, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return f"{compiler[0]}: {error.strerror}"
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"
        return f"{shlex.join(command)}: {said}"
    # Not over the old one: a program may have it mapped, and would crash.
    (root / SOURCES / made).replace(root / TARGET)
    return None
