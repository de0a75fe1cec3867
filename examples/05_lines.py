"""Read lines: of one stream, or of stdout and stderr as they come.

A line may have any length; it ends at LF, and a CR before it goes.
"""

import asyncio

from child_process import spawn

SCRIPT = "for n in 1 2 3; do echo out $n; sleep 0.05; echo err $n >&2; done"


async def main() -> None:
    async with spawn("sh", ["-c", SCRIPT]) as child:
        async for line in child.stdout.lines():
            print("stdout only:", line)

    async with spawn("sh", ["-c", SCRIPT]) as child:
        async for line in child.lines():
            print(f"{line.time:5.2f} s {line.stream}: {line.text}")


asyncio.run(main())
