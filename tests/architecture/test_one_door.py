"""Every process is started in one place, so that nothing can go round a policy."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import FILES, PACKAGE, shown, tree

DOOR = PACKAGE / "_launch"

# Ways to start a process that have no second meaning.
ANYWHERE = {
    "Popen",
    "create_subprocess_exec",
    "create_subprocess_shell",
    "fork_exec",
    "forkpty",
    "posix_spawn",
    "posix_spawnp",
    "subprocess_exec",
    "subprocess_shell",
    "vfork",
}
# Names that are the system's only as a member of one of these modules.
MODULES = {"_posixsubprocess", "asyncio", "multiprocessing", "os", "posix", "pty"}
MEMBERS = {"Process", "fork", "popen", "spawn", "startfile", "system"}
SUBPROCESS = {
    "call",
    "check_call",
    "check_output",
    "getoutput",
    "getstatusoutput",
    "run",
}


def starts(module: ast.Module) -> list[str]:
    """Return each name in *module* that could start a process."""
    mentioned = [pair for node in ast.walk(module) for pair in mentions(node)]
    return [f"{owner}.{name}" for owner, name in mentioned if is_start(owner, name)]


def mentions(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what *node* names: the module or object, if any, and the member."""
    match node:
        case ast.Name(id=name):
            yield "", name
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            yield owner, name
        case ast.Attribute(attr=name):
            yield "", name
        case ast.ImportFrom(module=owner, names=aliases):
            yield from ((owner or "", alias.name) for alias in aliases)
        case _:
            pass


def is_start(owner: str, name: str) -> bool:
    """Whether *name*, as a member of *owner*, starts or becomes a program."""
    if name in ANYWHERE or (owner == "subprocess" and name in SUBPROCESS):
        return True
    return owner in MODULES and (
        name in MEMBERS or name.startswith(("exec", "posix_spawn", "spawn"))
    )


@pytest.mark.parametrize(
    "path", [path for path in FILES if not path.is_relative_to(DOOR)], ids=shown
)
def test_nothing_starts_a_process_but_the_launchers(path: Path) -> None:
    """Outside ``_launch`` there is no call that starts a process."""
    assert [] == starts(tree(path))


@pytest.mark.parametrize(
    "line",
    [
        "import subprocess; subprocess.Popen(['true'])",
        "from subprocess import Popen as P",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "from os import posix_spawn",
        "import os; os.execv('/bin/true', [])",
        "import asyncio; asyncio.create_subprocess_exec('true')",
        "loop.subprocess_exec(f, 'true')",
        "import pty; pty.spawn('sh')",
    ],
)
def test_the_check_knows_a_back_door(line: str) -> None:
    """The rule above is not kept by looking away."""
    assert [] != starts(ast.parse(line))
