"""Real programs, real attacks: the mark that each would leave does not appear."""

import os
import shutil
import sqlite3
import subprocess
import tarfile
from pathlib import Path

import pytest

from child_process import PolicyDenied, run_sync
from tests.support.attacks import ATTACKS, REQUIRED, Line

PROGRAMS = {
    "evil": "#!/bin/sh\ntouch mark\nexit 1\n",
    "script.sh": "touch mark\n",
    "script.py": "open('mark', 'w')\n",
    "script": "w mark\n",
    "script.awk": 'BEGIN { system("touch mark") }\n',
    "script.sql": ".shell touch mark\n",
    "config": "ProxyCommand touch mark\n",
    "curlrc": "output = mark\n",
    "options": "-o mark",
    "Makefile": "all:\n\t$(CMD)\n",
    "Other.mk": "all:\n\ttouch mark\n",
    "x.c": "int x;\n",
    "f": "a\n",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the attacks need."""
    folder = tmp_path_factory.mktemp("store")
    for name, text in PROGRAMS.items():
        (folder / name).write_text(text)
    (folder / "evil").chmod(0o755)
    (folder / "big").write_text("".join(f"{n * 7919 % 65536}\n" for n in range(50_000)))
    (folder / "out").mkdir()
    with tarfile.open(folder / "a.tar", "w") as archive:
        archive.add(folder / "f", "f")
    connection = sqlite3.connect(folder / "a.db")
    connection.execute("create table t (x)")
    connection.close()
    if shutil.which("git"):
        _repository(folder / "repo")
    return folder


def _repository(folder: Path) -> None:
    folder.mkdir()
    (folder / "f").write_text("x\n")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (("init", "-q"), ("add", "f"), (*who, "commit", "-qm", "x")):
        subprocess.run(["git", *words], cwd=folder, check=True)


def attacked(program: str, line: Line, folder: Path, *, guarded: bool) -> str:
    """Run *line* in *folder*; return "marked", "refused" or "nothing"."""
    mark = folder / "mark"
    mark.unlink(missing_ok=True)
    words = list(line) if guarded else ["".join(word) for word in line]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "LC_ALL": "C",
    }
    try:
        run_sync(
            program,
            words,
            cwd=folder,
            env=env,
            input=b"a\n",
            stdio="pipe",
            timeout=20,
            check=False,
            policy="guarded" if guarded else "trusted",
        )
    except PolicyDenied:
        return "refused" if not mark.exists() else "marked"
    return "marked" if mark.exists() else "nothing"


@pytest.mark.parametrize("program", sorted(ATTACKS))
def test_no_attack_leaves_its_mark(program: str, store: Path, tmp_path: Path) -> None:
    """Each works with plain words; as data it is refused, or does nothing."""
    if shutil.which(program) is None:
        if program in REQUIRED and os.environ.get("CI") == "true":
            pytest.fail(f"{program} is missing: see .ci/system-packages")
        pytest.skip(f"needs {program}: see .ci/system-packages")

    found = {}
    for number, line in enumerate(ATTACKS[program]):
        folders = tmp_path / f"{number}-plain", tmp_path / f"{number}-data"
        for folder in folders:
            left = ("repo",) if program != "git" else ()
            shutil.copytree(store, folder, ignore=shutil.ignore_patterns(*left))
        plain, data = folders
        found[line] = (
            attacked(program, line, plain, guarded=False),
            attacked(program, line, data, guarded=True),
        )

    assert dict.fromkeys(found, "marked") == {k: v[0] for k, v in found.items()}
    assert [] == [line for line, (_, got) in found.items() if got == "marked"]
