"""The step of the demo in which everything fails: each error as users see it.

Layer: cli.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final

from child_process import run
from child_process.cli.page import code, error, say
from child_process.errors import CommandFailed, ProcessError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["show_all"]

STUBBORN: Final = "(trap '' TERM; exec sleep 60) & echo $!; wait"
"""Its grandchild ignores SIGTERM, and holds the output open."""


async def show_all() -> None:
    """Run what fails, one after the other."""
    await _show("a command that fails", "ls", ["/no/such/place"])
    await _show("a program that does not exist", "no-such-program")
    await _show("a working directory that does not exist", "ls", cwd="/no/such/place")
    await _show("an output limit", "yes", max_buffer=1024 * 1024)
    began = time.monotonic()
    failed = await _show(
        "a time limit, with a grandchild that ignores SIGTERM",
        "sh",
        ["-c", STUBBORN],
        timeout=0.5,
        teardown=[("SIGTERM", 0.5)],
    )
    say(
        f"it took {time.monotonic() - began:.2f} s: 0.5 to the limit, 0.5 from SIGTERM"
        " to SIGKILL"
    )
    if isinstance(failed, CommandFailed) and failed.result.stdout:
        pid = int(failed.result.stdout)
        say(f"grandchild {pid}: {'still there' if _lives(pid) else 'gone'}")


async def _show(
    what: str, program: str, args: Sequence[str] = (), **options: Any
) -> ProcessError | None:
    say(f"\n- {what}")
    words = [f'"{program}"', *([_shown(args)] if args else [])]
    words += [f"{name}={_shown(value)}" for name, value in options.items()]
    code(f"await run({', '.join(words)})")
    try:
        await run(program, args, **options)
    except ProcessError as failed:
        error(failed)
        return failed
    say("it did not fail")
    return None


def _shown(value: object) -> str:
    if value == ["-c", STUBBORN]:
        return '["-c", line]'  # the error shows the line
    return repr(value).replace("'", '"')


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # A zombie has ended: it waits for whoever has to notice.
            return file.read().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return not os.path.exists("/proc/self/stat") and _answers(pid)


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
