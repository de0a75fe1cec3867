from typing import Any

import pytest

from child_process import ChildProcess, spawn
from child_process.errors import OptionError, OptionTypeError


def test_without_a_loop_it_says_what_to_do() -> None:
    """The blocking form is named."""
    with pytest.raises(RuntimeError, match=r"spawn\(\) needs .*spawn_sync\(\)"):
        spawn("ls")


async def test_it_returns_a_child_at_once() -> None:
    """Before the process exists; what it runs is known."""
    child = spawn("sh", ["-c", "exit 3"], argv0="other")

    facts = (type(child), child.spawnfile, child.spawnargs, child.exit_code)
    status = await child.wait()

    assert (ChildProcess, "sh", ["other", "-c", "exit 3"], None) == facts
    assert 3 == status.code


@pytest.mark.parametrize(
    ("args", "options"),
    [
        pytest.param("-l", {}, id="arguments as a str"),
        pytest.param((), {"max_buffer": 1}, id="an option of exec"),
        pytest.param((), {"timeout": -1}, id="negative time"),
        pytest.param((), {"encoding": "utf-8"}, id="no encoding: set_encoding()"),
    ],
)
async def test_a_wrong_call_starts_nothing(args: Any, options: dict[str, Any]) -> None:
    """It is refused before anything exists."""
    with pytest.raises(OptionError):
        spawn("ls", args, **options)


async def test_arguments_are_quoted_for_a_shell() -> None:
    """Data does not become a command."""
    child = spawn("printf %s", ["$(id); `id`"], shell=True)
    assert child.stdout is not None

    said = await child.stdout.text()
    await child.wait()

    assert "$(id); `id`" == said
    assert "/bin/sh" == child.spawnfile


async def test_options_are_no_positional_arguments() -> None:
    """Node's third argument is keywords here."""
    with pytest.raises(OptionTypeError):
        spawn("ls", {"cwd": "/"})  # type: ignore[arg-type]  # wrong on purpose
