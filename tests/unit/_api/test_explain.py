from pathlib import Path
from typing import Any

import pytest

from child_process import (
    Isolation,
    OptionError,
    Secret,
    cmd,
    explain,
    guarded,
    launching,
)
from child_process._launch.diagnosing import LONGEST_ARGUMENT


def test_it_is_about_what_run_would_start() -> None:
    """A command with its own options, and those of the call."""
    isolate = Isolation.offline()
    command = cmd("ls", "-l").with_(cwd="/", isolate=isolate)

    it = explain(command, ["x"], timeout=3.0, input="text")

    assert "ls -l x" == it.command
    assert str(it.program).endswith("/ls")
    assert "/" == it.cwd
    assert "a pipe" == it.stdio[0]
    assert "3.0" == it.settings["timeout"]
    assert repr(isolate) == it.settings["isolate"]
    assert it.would_start


def test_the_policy_in_force_judges() -> None:
    """And that of the call."""
    with launching(guarded()):
        assert "guarded" in explain("ls").policy
    assert not explain("ls; rm x", shell=True, policy=_no_shell()).allowed


def _no_shell() -> Any:
    from child_process import strict

    return strict(programs=["sh"])


@pytest.mark.parametrize(
    ("program", "options", "expected"),
    [
        pytest.param("nonesuch-program", {}, "no program of this name", id="none"),
        pytest.param("./nonesuch", {}, "there is no", id="no file"),
        pytest.param("/etc/passwd", {}, "not executable", id="not executable"),
        pytest.param("/tmp", {}, "is a directory", id="directory"),
        pytest.param("ls", {"cwd": "/nonesuch"}, "working directory", id="cwd"),
        pytest.param(
            "ls", {"args": ["x" * LONGEST_ARGUMENT]}, "too long", id="too long"
        ),
    ],
)
def test_what_is_known_to_fail_is_said(
    program: str, options: dict[str, Any], expected: str
) -> None:
    """With the words of the error that a start would raise."""
    it = explain(program, **options)

    assert not it.would_start
    assert expected in str(it.error)


def test_a_wrong_call_is_refused() -> None:
    """As `run` refuses it."""
    with pytest.raises(OptionError):
        explain("ls", timeout=-1.0)


def test_nothing_is_started(tmp_path: Path) -> None:
    """Whatever the command says."""
    explain(f"touch {tmp_path}/made", shell=True, env={"A": Secret("hunter2")})

    assert [] == [*tmp_path.iterdir()]
