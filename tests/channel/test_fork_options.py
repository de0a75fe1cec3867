"""How `fork` starts a child: its arguments, streams, place and interpreter."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from child_process import AbortController, Aborted, fork
from tests.channel.children import (
    ECHO,
    Script,
    closed,
    finished,
    forked,
    heard,
    names,
    record,
)
from tests.support import hosts, programs
from tests.support.waiting import lives, survivors

FACTS = programs.path("ipc_facts.py")
INTERPRETER = os.path.realpath(sys.executable)


async def facts_of(*args: Any, **options: Any) -> dict[str, Any]:
    """Return what the child tells of itself."""
    messages, status = await finished(forked(FACTS, *args, **options))
    assert 0 == status
    facts: dict[str, Any] = messages[0]
    return facts


# ------------------------------------------------------------- interpreter


async def test_a_python_child_runs_our_interpreter() -> None:
    """With the flags that we were started with, -W and -X for two."""
    messages, _ = await finished(fork(FACTS))

    [facts] = messages
    assert sys.executable == facts["executable"]
    assert facts["orig_argv"][1:-2] == _flags()


def _flags() -> list[str]:
    import subprocess

    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # not public
    return flags


def test_exec_argv_is_inherited() -> None:
    """As Node's process.execArgv: what changes how Python runs."""
    said = hosts.said(
        f"""
        import asyncio
        from child_process import fork

        async def main():
            child = fork({FACTS!r})
            facts = await child.receive()
            print("-Werror" in facts["orig_argv"])
            await child.wait_closed()

        asyncio.run(main())
        """
    )

    assert "True\n" == said


async def test_exec_argv_stands_before_the_module() -> None:
    """None of ours are added to those that are given."""
    facts = await facts_of(["-x"], exec_argv=["-S", "-X", "utf8"])

    assert ["-S", "-X", "utf8"] == facts["orig_argv"][1:4]
    assert [FACTS, "-x"] == facts["argv"]


async def test_exec_path_is_the_interpreter(tmp_path: Path) -> None:
    """A Python of another name, for one."""
    link = tmp_path / "snake"
    link.symlink_to(INTERPRETER)

    facts = await facts_of(exec_path=link)

    assert str(link) == facts["orig_argv"][0]


@pytest.mark.node
async def test_exec_argv_of_a_node_child() -> None:
    """They are node's."""
    child = fork(programs.path("ipc_facts.js"), ["a"], exec_argv=["--no-warnings"])

    messages, status = await finished(child)

    assert 0 == status
    assert ["--no-warnings"] == messages[0]["execArgv"]
    assert ["a"] == messages[0]["argv"][2:]


@pytest.mark.parametrize("interpreter", ["no-such-python", "./child.sh"])
async def test_a_missing_interpreter_is_an_error_event(
    script: Script, tmp_path: Path, interpreter: str
) -> None:
    """Who waits for messages or to have sent some learns it too."""
    os.chmod(script("#!no-such-shell", "child.sh"), 0o700)
    child = forked(FACTS, exec_path=interpreter, cwd=tmp_path)
    told = record(child)
    unsent: list[Any] = []
    child.send(1, callback=unsent.append)
    waiting = asyncio.ensure_future(
        asyncio.wait({asyncio.ensure_future(child.receive())})
    )

    done, _ = await waiting
    with pytest.raises(FileNotFoundError):
        await child.wait_closed()

    assert ["error", "disconnect", "close"] == names(told)
    assert "ERR_IPC_CHANNEL_CLOSED" == getattr(done.pop().exception(), "code", None)
    assert ["ERR_IPC_CHANNEL_CLOSED"] == [error.code for error in unsent]
    assert (False, None) == (child.connected, child.channel)


# ------------------------------------------------------------------ streams


async def test_stdio_is_ours_by_default() -> None:
    """As Node's fork, unlike spawn."""
    child = forked(FACTS)

    assert [None, None, None, None] == child.stdio
    assert 0 == await closed(child)


async def test_silent_makes_pipes(script: Script) -> None:
    """And the channel works beside them."""
    child = forked(script("print('out')\n" + ECHO), silent=True)
    assert child.stdout is not None
    child.send(1)

    answer = await child.receive()
    child.disconnect()

    assert 1 == answer
    assert "out\n" == await child.stdout.text()
    assert 0 == await closed(child)


async def test_stdio_wins_over_silent() -> None:
    """It says more."""
    child = forked(FACTS, silent=True, stdio="ignore")

    assert child.stdout is None
    assert 0 == await closed(child)


@pytest.mark.parametrize("word", ["pipe", "inherit", "ignore", "overlapped"])
async def test_stdio_as_one_word(word: str) -> None:
    """The channel comes after the three."""
    child = forked(FACTS, stdio=word)

    assert 1 == len(await heard(child))
    assert 0 == await closed(child)
    pipe = word in {"pipe", "overlapped"}
    assert [pipe] * 3 + [False] == [stream is not None for stream in child.stdio]


@pytest.mark.parametrize(
    ("stdio", "index"),
    [
        pytest.param(["ipc", "ignore", "inherit"], 0, id="0"),
        pytest.param(["ignore", "ipc", "inherit"], 1, id="1"),
        pytest.param(["ignore", "inherit", "ipc"], 2, id="2"),
        pytest.param(["ignore", "inherit", "inherit", "ipc"], 3, id="3"),
        pytest.param(["ignore", "inherit", "inherit", "pipe", "ipc"], 4, id="4"),
        pytest.param(
            ["ignore", "inherit", "inherit", "ignore", "ignore", "ipc"], 5, id="5"
        ),
    ],
)
async def test_the_channel_at_any_place(
    script: Script, stdio: list[str], index: int
) -> None:
    """What is printed never gets between the messages, wherever it stands."""
    source = "import sys\nsys.stdin and sys.stdin.read(0)\nprint('x', flush=True)\n"
    child = forked(script(source + ECHO), stdio=stdio)
    child.send({"index": index})

    answer = await child.receive()
    child.disconnect()

    assert {"index": index} == answer
    assert 0 == await closed(child)
    assert child.stdio[index] is None


@pytest.mark.node
@pytest.mark.parametrize("index", [0, 1, 4])
async def test_the_channel_of_a_node_child_at_any_place(index: int) -> None:
    """Node finds it by the number in its environment."""
    stdio = ["ignore"] * 4
    stdio[index:index] = ["ipc"]
    child = fork(programs.path("ipc_echo.js"), stdio=stdio)
    child.send("hi")

    answer = await child.receive()
    child.disconnect()

    assert ("hi", 0) == (answer, await closed(child))


async def test_a_descriptor_beside_the_channel(script: Script) -> None:
    """A pipe above 2 goes both ways."""
    source = "import os\nos.write(4, os.read(4, 100))\n"
    child = forked(
        script(source), stdio=["ignore", "inherit", "inherit", "ipc", "pipe"]
    )
    duplex: Any = child.stdio[4]
    duplex.write(b"through")

    assert b"through" == await duplex.read()
    assert 0 == await closed(child)


async def test_the_callers_list_stays_as_it_is() -> None:
    """Node pads it in place."""
    stdio = ["ignore", "ipc"]

    child = forked(FACTS, stdio=stdio)

    assert 0 == await closed(child)
    assert ["ignore", "ipc"] == stdio


# --------------------------------------------------------- place and context


async def test_cwd_and_env(tmp_path: Path) -> None:
    """They are the child's; nothing of the channel is left in its environment."""
    facts = await facts_of(cwd=tmp_path, env={"A": "1", "PATH": os.environ["PATH"]})

    assert str(tmp_path) == facts["cwd"]
    added = {"LC_CTYPE", "CHILD_PROCESS_COOKIE"}
    assert {"A": "1", "PATH": os.environ["PATH"]} == {
        name: value for name, value in facts["env"].items() if name not in added
    }


async def test_a_relative_path_is_the_childs() -> None:
    """It is looked for from the child's directory, as in Node."""
    folder, name = os.path.split(FACTS)
    messages, status = await finished(forked(name, cwd=folder))

    assert (0, folder) == (status, messages[0]["cwd"])


async def test_a_detached_child_leads_a_session() -> None:
    """Of its own."""
    facts = await facts_of(detached=True)

    assert facts["pid"] == facts["session"] == facts["group"]


def test_a_detached_child_outlives_its_parent(script: Script) -> None:
    """With the channel closed it has only itself to live for."""
    child = script(
        """
        import os, time
        from child_process import process
        process.send(os.getpid())
        process.disconnect()
        time.sleep(30)
        """
    )

    said = hosts.said(
        f"""
        import asyncio
        from child_process import fork

        async def main():
            child = fork({child!r}, detached=True, stdio="ignore")
            print(await child.receive())

        asyncio.run(main())
        """
    )

    pid = int(said)
    assert lives(pid)
    os.kill(pid, 9)
    assert [] == survivors([pid])


def test_a_child_ends_with_its_parent(script: Script) -> None:
    """Its channel closes, and nothing else holds it."""
    said = hosts.said(
        f"""
        import asyncio
        from child_process import fork

        async def main():
            child = fork({script(ECHO)!r})
            child.send(1)
            await child.receive()
            print(child.pid)

        asyncio.run(main())
        """
    )

    assert [] == survivors([int(said)])


async def test_a_time_limit(script: Script) -> None:
    """A child that listens for ever is ended by it."""
    child = forked(script(ECHO), timeout=0.3, kill_signal="SIGKILL")

    assert "SIGKILL" == await closed(child)
    assert "timeout" == child.reason


async def test_an_abort(script: Script) -> None:
    """An error, then the end, in the usual order."""
    controller = AbortController()
    child = forked(script(ECHO), signal=controller.signal)
    told = record(child)
    child.send(1)
    await child.receive()

    controller.abort("enough")

    assert "SIGTERM" == await closed(child)
    assert ["spawn", "error", "disconnect", "exit", "close"] == names(told)
    error = next(event[1] for event in told if event[0] == "error")
    assert isinstance(error, Aborted)


@pytest.mark.parametrize("serialization", ["json", "advanced"])
async def test_serialization(script: Script, serialization: Any) -> None:
    """It is the parent's choice, and the child follows."""
    child = forked(script(ECHO), serialization=serialization)
    child.send({"n": 1, "text": "ß€😀"})

    answer = await child.receive()
    child.disconnect()

    assert {"n": 1, "text": "ß€😀"} == answer
    assert 0 == await closed(child)


async def test_a_spawned_program_with_a_channel() -> None:
    """`spawn` makes one too, where its stdio says "ipc"."""
    from child_process import spawn

    child = spawn("sh", ["-c", "echo 1 >&4"], stdio=["ignore"] * 4 + ["ipc"])

    assert ([1], 0) == await finished(child)


async def test_without_a_channel_there_is_nobody_to_talk_to() -> None:
    """Sending fails by an error; waiting for messages at once."""
    from child_process import spawn

    child = spawn("true")
    told = record(child, "error")

    assert (False, None, False) == (child.connected, child.channel, child.send(1))
    child.disconnect()
    with pytest.raises(Exception, match="Channel closed"):
        await child.receive()
    assert 0 == await closed(child)
    codes = [error.code for _, error in told]
    assert ["ERR_IPC_CHANNEL_CLOSED", "ERR_IPC_DISCONNECTED"] == codes
