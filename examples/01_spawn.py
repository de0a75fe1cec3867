"""Stream the output of a program, however long it is.

Nothing is read before the loop asks for it: a slow reader makes `find` wait, and
memory stays flat.
"""

import asyncio
import sysconfig

from child_process import spawn

TREE = sysconfig.get_path("stdlib")


async def main() -> None:
    chunks = names = 0
    async with spawn("find", [TREE, "-name", "*.py"]) as child:
        async for chunk in child.stdout:
            chunks += 1
            names += chunk.count(b"\n")
    # After the block the child has ended.
    print(f"{names} names in {chunks} chunks, exit code {child.exit_code}")


asyncio.run(main())
