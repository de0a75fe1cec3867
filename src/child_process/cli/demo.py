"""The main job on real input, in half a minute: `demo`.

Layer: cli.
"""

from __future__ import annotations

import asyncio
import os
import platform
import signal
import sys
import time
from typing import Final

from child_process import __version__
from child_process.cli import demo_failures, demo_steps
from child_process.cli.gauges import Heartbeat, Mark
from child_process.cli.interrupting import die_by
from child_process.cli.output import complain
from child_process.cli.page import say, title
from child_process.cli.statuses import OUR_TROUBLE, SIGNALLED
from child_process.errors import ProcessError

__all__ = ["demo"]

STEPS: Final = (
    ("spawn: the files of this system, streamed", demo_steps.stream_find),
    ("exec: a line for the shell, its output collected", demo_steps.collect_ls),
    ("exec_file: no shell, so that data stays data", demo_steps.pass_data),
    ("2 GB through a pipe, in constant memory", demo_steps.stream_gigabytes),
    ("What failures look like", demo_failures.show_all),
)


def demo() -> int:
    """Run all the steps; return 0 if nothing of them is left."""
    try:
        with Mark() as mark:
            left = asyncio.run(_show(mark))
    except KeyboardInterrupt:
        # `asyncio.run` cancelled the step, which stopped its child.
        die_by(signal.SIGINT)
        return SIGNALLED + signal.SIGINT
    except ProcessError as error:
        complain(error)
        return OUR_TROUBLE
    return 1 if left else 0


async def _show(mark: Mark) -> int:
    began = time.monotonic()
    say(
        f"child-process {__version__}, Python {platform.python_version()}, "
        f"{sys.platform}, {os.cpu_count()} processors"
    )
    async with Heartbeat() as heart:
        for number, (words, step) in enumerate(STEPS, start=1):
            title(number, words)
            await step()
    title(len(STEPS) + 1, "And meanwhile")
    say(
        f"the event loop ticked {len(heart.gaps)} times, each 10 ms if nothing "
        "held it up:"
    )
    say(f"  median {1000 * heart.median:.1f} ms, longest {1000 * heart.longest:.1f} ms")
    left = mark.processes_left()
    say(f"children left: {'not known here' if left is None else left}")
    say(f"done in {time.monotonic() - began:.1f} seconds")
    return left or 0
