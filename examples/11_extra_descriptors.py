"""A child's descriptors 3, 4 and so on: pipes that go both ways, or files.

What is not named in ``stdio`` the child does not have.
"""

import asyncio
from typing import TextIO

from child_process import spawn

SCRIPT = "read name <&3; echo hello $name >&3; echo a note for the file >&4"


async def main(notes: TextIO) -> None:
    async with spawn(
        "sh",
        ["-c", SCRIPT],
        stdio=["ignore", "inherit", "inherit", "pipe", notes],
    ) as child:
        extra = child.stdio[3]
        extra.write("descriptor three\n")
        async for line in extra.lines():
            print("on descriptor 3:", line)


with open("notes.txt", "w+") as notes:
    asyncio.run(main(notes))
    notes.seek(0)
    print("in the file:", notes.read(), end="")
