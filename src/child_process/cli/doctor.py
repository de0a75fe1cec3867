"""What this system offers to the library, and what is used of it: `doctor`.

Layer: cli.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from child_process import __version__, run_sync
from child_process._launch.guardian import guardian
from child_process._launch.system import Finding, Launching, examine, launching
from child_process._wording import printable
from child_process.cli.output import one_line
from child_process.cli.statuses import OUR_TROUBLE
from child_process.errors import ProcessError

if TYPE_CHECKING:
    import argparse

__all__ = ["doctor"]

MEANING: Final = {
    "guardian": (
        "ends our children should this program be killed",
        "should this program be killed, its children live on",
    ),
    "pidfd": (
        "waits and signals mean a process, not its number",
        "a thread waits for each child, signals go by its number",
    ),
    "clone3": ("used by the C library", "the C library does without"),
    "close_range": (
        "what a child is not to have is closed by one call",
        "descriptors are listed, and closed one by one",
    ),
    "subreaper": ("not used: orphans of others would be ours as well", "not used"),
    "landlock": (
        "files and ports of Isolation(landlock=...)",
        "Isolation(landlock=...) is refused",
    ),
    "seccomp": (
        "system calls of Isolation(seccomp=...)",
        "Isolation(seccomp=...) is refused",
    ),
    "user namespaces": (
        "Isolation(namespaces=...), for others than root",
        "Isolation(namespaces=...) is refused to others than root",
    ),
    "cgroup v2": ("not used", "not used"),
    "/proc": (
        "finds who left a child's group",
        "a tree is its process group; who leaves it is not found",
    ),
}
"""What something is used for, and what happens without it."""

SHELLS: Final = ("sh", "bash", "zsh", "fish", "busybox")
CONTAINER: Final = "bwrap"
"""What a `Bubblewrap` takes."""
PATIENCE: Final = 10.0
"""Seconds for a program that says its version."""
PATIENCE_WITH_GUARDIAN: Final = 2.0
"""Seconds for the guardian to say that it is there."""
_WIDTH: Final = 17


@dataclass(frozen=True, slots=True)
class _Report:
    version: str
    python: str
    system: str
    launcher: Launching
    start: Finding
    guardian: Finding
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
        guardian=_guardian(),
        offers=examine(),
        programs=(_node(), *map(_shell, (*SHELLS, CONTAINER))),
    )


def _start() -> Finding:
    try:
        result = run_sync("/bin/sh", ["-c", "exit 0"], timeout=PATIENCE)
    except ProcessError as error:
        return Finding("a start", found=False, detail=one_line(error))
    return Finding("a start", found=True, detail=f"{1000 * result.duration:.1f} ms")


def _guardian() -> Finding:
    """Look whether the guardian came to be that the start had made."""
    deadline = time.monotonic() + PATIENCE_WITH_GUARDIAN
    while guardian.pid is None and time.monotonic() < deadline:
        time.sleep(0.01)
    if guardian.pid is None:
        return Finding("guardian", found=False, detail="it did not answer")
    detail = "by group, parent and cookie"
    return Finding("guardian", found=True, detail=detail)


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
    for name in ("start", "guardian"):
        facts[name].pop("name")
    return facts


def _as_lines(report: _Report) -> list[str]:
    return [
        f"child-process {report.version}, {report.python}, {report.system}",
        "",
        *_launcher_lines(report.launcher),
        _line(report.start),
        _line(report.guardian),
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
    meaning = MEANING.get(finding.name, ("", ""))[not finding.found]
    detail = ": ".join(filter(None, [printable(finding.detail), meaning]))
    return f"{finding.name:<{_WIDTH}}{words}  {detail}".rstrip()
