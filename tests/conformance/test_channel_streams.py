"""`fork`: the streams beside the channel, and the channel among them."""

from pathlib import Path
from typing import Any

import pytest

from child_process import (
    ChildProcess,
    OptionError,
    fork,
)
from tests.channel.children import closed, finished
from tests.support import programs

ECHO = programs.path("ipc_echo.py")
BY_NODE = pytest.param("js", marks=pytest.mark.node, id="node")
EITHER = ["py", BY_NODE]


def echo(suffix: str, **options: Any) -> ChildProcess:
    """Fork the child that sends back each message."""
    return fork(programs.path(f"ipc_echo.{suffix}"), **options)


def written(folder: Path, source: str, name: str = "child.py") -> str:
    """Write a child down; return its path."""
    path = folder / name
    path.write_text(source, "utf-8")
    return str(path)


@pytest.mark.node_test("fork-stdio")
@pytest.mark.parametrize("suffix", EITHER)
async def test_a_list_of_streams_with_a_channel(tmp_path: Path, suffix: str) -> None:
    """And a pipe beside it, which can be used."""
    source = {
        "py": "import os\nfrom child_process import process\n"
        "os.write(4, b'data')\nprocess.send(1)\n",
        "js": "require('fs').writeSync(4, 'data'); process.send(1);",
    }[suffix]
    child = fork(
        written(tmp_path, source, f"child.{suffix}"),
        stdio=[0, "ignore", "pipe", "ipc", "pipe"],
    )
    duplex: Any = child.stdio[4]

    assert b"data" == await duplex.read()
    assert (None, None) == (child.stdin, child.stdout)
    assert child.stderr is not None
    assert ([1], 0) == await finished(child)


@pytest.mark.node_test("fork-stdio")
async def test_a_list_of_streams_without_a_channel_is_refused() -> None:
    """With Node's code."""
    with pytest.raises(OptionError) as caught:
        fork(ECHO, stdio=["pipe", "pipe", "pipe", "pipe"])

    assert "ERR_CHILD_PROCESS_IPC_REQUIRED" == caught.value.code


@pytest.mark.node_test("fork-stdio-string-variant")
@pytest.mark.parametrize("word", ["pipe", "inherit", "ignore"])
async def test_streams_by_one_word_have_a_channel(word: str) -> None:
    """It is added to them."""
    child = echo("py", stdio=word)
    child.send("hi")

    assert "hi" == await child.receive()
    assert (word == "pipe") == (child.stdout is not None)
    child.disconnect()
    assert 0 == await closed(child)


@pytest.mark.node_test("fork-stdio-string-variant")
async def test_streams_by_a_wrong_word_are_refused() -> None:
    """With Node's code."""
    with pytest.raises(OptionError) as caught:
        fork(ECHO, stdio="33")

    assert "ERR_INVALID_ARG_VALUE" == caught.value.code


@pytest.mark.node_test("silent")
@pytest.mark.parametrize("suffix", EITHER)
async def test_silent_makes_pipes_and_the_channel_works(
    tmp_path: Path, suffix: str
) -> None:
    """What it prints comes to us, not to our own output."""
    source = {
        "py": "from child_process import process\nprint('printed')\n"
        "process.once('message', lambda m, h: process.send(m))\n",
        "js": "console.log('printed'); process.once('message', m => process.send(m));",
    }[suffix]
    child = fork(written(tmp_path, source, f"child.{suffix}"), silent=True)
    assert child.stdout is not None
    child.send("hi")

    assert "printed\n" == await child.stdout.text()
    assert (["hi"], 0) == await finished(child)


@pytest.mark.node_test("stdin-ipc", "advanced-serialization")
@pytest.mark.parametrize("suffix", EITHER)
@pytest.mark.parametrize("serialization", ["json", "advanced"])
async def test_the_channel_as_stdin(suffix: str, serialization: Any) -> None:
    """A channel may be any descriptor."""
    child = echo(
        suffix, stdio=["ipc", "ignore", "inherit"], serialization=serialization
    )
    child.send("hi")

    assert "hi" == await child.receive()
    child.disconnect()
    assert 0 == await closed(child)


@pytest.mark.node_test("stdout-ipc")
@pytest.mark.parametrize("suffix", EITHER)
async def test_the_channel_as_stdout(suffix: str) -> None:
    """A channel may be any descriptor."""
    child = echo(suffix, stdio=["ignore", "ipc", "inherit"])
    child.send("hi")

    assert "hi" == await child.receive()
    child.disconnect()
    assert 0 == await closed(child)
