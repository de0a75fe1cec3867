"""The forms of `stdio`, and what becomes of each on both sides."""

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    Duplex,
    OptionError,
    Readable,
    Writable,
    exec,
    exec_file,
    spawn,
    spawn_sync,
)
from tests.conformance.children import code, next_event, opened, python, record, shell
from tests.support import programs

NOTHING = type(None)
PIPES = [Writable, Readable, Readable]


@pytest.mark.node_test("stdio", "validate-stdio", "stdio-overlapped")
@pytest.mark.parametrize(
    ("stdio", "expected"),
    [
        pytest.param(None, PIPES, id="default"),
        pytest.param("pipe", PIPES, id="pipe"),
        pytest.param("overlapped", PIPES, id="overlapped"),
        pytest.param("ignore", [NOTHING] * 3, id="ignore"),
        pytest.param("inherit", [NOTHING] * 3, id="inherit"),
        pytest.param([], PIPES, id="empty list"),
        pytest.param(["ignore"], [NOTHING, Readable, Readable], id="short list"),
        pytest.param((None, None, 2), [Writable, Readable, NOTHING], id="tuple"),
        pytest.param(
            ["pipe", 1, sys.__stderr__], [Writable, NOTHING, NOTHING], id="ours"
        ),
        pytest.param([None] * 5, [*PIPES, NOTHING, NOTHING], id="None above 2"),
        pytest.param(
            [None, None, None, "pipe", "ignore", "overlapped"],
            [*PIPES, Duplex, NOTHING, Duplex],
            id="pipes above 2",
        ),
    ],
)
async def test_a_stdio_makes_these_streams(stdio: Any, expected: list[type]) -> None:
    """`stdin`, `stdout`, `stderr` and `stdio` are streams where there is a pipe."""
    async with spawn("true", stdio=stdio) as child:
        pass

    assert expected == [type(stream) for stream in child.stdio]
    assert [child.stdin, child.stdout, child.stderr] == child.stdio[:3]


@pytest.mark.node_test("stdio", "validate-stdio")
@pytest.mark.parametrize(
    ("stdio", "error"),
    [
        pytest.param("foo", "ERR_INVALID_ARG_VALUE", id="unknown word"),
        pytest.param(["foo"], "ERR_INVALID_ARG_VALUE", id="unknown word inside"),
        pytest.param(["pipe", b"x"], "ERR_INVALID_ARG_TYPE", id="bytes inside"),
        pytest.param([None, [1]], "ERR_INVALID_ARG_TYPE", id="list inside"),
        pytest.param([True], "ERR_INVALID_ARG_TYPE", id="bool inside"),
        pytest.param({"0": "pipe"}, "ERR_INVALID_ARG_TYPE", id="mapping"),
    ],
)
async def test_a_wrong_stdio_is_refused(stdio: Any, error: str) -> None:
    """A form that means nothing is told at the call."""
    with pytest.raises(OptionError) as caught:
        spawn("true", stdio=stdio)

    assert error == caught.value.code


@pytest.mark.node_test("stdio")
@pytest.mark.parametrize("stdio", ["ipc", ["ipc"], [None, None, None, "ipc"]])
def test_a_sync_form_has_no_channel(stdio: Any) -> None:
    """Nobody could read it meanwhile."""
    with pytest.raises(OptionError):
        spawn_sync("true", stdio=stdio)


@pytest.mark.node_test("stdio")
async def test_the_callers_options_stay_as_they_are() -> None:
    """Neither the list of `stdio` nor the options around it are changed."""
    options: dict[str, Any] = {"stdio": ["ignore"], "env": {"A": "b", "B": None}}

    async with spawn("/bin/true", **options):
        pass

    assert {"stdio": ["ignore"], "env": {"A": "b", "B": None}} == options


@pytest.mark.node_test("bad-stdio")
async def test_exec_without_its_outputs_has_nothing_to_say() -> None:
    """Where stdout and stderr are no pipes, there is a result without them."""
    heard: list[Any] = []
    child = exec(
        "echo out; echo err >&2", lambda *all: heard.append(all), stdio="ignore"
    )

    result = await child

    assert (0, None, None) == (result.code, result.stdout, result.stderr)
    assert (None, None) == (child.stdout, child.stderr)
    assert [(None, "", "")] == heard


@pytest.mark.node_test("can-write-to-stdout")
async def test_a_child_can_write_and_end() -> None:
    """What it prints arrives, and it exits with 0."""
    child = python("print('hello world')")
    assert child.stdout is not None

    heard = await child.stdout.text()

    assert "hello world\n" == heard
    assert 0 == (await child.wait_closed()).code


@pytest.mark.node_test("stdin")
async def test_cat_gives_back_what_stdin_got() -> None:
    """Several writes and an `end` with data arrive in order."""
    child = spawn("cat")
    assert child.stdin is not None
    assert child.stdout is not None

    child.stdin.write("hello")
    child.stdin.write(b" ")
    child.stdin.write("wörld")
    child.stdin.end("!")
    heard = await child.stdout.text()

    assert "hello wörld!" == heard
    assert 0 == (await child.wait_closed()).code
    assert not hasattr(child.stdin, "read")


@pytest.mark.node_test("ipc")
async def test_a_child_answers_line_by_line() -> None:
    """Parent and child take turns over stdin and stdout."""
    child = spawn("sh", ["-c", "while read line; do echo got $line; done"])
    assert child.stdin is not None
    assert child.stdout is not None
    answers = child.stdout.lines()
    heard = []

    for number in range(5):
        child.stdin.write(f"ping {number}\n")
        heard.append(await anext(answers))
    child.stdin.end()
    rest = [line async for line in answers]

    assert [f"got ping {number}" for number in range(5)] == heard
    assert [] == rest
    assert 0 == (await child.wait_closed()).code


@pytest.mark.node_test("stdio-inherit")
def test_a_grandchild_inherits_through_its_parent() -> None:
    """Our child's child, with `stdio="inherit"`, talks to us."""
    middle = (
        "import child_process as c, sys\n"
        "sys.exit(c.spawn_sync('cat', stdio='inherit').status)"
    )

    result = spawn_sync(sys.executable, ["-c", middle], input="foo")

    assert (0, b"foo", b"") == (result.status, result.stdout, result.stderr)


@pytest.mark.node_test("server-close")
async def test_an_accepted_socket_is_a_childs_stdout(tmp_path: Path) -> None:
    """A child writes straight to who connected; our copy may be closed at once."""
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as peer:
        server.bind(path)
        server.listen()
        peer.connect(path)
        accepted, _ = server.accept()

        with accepted:
            child = spawn("echo", ["hello"], stdio=["ignore", accepted, "ignore"])
        await child.wait_closed()
        peer.settimeout(10)
        heard = peer.recv(100), peer.recv(100)

    assert (b"hello\n", b"") == heard


@pytest.mark.node_test("set-blocking")
async def test_a_childs_descriptors_block() -> None:
    """A program that knows no other writes can write much at once."""
    source = (
        "import os\n"
        "assert all(os.get_blocking(fd) for fd in (0, 1, 2))\n"
        "assert 100_000 == os.write(1, b'x' * 100_000)"
    )

    result = await exec_file(sys.executable, code(source))

    assert 100_000 == len(result.stdout or "")


@pytest.mark.node_test("set-blocking")
async def test_an_inherited_output_stays_blocking(tmp_path: Path) -> None:
    """A child that gets a descriptor of ours can rely on it as we do."""
    source = "import os; assert os.get_blocking(1); os.write(1, b'x' * 100_000)"
    with opened(tmp_path / "out", "w") as file:
        async with python(source, stdio=["ignore", file, "pipe"]) as child:
            status = await child.wait()

    assert 0 == status.code
    assert 100_000 == (tmp_path / "out").stat().st_size


@pytest.mark.node_test("stdio")
async def test_a_descriptor_above_2_goes_both_ways() -> None:
    """The child's descriptor 3 is a `Duplex` here: what we write comes back."""
    file, *args = programs.python("echo_fds.py", 3, 3)
    child = spawn(file, args, stdio=["ignore", "ignore", "inherit", "pipe"])
    duplex = child.stdio[3]
    assert isinstance(duplex, Duplex)

    duplex.end(b"there and back")
    heard = await duplex.read()

    assert b"there and back" == heard
    assert 0 == (await child.wait_closed()).code


@pytest.mark.node_test("stdio")
async def test_a_child_gets_its_descriptors_and_no_others() -> None:
    """Not even one that we made inheritable on purpose."""
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)  # noqa: FBT003 - its signature

    async with shell("ls /proc/self/fd", stdio=["pipe"] * 3 + ["ignore", "pipe"]) as c:
        assert c.stdout is not None
        heard = await c.stdout.text()
    os.close(reading)
    os.close(writing)

    # `ls` itself opens the directory, as the first number that is free.
    assert ["0", "1", "2", "3", "4"] == heard.split()


@pytest.mark.node_test("stdio")
async def test_ignore_is_the_null_device() -> None:
    """All three are open in the child, and lead to nothing."""
    source = (
        "import json, os\n"
        "print(json.dumps([os.readlink(f'/proc/self/fd/{fd}') for fd in (0, 2)]))"
    )
    async with python(source, stdio=["ignore", "pipe", "ignore"]) as child:
        assert child.stdout is not None
        heard = json.loads(await child.stdout.text())

    assert ["/dev/null", "/dev/null"] == heard


@pytest.mark.node_test("spawn-event", "stdio")
async def test_streams_close_before_the_child_does() -> None:
    """The child's "close" comes after that of each stream."""
    child = shell("echo out; echo err >&2")
    assert child.stdout is not None
    assert child.stderr is not None
    told: list[str] = []
    child.stdout.on("close", lambda: told.append("stdout"))
    child.stderr.on("close", lambda: told.append("stderr"))
    child.on("close", lambda *_: told.append("child"))
    for stream in (child.stdout, child.stderr):
        stream.resume()

    await next_event(child, "close")

    assert ["stderr", "stdout"] == sorted(told[:2])
    assert "child" == told[-1]


@pytest.mark.node_test("stdio")
async def test_a_closed_descriptor_is_an_error_event() -> None:
    """Node throws EBADF from `spawn`; here it is an event, as every failed start."""
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    child = spawn("true", stdio=["ignore", writing, "ignore"])
    told = record(child, "error")

    with pytest.raises(OSError):
        await child.wait_closed()

    assert ["EBADF"] == [error.code for _, error in told]
