"""Children that live on, and what a child knows of its parent."""

import json
import os
import signal
import sys

import pytest

from child_process import exec_file, spawn, spawn_sync
from tests.conformance.children import runs, wait_gone
from tests.support import programs

PARENT = """
import asyncio
from child_process import spawn

async def main():
    child = spawn("sleep", ["60"], stdio="ignore", detached={detached})
    {unref}
    print(child.pid)

asyncio.run(main())
"""


@pytest.mark.node_test("detached")
@pytest.mark.parametrize(
    ("detached", "unref"),
    [
        pytest.param(True, "child.unref()", id="as in Node"),
        pytest.param(True, "", id="detached is enough"),
        pytest.param(False, "child.unref()", id="unref is enough"),
    ],
)
async def test_a_child_outlives_its_parent(detached: bool, unref: str) -> None:  # noqa: FBT001 - a parameter of the test
    """The parent has ended; the child runs on until somebody ends it."""
    source = PARENT.format(detached=detached, unref=unref)

    result = await exec_file(sys.executable, ["-c", source])

    pid = int(result.text)
    assert runs(pid)
    os.kill(pid, signal.SIGKILL)
    wait_gone(pid)


@pytest.mark.node_test("detached")
async def test_a_child_that_is_not_detached_does_not() -> None:
    """It ends with the program: in Node it would stay behind."""
    source = PARENT.format(detached=False, unref="")

    result = await exec_file(sys.executable, ["-c", source], tree=False)

    wait_gone(int(result.text))


@pytest.mark.node_test("detached")
async def test_a_detached_child_leads_a_session() -> None:
    """Its pid is the number of its session and of its group."""
    file, *args = programs.python("show.py")

    result = await exec_file(file, args, detached=True)

    facts = result.json()
    assert {facts["pid"]} == {facts["session"], facts["group"], result.pid}


@pytest.mark.node_test("detached")
async def test_other_children_stay_in_our_session() -> None:
    """They lead a group, by which their tree is ended; with `tree=False` not."""
    file, *args = programs.python("show.py")

    own = (await exec_file(file, args)).json()
    ours = (await exec_file(file, args, tree=False)).json()

    assert {os.getsid(0)} == {own["session"], ours["session"]}
    assert (own["pid"], os.getpgid(0)) == (own["group"], ours["group"])


@pytest.mark.node_test("test-process-ppid")
def test_a_childs_parent_is_this_program() -> None:
    """No helper process stands between."""
    file, *args = programs.python("show.py")

    facts = json.loads(spawn_sync(file, args).stdout or b"{}")

    assert os.getpid() == facts["parent"]


@pytest.mark.node_test("test-process-argv-0")
async def test_argv_0_is_what_was_typed() -> None:
    """Not the path that was found in PATH."""
    async with spawn("sh", ["-c", "echo $0"], argv0="other-name") as given:
        assert given.stdout is not None
        renamed = await given.stdout.text()
    result = await exec_file("sh", ["-c", "echo $0"])

    assert ("other-name\n", "sh\n") == (renamed, result.stdout)
