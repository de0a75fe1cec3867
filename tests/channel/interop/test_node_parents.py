"""What a Node program sees of the Python children that its `fork()` starts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.channel.interop.node_parents import (
    CHILDREN,
    WAYS,
    fork_options,
    report_of,
)

OUTPUT = {"stdout", "stderr"}
ENDS = ["disconnect", "exit", "close"]
READY = ["message", "ready"]
FORKED = CHILDREN / "forked.py"
PLAIN = {"execPath": sys.executable, "silent": True}


def split(happened: list[Any]) -> tuple[list[Any], dict[str, str]]:
    """Return the child's events, and what it wrote, apart."""
    events = [facts for facts in happened if facts[0] not in OUTPUT]
    written = {facts[0]: facts[1] for facts in happened if facts[0] in OUTPUT}
    return events, written


@pytest.mark.parametrize("way", WAYS)
async def test_a_python_child_is_started_in_three_ways(
    program: str, way: str, worker: str
) -> None:
    """It has its arguments and output, and ends once Node disconnects.

    (Node emits no "close" after disconnect(), whatever the child is.)
    """
    options = fork_options(way, worker) | {"silent": True}

    happened = await report_of(program, "fork_python.js", FORKED, options, "disconnect")

    events, written = split(happened)
    assert [
        ["spawn", True],
        READY,
        ["disconnect", False],
        ["exit", 0, None],
    ] == events
    assert {
        "stdout": "out one two words\ndisconnected False\n",
        "stderr": "err\n",
    } == written


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param(
            "kill",
            [
                ["killed", True],
                ["disconnect", False],
                ["exit", None, "SIGTERM"],
                ["close", None, "SIGTERM"],
            ],
            id="killed",
        ),
        pytest.param(
            "exit",
            [
                ["message", "bye"],
                ["disconnect", False],
                ["exit", 7, None],
                ["close", 7, None],
            ],
            id="sys.exit() in a listener",
        ),
        pytest.param(
            "stdin",
            [
                ["message", "to stdin"],
                ["disconnect", False],
                ["exit", 0, None],
                ["close", 0, None],
            ],
            id="reads stdin and disconnects",
        ),
        pytest.param(
            "gone",
            [
                *(["message", number] for number in range(1000)),
                ["disconnect", False],
                ["exit", 3, None],
                ["close", 3, None],
            ],
            id="os._exit() after a thousand messages",
        ),
    ],
)
async def test_a_node_parent_hears_all_and_then_the_end(
    program: str, what: str, expected: list[Any]
) -> None:
    """Every message in its order, then the end, with code or signal as it ended.

    Whether "disconnect" comes before or after "exit" and "close" is Node's affair:
    where it is busy, after.
    """
    happened = await report_of(program, "fork_python.js", FORKED, PLAIN, what)

    events = split(happened)[0]
    events.sort(key=lambda facts: facts[0] in ENDS and ENDS.index(facts[0]) + 1)
    assert [["spawn", True], READY, *expected] == events
    first_end = [facts[0] in ENDS for facts in split(happened)[0]].index(True)
    assert first_end == len(events) - sum(facts[0] in ENDS for facts in events)


@pytest.mark.parametrize(
    ("stdio", "written"),
    [
        pytest.param(["ignore", "pipe", "ignore", "ipc"], {"stdout"}, id="stdout"),
        pytest.param(["ignore", "ignore", "pipe", "ipc"], {"stderr"}, id="stderr"),
        pytest.param(
            ["pipe", "pipe", "pipe", "ignore", "ignore", "ipc"],
            {"stdout", "stderr"},
            id="the channel is descriptor 5",
        ),
    ],
)
async def test_stdio_of_node_is_heeded(
    program: str, stdio: list[str], written: set[str]
) -> None:
    """What is a pipe is read, and the channel may be any descriptor."""
    options = {"execPath": sys.executable, "stdio": stdio}

    happened = await report_of(program, "fork_python.js", FORKED, options, "exit")

    events, output = split(happened)
    assert ["close", 7, None] == events[-1]
    assert written == set(output)


@pytest.mark.parametrize("child", ["node", *WAYS])
async def test_node_hands_sockets_over_and_gets_them_back(
    program: str, child: str, worker: str, tmp_path: Path
) -> None:
    """Sockets of all kinds, both ways, with three children; Node's as the control.

    getConnections() counts what the children hold, server.close() completes,
    and everybody has as many descriptors afterwards as before.
    """
    script = CHILDREN / ("take_handles.js" if child == "node" else "take_handles.py")
    options = {} if child == "node" else fork_options(child, worker)

    report = await report_of(program, "hand_over.js", script, options, tmp_path)

    before, after = report.pop("fds")
    assert before == after
    assert {
        "twelve": {"count": 12, "said": ["released"] * 12, "server": "closed"},
        "theirServer": ["parent", "child"],
        "datagrams": "child got hi",
        "kept": ["kept, released", "closed"],
        "theirDatagrams": "hi",
        "theirConnection": ["echo", "closed"],
        "shared": ["parent", "child", "closed"],
        "unix": ["parent", "child", "closed"],
        "ends": [[0, None]] * 3,
    } == report
