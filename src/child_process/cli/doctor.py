"""What this system offers to the library, and what is used of it: `doctor`.

Layer: cli.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from child_process import __version__, run_sync
from child_process._launch.system import Finding, Launching, examine, launching
from child_process._wording import printable
from child_process.cli.output import one_line
from child_process.cli.statuses import OUR_TROUBLE
from child_process.errors import ProcessError

if TYPE_CHECKING:
    import argparse

__all__ = ["doctor"]

WITHOUT: Final = {
    "pidfd": "a thread waits for each child, signals go by its number",
    "clone3": "the C library starts by clone",
    "close_range": "descriptors are listed, and closed one by one",
    "subreaper": "who lost their parent are found by their environment only",
    "landlock": "no files can be put out of a child's reach",
    "seccomp": "no system calls can be taken from a child",
    "user namespaces": "a child cannot have a network, or a pid, of its own",
    "cgroup v2": "a tree is ended one process after the other",
    "/proc": "a tree is its process group; who leaves it is not found",
}
"""What is done instead, or cannot be done."""

SHELLS: Final = ("sh", "bash", "zsh", "fish", "busybox")
CONTAINER: Final = "bwrap"
"""What a `Bubblewrap` takes."""
PATIENCE: Final = 10.0
"""Seconds for a program that says its version."""
_WIDTH: Final = 17


@dataclass(frozen=True, slots=True)
class _Report:
    version: str
    python: str
    system: str
    launcher: Launching
    start: Finding
    offers: tuple[Finding, ...]
    programs: tuple[Finding, ...]

    @property
    def works(self) -> bool:
        return self.start.found


def doctor(asked: argparse.Namespace) -> int:
    """Print what was found, as *asked*; return 0 if a program can be started."""
    report = _examined()
    if asked.json:
        sys.stdout.write(json.dumps(_as_facts(report), indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _as_lines(report)))
    return 0 if report.works else OUR_TROUBLE


def _examined() -> _Report:
    return _Report(
        version=__version__,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        launcher=launching(),
        start=_start(),
        offers=examine(),
        programs=(_node(), *map(_shell, (*SHELLS, CONTAINER))),
    )


def _start() -> Finding:
    try:
        result = run_sync("/bin/sh", ["-c", "exit 0"], timeout=PATIENCE)
    except ProcessError as error:
        return Finding("a start", found=False, detail=one_line(error))
    return Finding("a start", found=True, detail=f"{1000 * result.duration:.1f} ms")


def _node() -> Finding:
    path = shutil.which("node")
    if path is None:
        return Finding("node", found=False, detail="not in PATH")
    try:
        version = run_sync(path, ["--version"], timeout=PATIENCE).text
    except ProcessError as error:
        return Finding("node", found=False, detail=one_line(error))
    return Finding("node", found=True, detail=f"{path} {version}")


def _shell(name: str) -> Finding:
    path = shutil.which(name, path=os.environ.get("PATH", os.defpath))
    return Finding(name, found=path is not None, detail=path or "not in PATH")


def _as_facts(report: _Report) -> dict[str, Any]:
    facts = asdict(report)
    for group in ("offers", "programs"):
        facts[group] = {one.pop("name"): one for one in facts[group]}
    facts["start"].pop("name")
    return facts


def _as_lines(report: _Report) -> list[str]:
    return [
        f"child-process {report.version}, {report.python}, {report.system}",
        "",
        *_launcher_lines(report.launcher),
        _line(report.start),
        "",
        *map(_line, report.offers),
        "",
        *map(_line, report.programs),
    ]


def _launcher_lines(launcher: Launching) -> list[str]:
    lines = [f"{'launcher':<{_WIDTH}}{launcher.name}: {printable(launcher.why)}"]
    return lines + [f"{'':<{_WIDTH}}refuses {what}" for what in launcher.refuses]


def _line(finding: Finding) -> str:
    words = "yes" if finding.found else "no "
    detail = printable(finding.detail)
    if not finding.found and finding.name in WITHOUT:
        detail = f"{detail}: {WITHOUT[finding.name]}"
    return f"{finding.name:<{_WIDTH}}{words}  {detail}".rstrip()
