"""The steps of the demo in which all goes well.

Layer: cli.
"""

from __future__ import annotations

import sys
import time
from typing import Final

from child_process import OptionError, exec, exec_file, spawn, validate
from child_process.cli.gauges import peak_memory
from child_process.cli.page import code, error, say, size

__all__ = ["collect_ls", "pass_data", "stream_find", "stream_gigabytes"]

SHOWN: Final = (1, 10, 100, 1000)
"""The chunks after which the counts are shown."""
FIND_SECONDS: Final = 6.0
STREAM_SECONDS: Final = 12.0
GIGABYTES: Final = 2
LISTED: Final = 6
"""Lines of a listing that are shown."""


async def stream_find() -> None:
    """Stream the names below a big tree, and count them as they come."""
    code(
        'async with spawn("find", [*trees, "-xdev"], timeout=6) as child:\n'
        "    async for chunk in child.stdout: ..."
    )
    trees = ["/usr", sys.base_prefix]
    began = time.monotonic()
    chunks = lines = count = 0

    def counts() -> None:
        say(
            f"{time.monotonic() - began:6.3f} s {chunks:6} chunks {size(count):>10}"
            f" {lines:8} names"
        )

    async with spawn(
        "find",
        [*trees, "-xdev"],
        stdio=["ignore", "pipe", "ignore"],
        timeout=FIND_SECONDS,
    ) as child:
        assert child.stdout is not None, "it was asked for"
        async for chunk in child.stdout:
            chunks += 1
            count += len(chunk)
            lines += chunk.count(b"\n")
            if chunks in SHOWN:
                counts()
    counts()
    where = ", ".join(trees)
    if child.reason == "timeout":
        say(f"stopped after {FIND_SECONDS:g} seconds: {where} is big")
    else:
        say(f"exit code {child.exit_code}: that was all of {where}")


async def collect_ls() -> None:
    """Collect a listing."""
    code('result = await exec("ls -la /")')
    result = await exec("ls -la /")
    listing = result.lines()
    for line in listing[:LISTED]:
        say(line)
    if len(listing) > LISTED:
        say(f"... and {len(listing) - LISTED} lines more")
    say(f"exit code {result.code} after {1000 * result.duration:.1f} ms")


async def pass_data() -> None:
    """Show that whatever is in an argument arrives as it is."""
    data = [
        "; rm -rf ~",
        "$(reboot)",
        "`id` > /etc/passwd",
        "--eval=1 + 1",
        "two  words",
    ]
    shown = str(data).replace("'", '"').replace(' "--', '\n        "--')
    code(f"data = {shown}")
    code('await exec_file("printf", ["[%s]\\n", *data])')
    result = await exec_file("printf", ["[%s]\\n", *data])
    for line in result.lines():
        say(line)
    say(f"{len(data)} arguments went in, {len(result.lines())} came out, none was run")
    code('validate("; rm -rf ~")   # a white list, where data must be plain')
    try:
        validate("; rm -rf ~")
    except OptionError as refused:
        error(refused)


async def stream_gigabytes() -> None:
    """Read 2 GB from a pipe, and show what it does to our memory."""
    total = GIGABYTES * 10**9
    code(
        f'async with spawn("head", ["-c", "{total}", "/dev/zero"]) as child:\n'
        "    async for chunk in child.stdout: ..."
    )
    before = peak_memory()
    began = time.monotonic()
    count = 0
    async with spawn(
        "head", ["-c", str(total), "/dev/zero"], timeout=STREAM_SECONDS
    ) as child:
        assert child.stdout is not None, "it was asked for"
        async for chunk in child.stdout:
            count += len(chunk)
    seconds = time.monotonic() - began
    after = peak_memory()
    if child.reason == "timeout":
        say(f"stopped after {STREAM_SECONDS:g} seconds: this machine is busy")
    say(f"{size(count)} in {seconds:.2f} s: {size(count / seconds)} a second")
    say(
        f"peak memory of this program: before {size(before)}, after {size(after)}, "
        f"more: {size(after - before)}"
    )
