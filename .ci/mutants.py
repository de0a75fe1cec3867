"""Mutation tests: change the code, and see whether its tests notice.

``make mutants`` runs every group, ``make mutants GROUPS="quoting"`` one. Each is
a few modules with the tests that are theirs; mutmut makes the changes, in a copy of
the project. The share that the tests notice has to reach `LEAST`.

Exit status: 0 when every group reached it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LEAST = 90.0
"""Percent of the mutants of a group that have to be killed."""

VALUES = "src/child_process/_values"
SECURITY = "src/child_process/security"
UNIT = "tests/unit"


@dataclass(frozen=True)
class Group:
    """Modules that are mutated together, and the tests that have to notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = {
    "quoting": Group(
        (f"{VALUES}/quoting.py",),
        (f"{UNIT}/_values/test_quoting.py", f"{UNIT}/test_wording.py"),
    ),
    "policy": Group(
        (
            f"{SECURITY}/arranging.py",
            f"{SECURITY}/judging.py",
            f"{SECURITY}/matching.py",
            f"{SECURITY}/policy.py",
            f"{SECURITY}/reading.py",
            f"{SECURITY}/rules.py",
        ),
        (
            f"{UNIT}/security/test_arranging.py",
            f"{UNIT}/security/test_judging.py",
            f"{UNIT}/security/test_matching.py",
            f"{UNIT}/security/test_policy.py",
            f"{UNIT}/security/test_reading.py",
            f"{UNIT}/security/test_rules.py",
        ),
    ),
    "template": Group(
        (
            f"{VALUES}/shell_reader.py",
            f"{VALUES}/shell_rules.py",
            f"{VALUES}/word_splitter.py",
            f"{VALUES}/template_parts.py",
        ),
        (
            f"{UNIT}/_values/test_shell_reader.py",
            f"{UNIT}/_values/test_shell_rules.py",
            f"{UNIT}/_values/test_shell_command.py",
            f"{UNIT}/_values/test_word_splitter.py",
            f"{UNIT}/_values/test_template_parts.py",
            f"{UNIT}/_values/test_template.py",
        ),
    ),
}


def settings(group: Group) -> str:
    """Return what mutmut reads of *group*, as a part of pyproject.toml."""
    return "\n".join(
        [
            "",
            "[tool.mutmut]",
            'source_paths = ["src"]',
            f"only_mutate = {json.dumps(group.modules)}",
            f"pytest_add_cli_args_test_selection = {json.dumps(group.tests)}",
            'pytest_add_cli_args = ["-p", "no:randomly"]',
            'also_copy = ["tests", "fuzz"]',
            "",
        ]
    )


def survivors(folder: Path) -> list[str]:
    """Return what the mutants in *folder* that nobody noticed changed."""
    listed = mutmut(folder, "results").splitlines()
    names = [line.split(":")[0].strip() for line in listed if "survived" in line]
    return [f"{name}\n{mutmut(folder, 'show', name)}" for name in names]


def mutmut(folder: Path, *args: str) -> str:
    """Return what mutmut prints, run with *args* in *folder*."""
    command = [sys.executable, "-m", "mutmut", *args]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        print(done.stdout[-3000:], done.stderr[-3000:], file=sys.stderr)  # noqa: T201 - a program prints
        raise SystemExit(1)
    return done.stdout


def run(name: str, group: Group) -> bool:
    """Mutate *group*; say whether enough of it was noticed."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as made:
        folder = Path(made)
        for part in ("src", "tests", "fuzz"):
            shutil.copytree(ROOT / part, folder / part)
        text = (ROOT / "pyproject.toml").read_text("utf-8")
        (folder / "pyproject.toml").write_text(text + settings(group), "utf-8")
        shutil.copy(ROOT / "README.md", folder)
        mutmut(folder, "run", "--max-children", "2")
        mutmut(folder, "export-cicd-stats")
        stats = json.loads((folder / "mutants/mutmut-cicd-stats.json").read_text())
        total = stats["total"] - stats["skipped"]
        killed = stats["killed"] + stats["timeout"]
        share = 100 * killed / total
        if "--show" in sys.argv:
            print("\n".join(survivors(folder)))  # noqa: T201 - a command's output
    print(f"{name}: {killed} of {total} mutants killed, {share:.1f} %")  # noqa: T201 - a command's output
    return share >= LEAST


def main() -> int:
    """Run the groups that the command line names, or all."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or [*GROUPS]
    enough = [run(name, GROUPS[name]) for name in names]
    return 0 if all(enough) else 1


if __name__ == "__main__":
    raise SystemExit(main())
