"""Programs that start whole families of processes, and what is left of these.

An *owner* is a Python of its own that uses the library and then dies in some
way. Its families are told by a token in their environment, whatever parent,
session or group they have; the guardian has a clean environment, and is not
among them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final

from tests.support import hosts
from tests.support.programs import path

NOBODY: Final = 65534
TOKEN: Final = "FAMILY_TOKEN"
WAYS: Final = ("plain", "setsid", "daemon")
FAMILY: Final = path("family.sh")
PATIENCE: Final = 60.0

OWNER: Final = """
import asyncio, sys
from child_process import spawn
from child_process._launch.guardian import guardian

FAMILY, WAY, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3])

async def main():
    loop = asyncio.get_running_loop()
    nothing = {"stdio": "ignore"}
    children = [spawn("sh", [FAMILY, WAY, "3"], **nothing) for _ in range(COUNT)]
    while (line := await loop.run_in_executor(None, sys.stdin.readline)):
        # The number of a guardian other than this one.
        while guardian.pid in {None, int(line)}:
            await asyncio.sleep(0.001)
        print(guardian.pid, flush=True)

asyncio.run(main())
"""
"""Starts COUNT families of four; tells on demand what its guardian's number is."""


class Owner:
    """A program with *count* families of four processes, all of which run.

    Args:
        way: How each generation is started.
        count: How many families.
        environ: Variables to add.
    """

    def __init__(self, way: str, count: int, **environ: str) -> None:
        self._token = f"{TOKEN}={uuid.uuid4().hex}".encode()
        name, _, value = self._token.decode().partition("=")
        self.process = subprocess.Popen(
            [interpreter(), "-c", OWNER, FAMILY, way, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**clean_environ(), **environ, name: value},
            cwd="/",
            user=NOBODY if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
        )
        try:
            self._wait_for(4 * count)
            self.guardian = self.guardian_after(0)
        except BaseException:
            self.end()
            raise

    def _wait_for(self, size: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while len(self.families()) != size:
            assert time.monotonic() < deadline, f"{len(self.families())} run of {size}"
            time.sleep(0.02)

    def guardian_after(self, pid: int) -> int:
        """Return the number of the guardian that is not *pid*, once it is there."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"%d\n" % pid)
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def families(self) -> list[int]:
        """Return who of the families runs."""
        return bearers(self._token, self.process.pid)

    def kill(self) -> float:
        """Kill the owner; return after how many seconds nobody was left.

        After ten seconds it is given up: infinity.
        """
        self.process.kill()
        began = time.monotonic()
        while self.families():
            if time.monotonic() - began > 10:
                return float("inf")
            time.sleep(0.002)
        return time.monotonic() - began

    def end(self) -> None:
        """End whoever is left of owner and families."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        self.process.wait()
        while left := self.families():
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


@contextmanager
def owner(way: str, count: int, **environ: str) -> Iterator[Owner]:
    """Run an owner for a block; nobody is left after it."""
    one = Owner(way, count, **environ)
    try:
        yield one
    finally:
        one.end()


def bearers(entry: bytes, but: int) -> list[int]:
    """Return the processes other than *but* with *entry* in their environment."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) not in {but, os.getpid()}:
            with suppress(OSError):
                with open(f"/proc/{name}/environ", "rb") as file:
                    bears = entry in file.read().split(b"\0")
                if bears:
                    found.append(int(name))
    return found


def clean_environ() -> dict[str, str]:
    """Return our environment with this package on the path."""
    where = [str(hosts.SOURCES), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(where)}


@cache
def interpreter() -> str:
    """Return a Python that an ordinary user may run: ours may lie in root's home."""
    for program in (sys.executable, "/usr/bin/python3", shutil.which("python3") or ""):
        if Path(program).exists() and _runs(program):
            return program
    message = f"no Python that user {NOBODY} may run"
    raise FileNotFoundError(message)


def _runs(program: str) -> bool:
    with suppress(PermissionError):
        tried = subprocess.run(
            [program, "-c", "import sys, asyncio; assert sys.version_info >= (3, 11)"],
            cwd="/",
            env=clean_environ(),
            user=NOBODY if os.geteuid() == 0 else None,
            capture_output=True,
            check=False,
        )
        return tried.returncode == 0
    return False
