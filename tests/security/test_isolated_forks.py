"""`fork` under isolation: the channel was there before, and stays."""

import shutil
from pathlib import Path

import pytest

from child_process import Isolation, Landlock, fork
from tests.support import programs
from tests.support.confining import native

pytestmark = native

FOLDER = str(Path(programs.path("ipc_echo.py")).parent)
CHANNELS = [
    pytest.param(Isolation(), id="default"),
    pytest.param(Isolation.offline(), id="offline"),
    pytest.param(Isolation.readonly([FOLDER]), id="readonly"),
    pytest.param(Isolation(namespaces=["user", "net", "ipc", "uts"]), id="namespaces"),
    pytest.param(
        Isolation(
            landlock=Landlock(read=[FOLDER]),
            seccomp="offline",
            namespaces=["user", "net"],
        ),
        id="all of it",
    ),
]


@pytest.mark.parametrize("isolate", CHANNELS)
@pytest.mark.parametrize("serialization", ["json", "advanced"])
async def test_a_python_child_answers(isolate: Isolation, serialization: str) -> None:
    """Whatever it may not do, it may talk to us."""
    script = programs.path("ipc_echo.py")

    async with fork(script, isolate=isolate, serialization=serialization) as child:  # type: ignore[arg-type]  # a parameter's text
        child.send({"n": [1, "é"]})
        answer = await child.receive(timeout=20)
        child.disconnect()
        await child.wait()

    assert {"n": [1, "é"]} == answer


@pytest.mark.node
@pytest.mark.parametrize("isolate", CHANNELS)
async def test_a_node_child_answers(isolate: Isolation) -> None:
    """As a Python child does."""
    if shutil.which("node") is None:
        pytest.skip("needs Node.js")

    async with fork(programs.path("ipc_echo.js"), isolate=isolate) as child:
        child.send({"n": 1})
        answer = await child.receive(timeout=20)
        child.disconnect()
        await child.wait()

    assert {"n": 1} == answer


async def test_a_function_runs_where_its_module_may_be_read() -> None:
    """What it imports must be listed: the source, and what that imports."""
    root = Path(__file__).parent.parent.parent

    async with fork(
        "tests.programs.ipc_echo", isolate=Isolation.readonly([root])
    ) as child:
        child.send("hi")
        answer = await child.receive(timeout=20)
        child.disconnect()

    assert "hi" == answer
