"""A policy is in force wherever a start can be asked for."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    PolicyDenied,
    Result,
    exec,
    exec_file,
    exec_file_sync,
    exec_sync,
    flag,
    fork,
    launching,
    positional,
    raw,
    run,
    run_command,
    run_sync,
    sh,
    spawn,
    spawn_sync,
    strict,
)

PROGRAMS = Path(__file__).parents[1] / "programs"
BAD = ("tar", ["-cf", "/dev/null", "--to-command=x", "."])

VERBS: dict[str, Callable[..., Any]] = {
    "spawn": spawn,
    "exec_file": exec_file,
    "run": run,
    "run_command": run_command,
    "spawn_sync": spawn_sync,
    "exec_file_sync": exec_file_sync,
    "run_sync": run_sync,
}

events: list[tuple[str, Any]] = []
wanted = False


def _hear(event: str, args: Any) -> None:
    if wanted and (event in STARTS or event.startswith("child_process.")):
        events.append((event, args))


STARTS = {"os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "subprocess.Popen"}
sys.addaudithook(_hear)


async def outcome(verb: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Return what *verb* comes to, awaited if it can be."""
    made = verb(*args, **options)
    return await made if isinstance(made, Awaitable) else made


@pytest.mark.parametrize("name", VERBS)
async def test_every_verb_asks_the_policy(name: str) -> None:
    """By its option, and by the block around it; before anything is started."""
    with pytest.raises(PolicyDenied) as caught:
        await outcome(VERBS[name], *BAD, policy="guarded")
    assert ["option"] == [denial.rule for denial in caught.value.denials]

    with launching("guarded"), pytest.raises(PolicyDenied):
        await outcome(VERBS[name], *BAD)


@pytest.mark.parametrize("verb", [exec, exec_sync])
async def test_a_plain_line_is_no_template(verb: Callable[..., Any]) -> None:
    """`strict` cannot know what was pasted into a str."""
    with pytest.raises(PolicyDenied) as caught:
        await outcome(verb, "true", policy=strict(programs=["/bin/sh"]))

    assert ["shell"] == [denial.rule for denial in caught.value.denials]


async def test_a_task_has_the_policy_of_its_block() -> None:
    """Also when it runs after the block; other tasks do not have it."""

    async def start() -> Result[str]:
        await asyncio.sleep(0)
        return await run("true")

    with launching(strict(programs=["git"])):
        inside = asyncio.create_task(start())
        with pytest.raises(PolicyDenied):
            await asyncio.to_thread(run_sync, "true")
    outside = asyncio.create_task(start())

    with pytest.raises(PolicyDenied):
        await inside
    assert (await outside).ok


async def test_a_line_of_sh_is_one() -> None:
    """`strict` lets it pass to a shell that is on the list, and to no other."""
    line = sh("echo {word}", word="a; b")

    assert "a; b" == (await run(line, policy=strict(programs=["/bin/sh"]))).text
    with pytest.raises(PolicyDenied) as caught:
        await run(line, policy=strict(programs=["git"]))
    assert ["program"] == [denial.rule for denial in caught.value.denials]


@pytest.mark.parametrize("way", ["block", "option", "scrub", "clean"])
async def test_a_forked_child_inherits_the_policy(way: str) -> None:
    """From its first line; and it cannot be seen in its environment."""
    policy = strict(programs=["true", sys.executable])
    script = str(PROGRAMS / "policed.py")

    if way == "block":
        with launching(policy):
            child = fork(script)
    elif way == "option":
        child = fork(script, policy=policy)
    elif way == "scrub":
        child = fork(script, policy=policy, env_policy="scrub")
    else:
        child = fork(script, policy=policy, env_policy="clean")
    async with child:
        answer = await child.receive(timeout=30)

    assert ["true", "program"] == answer


async def test_an_interpreter_of_fork_is_a_program(tmp_path: Path) -> None:
    """A list without it forks nothing."""
    with pytest.raises(PolicyDenied):
        fork(str(PROGRAMS / "policed.py"), policy=strict(programs=["git"]))


def test_typed_arguments_arrive(tmp_path: Path) -> None:
    """As the program takes them; what was made safe means what was meant."""
    (tmp_path / "-r").write_text("b\na\n")

    result = run_sync(
        "sort",
        [flag("-o", "out"), raw("-u"), positional("-r")],
        cwd=tmp_path,
        policy="guarded",
    )

    assert "sort -oout -u -- -r" == result.command
    assert "a\nb\n" == (tmp_path / "out").read_text()


def test_data_quoted_into_a_line_has_no_dash() -> None:
    """The programs in it are not known."""
    with pytest.raises(PolicyDenied):
        spawn_sync("cat", [positional("-n")], shell=True, policy="guarded")

    result = spawn_sync("echo", [positional("a b")], shell=True, policy="guarded")
    assert b"a b\n" == result.stdout


def test_nothing_is_started_that_is_refused(tmp_path: Path) -> None:
    """No event of a start is raised, and no descriptor stays open."""
    global wanted  # noqa: PLW0603 - a hook cannot be taken out again
    before = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []

    wanted = True
    try:
        with pytest.raises(PolicyDenied):
            spawn_sync(*BAD, policy="guarded", input="x")
    finally:
        wanted = False

    assert [] == [event for event, _ in events if event in STARTS]
    if before:
        assert len(before) == len(os.listdir("/proc/self/fd"))
