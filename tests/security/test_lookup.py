"""Whoever can write to a directory does not choose the program."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from child_process import Result, SpawnError, pinned, run_sync, which
from child_process._values.pinned import Pinned
from tests.integration.conftest import runs  # noqa: F401 - a fixture


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program ``hijack`` in our working directory, and one in its ``bin``."""
    for path in (tmp_path / "hijack", tmp_path / "bin" / "hijack"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\necho hijacked\n")
        path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "cwd"),
    [
        pytest.param(".", None, id="a dot"),
        pytest.param(":/usr/bin:/bin", None, id="leading colon"),
        pytest.param("/usr/bin:/bin:", None, id="trailing colon"),
        pytest.param("/usr/bin::/bin", None, id="double colon"),
        pytest.param("bin:/usr/bin", None, id="relative part"),
        pytest.param("bin:/usr/bin", "{planted}", id="relative part from cwd"),
        pytest.param("", None, id="empty PATH"),
    ],
)
async def test_a_planted_program_is_not_run(
    runs: Any,  # noqa: F811 - the fixture, imported above
    planted: Path,
    path: str,
    cwd: str | None,
) -> None:
    """None of the seven ways by which PATH leads to the working directory."""
    options: dict[str, Any] = {"env": {"PATH": path}}
    if cwd is not None:
        options["cwd"] = cwd.format(planted=planted)

    with pytest.raises(SpawnError) as caught:
        await runs("hijack", **options)

    assert "ENOENT" == caught.value.code
    assert which("hijack", **options) is None
    allowed: Result[str] = await runs("./hijack", cwd=planted)
    assert "hijacked" == allowed.text  # a path is the caller's own word


def test_what_is_swapped_after_the_check_does_not_run(tmp_path: Path) -> None:
    """The file that was checked runs, or there is an error; never the other."""
    program, spare = tmp_path / "tool", tmp_path / "spare"
    sources = [tmp_path / "good", tmp_path / "evil"]
    for path in sources:
        path.write_text(f"#!/bin/sh\necho {path.name}\n")
        path.chmod(0o755)
    os.link(sources[0], program)
    checked = pinned_now(program)
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            for path in reversed(sources):
                os.link(path, spare)
                os.replace(spare, program)

    thread = threading.Thread(target=swap)
    thread.start()
    outcomes: dict[str, int] = {}
    try:
        for _ in range(300):
            try:
                outcome = run_sync(checked).text
            except SpawnError as error:
                outcome = error.step
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    finally:
        done.set()
        thread.join()

    assert {"good", "pin"} >= outcomes.keys()
    assert outcomes["good"] > 0


def pinned_now(program: Path) -> Pinned:
    """Return *program*, pinned to what it holds now."""
    import hashlib

    return pinned(program, sha256=hashlib.sha256(program.read_bytes()).hexdigest())


def test_a_pinned_program_runs(tmp_path: Path) -> None:
    """A binary and a script; both with their own arguments."""
    script = tmp_path / "script"
    script.write_text('#!/bin/sh\necho "$0 $1"\n')
    script.chmod(0o755)
    shell = which("sh")
    assert shell is not None

    assert "a" == run_sync(pinned(os.path.realpath(shell)), ["-c", "echo a"]).text
    assert "/proc/self/fd/3 b" == run_sync(pinned_now(script), ["b"]).text
