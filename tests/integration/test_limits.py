"""limits=, umask= and groups=: in force before the program runs, in every verb."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from child_process import (
    CommandFailed,
    Limits,
    SpawnError,
    exec,
    exec_file,
    exec_file_sync,
    exec_sync,
    fork,
    run_command,
    spawn,
    spawn_sync,
)
from child_process._launch.choosing import has_native
from tests.integration.conftest import Runs
from tests.support import programs

native = pytest.mark.skipif(not has_native(), reason="takes the compiled launcher")
root = pytest.mark.skipif(os.geteuid() != 0, reason="needs to change the user")


@native
async def test_each_verb_takes_limits() -> None:
    """Asynchronous, blocking, with a shell or a channel."""
    options: dict[str, Any] = {"limits": Limits(nice=9, files=99)}
    line = "nice; ulimit -n"
    expected = "9\n99\n"

    said = [
        (await exec(line, **options)).stdout,
        (await exec_file("sh", ["-c", line], **options)).stdout,
        (await run_command("sh", ["-c", line], **options)).stdout,
        exec_sync(line, **options, encoding="utf-8"),
        exec_file_sync("sh", ["-c", line], **options, encoding="utf-8"),
        spawn_sync("sh", ["-c", line], **options, encoding="utf-8").stdout,
    ]
    async with spawn("sh", ["-c", line], **options) as child:
        assert child.stdout is not None
        said.append(await child.stdout.text())
    async with fork(programs.path("ipc_facts.py"), **options) as forked:
        niceness = os.getpriority(os.PRIO_PROCESS, forked.pid or 0)

    assert [expected] * 7 == said
    assert 9 == niceness


@native
async def test_a_limit_that_is_reached_ends_the_child_alone(runs: Runs) -> None:
    """Too large a file is SIGXFSZ, too much time SIGXCPU; memory is not to be had."""
    file = "exec head -c 100000 /dev/zero > big"
    endless = "while :; do :; done"
    memory = ["-S", "-c", "bytearray(1 << 30)"]

    async def failing(*args: Any, **limits: int) -> Any:
        with pytest.raises(CommandFailed) as caught:
            await runs(*args, limits=Limits(**limits), cwd="/tmp")
        return caught.value.result

    too_large = await failing("sh", ["-c", f"cd $(mktemp -d); {file}"], file_size=4096)
    too_long = await failing("sh", ["-c", endless], cpu=1)
    too_much = await failing(programs.python("echo.py")[0], memory, memory=1 << 28)

    assert "SIGXFSZ" == too_large.signal
    assert "SIGXCPU" == too_long.signal
    assert "MemoryError" in too_much.stderr


@native
async def test_a_limit_one_may_not_have_is_the_step_that_failed(runs: Runs) -> None:
    """Nothing was started; the error says what would help."""
    with pytest.raises(SpawnError) as caught:
        await runs("true", limits=Limits(files=2**40))

    assert ("limits", "EPERM") == (caught.value.step, caught.value.code)
    assert "takes rights" in str(caught.value)


@pytest.mark.skipif(has_native(), reason="is about its twin")
async def test_without_the_compiled_launcher_limits_are_refused(runs: Runs) -> None:
    """They would be set too late: the error says so, and names the remedy."""
    with pytest.raises(SpawnError) as caught:
        await runs("true", limits=Limits(cpu=1))

    assert ("limits", "ENOTSUP") == (caught.value.step, caught.value.code)
    assert "CHILD_PROCESS_PURE" in str(caught.value)


async def test_a_umask_is_the_childs(runs: Runs, tmp_path: Path) -> None:
    """Its files have the mode that is left, and ours stay as they were."""
    await runs("touch", ["theirs"], cwd=tmp_path, umask=0o077)
    (tmp_path / "ours").touch()

    modes = [
        stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("theirs", "ours")
    ]

    assert 0o600 == modes[0]
    assert 0o600 != modes[1]


@root
async def test_groups_are_those_that_were_given(runs: Runs) -> None:
    """Those and no other, for another user and for ourselves."""
    stranger = await runs("id", ["-G"], uid=65534, gid=65534, groups=[7, 8], cwd="/")
    ours = await runs("id", ["-G"], groups=[9], cwd="/")
    none = await runs("id", ["-G"], groups=[], cwd="/")

    assert "65534 7 8" == stranger.text
    assert "0 9" == ours.text
    assert "0" == none.text
