"""A child is not hurt by what it inherits, or by its parent.

Rows 67 and 68 of the fault matrix.
"""

import os

import pytest

from tests.channel.children import (
    Script,
    closed,
    finished,
    forked,
)
from tests.support import programs

# ----------------------------------------------------------- the child's side


async def test_a_child_whose_parent_breaks_the_protocol(script: Script) -> None:
    """It gets the error, or ends by it if it does not listen."""
    for listening, expected in (
        ("process.on('error', lambda error: print(type(error).__name__))", 0),
        ("", 1),
        ("async def f(*a): ...\nprocess.on('message', f)", 1),
    ):
        source = "from child_process import process\nprocess.on('disconnect', print)\n"
        child = forked(
            script(source + listening), stdio=["ignore", "pipe", "ignore", "ipc"]
        )
        assert child.stdout is not None
        assert child.channel is not None
        child.channel._socket._socket.sendall(b"no JSON\n")

        words = await child.stdout.text()

        assert expected == await closed(child)
        assert (expected == 0) == ("BadFrame" in words)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("", id="empty"),
        pytest.param("x", id="no number"),
        pytest.param("-1", id="negative"),
        pytest.param("0", id="stdin"),
        pytest.param("2", id="stderr"),
        pytest.param("77", id="not open"),
        pytest.param("9" * 30, id="huge"),
        pytest.param("٣", id="digits of another script"),
    ],
)
async def test_a_stray_channel_variable_is_ignored(script: Script, number: str) -> None:
    """What is no channel is none, and goes into no grandchild."""
    from child_process import spawn

    source = """
    import os
    from child_process import process
    print(process.connected, sorted(name for name in os.environ if "CHANNEL" in name))
    process.on("message", print)
    process.run()
    """
    import sys

    environ = {
        **os.environ,
        "NODE_CHANNEL_FD": number,
        "CHILD_PROCESS_PARENT": "python",
    }
    child = spawn(sys.executable, [script(source)], env=environ)
    assert child.stdout is not None

    assert "False []\n" == await child.stdout.text()
    assert 0 == await closed(child)


async def test_our_own_variables_do_not_get_into_children(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A NODE_CHANNEL_FD that we inherited is not the child's."""
    monkeypatch.setenv("NODE_CHANNEL_FD", "3")
    monkeypatch.setenv("NODE_CHANNEL_SERIALIZATION_MODE", "advanced")
    monkeypatch.delenv("CHILD_PROCESS_PURE", raising=False)  # its user's, not ours
    from child_process import exec

    result = await exec("env")
    child = forked(programs.path("ipc_descriptors.py"))
    facts = (await finished(child))[0][0]

    assert "CHANNEL" not in str(result.stdout)
    assert {} == facts["before"]
    theirs = {"CHILD_PROCESS_TEST", "CHILD_PROCESS_COOKIE"}
    assert {*facts["env"]} <= theirs


async def test_a_grandchild_does_not_inherit_the_channel(script: Script) -> None:
    """Neither its descriptor nor its variables, whoever starts it."""
    path = script(
        """
        import os, subprocess, sys
        from child_process import process, run_sync
        words = ["sh", "-c", "ls -l /proc/self/fd; env"]
        process.send(subprocess.run(words, stdout=-1, text=True, close_fds=False).stdout)
        process.send(run_sync(*words[:1], words[1:]).stdout)
        process.send(os.readlink(f"/proc/self/fd/{process._channel.fileno()}"))
        """
    )
    child = forked(path, stdio=["ignore", "pipe", "inherit", "ipc"])

    messages, status = await finished(child)

    *shown, channel = messages
    assert 0 == status
    assert 2 == len([words for words in shown if "PATH=" in words])
    assert [] == [words for words in shown if channel in words or "CHANNEL" in words]
