"""Connect two children: what one writes the other reads, and we touch no byte.

The kernel's pipe joins them. When the reader leaves early, the writer gets SIGPIPE
and ends, as in a shell.
"""

import asyncio

from child_process import spawn


async def main() -> None:
    async with (
        spawn("yes", ["all work and no play"]) as writer,
        spawn("head", ["-n", "3"], stdio=[writer.stdout, "pipe", "inherit"]) as reader,
    ):
        print(await reader.stdout.text(), end="")
    print("the reader ended with", reader.exit_code)
    print("the writer was ended by", writer.signal_code)


asyncio.run(main())
