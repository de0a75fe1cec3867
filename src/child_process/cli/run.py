"""One program under limits: `run`.

Layer: cli.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from child_process import run_sync
from child_process._wording import display
from child_process.cli.interrupting import Interrupted, die_by, interruptible
from child_process.cli.output import as_json, complain, pass_on
from child_process.cli.statuses import SIGNALLED, status_of_error, status_of_result
from child_process.errors import CommandFailed, ProcessError

if TYPE_CHECKING:
    import argparse

    from child_process import Result

__all__ = ["run"]


def run(asked: argparse.Namespace) -> int:
    """Run the program that *asked* names; return our exit status."""
    collected = asked.json or asked.max_buffer is not None
    kept = (1, 2) if collected else ()
    shared = any(os.isatty(fd) for fd in (0, 1, 2) if fd not in kept)
    with interruptible(shares_terminal=shared) as watch:
        try:
            result, error = _outcome(asked, collected=collected)
        except Interrupted as interrupted:
            die_by(interrupted.number)
            return SIGNALLED + interrupted.number
    _tell(asked, result, error, collected=collected)
    if watch.seen and result is not None and result.signal_number == watch.seen:
        # It ended by the Ctrl-C that reached us both: so do we.
        die_by(watch.seen)
    if error is not None:
        return status_of_error(error)
    return 0 if result is None else status_of_result(result)


def _outcome(
    asked: argparse.Namespace, *, collected: bool
) -> tuple[Result[bytes] | None, ProcessError | None]:
    program, *args = asked.words
    output = "pipe" if collected else "inherit"
    options: dict[str, Any] = {}
    if asked.max_buffer is not None:
        options["max_buffer"] = asked.max_buffer
    if asked.env:
        options["env"] = {**os.environ, **dict(asked.env)}
    try:
        result = run_sync(
            program,
            args,
            stdio=["inherit", output, output],
            timeout=asked.timeout,
            kill_signal=asked.kill_signal,
            teardown=[(asked.kill_signal, asked.grace)],
            cwd=asked.cwd,
            env_policy=asked.env_policy,
            allow_env=asked.allow_env,
            drain=asked.drain,
            tree=asked.tree,
            accept=asked.accept,
            encoding=None,
            **options,
        )
    except CommandFailed as failed:
        return failed.result, failed
    except ProcessError as error:
        return None, error
    return result, None


def _tell(
    asked: argparse.Namespace,
    result: Result[bytes] | None,
    error: ProcessError | None,
    *,
    collected: bool,
) -> None:
    if asked.json:
        command = display(asked.words) if result is None else result.command
        sys.stdout.write(as_json(command, result, error) + "\n")
        sys.stdout.flush()
    elif collected and result is not None:
        pass_on(result)
    failed_by_itself = result is not None and result.reason is None
    if error is not None and (asked.check or not failed_by_itself):
        complain(error)
