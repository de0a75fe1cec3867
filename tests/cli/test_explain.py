"""``child-process explain``."""

import json
from pathlib import Path

import pytest

from child_process.cli.main import main


@pytest.mark.parametrize(
    ("words", "status"),
    [
        pytest.param(["--", "ls", "-l"], 0, id="would start"),
        pytest.param(["ls", "-l"], 0, id="without --"),
        pytest.param(["--only", "git", "--", "ls"], 126, id="denied"),
        pytest.param(["--", "nonesuch-program"], 127, id="not found"),
        pytest.param(["--cwd", "/nonesuch", "--", "ls"], 125, id="no directory"),
        pytest.param(
            ["--env", "LD_PRELOAD=/x", "--env-policy", "scrub", "--", "ls"],
            125,
            id="variable that is refused",
        ),
        pytest.param([], 125, id="no program"),
    ],
)
def test_its_status_is_that_of_a_run(
    words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 if it would start, and otherwise why not."""
    assert status == main(["explain", *words])
    assert capsys.readouterr().out or status == 125


def test_it_prints_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What would run, and what objects to it; nothing is started."""
    line = f"touch {tmp_path}/made"
    main(["explain", "--shell", "--env", "FOO=bar", "--", line])

    page = capsys.readouterr().out
    assert f"command      {line}" in page
    assert "FOO added bar" in page
    assert "a shell reads this line" in page
    assert [] == [*tmp_path.iterdir()]


def test_it_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object, with the denials of each rule."""
    main(["explain", "--json", "--only", "git", "--", "ls"])

    facts = json.loads(capsys.readouterr().out)
    assert facts["would_start"] is False
    assert "program" == facts["verdicts"][0]["denials"][0]["rule"]
