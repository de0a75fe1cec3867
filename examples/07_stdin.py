"""Three ways to give a child something to read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from child_process import run, spawn

WORDS = Path("words.txt")


async def numbers() -> AsyncIterator[str]:
    for number in range(5, 0, -1):
        yield f"{number}\n"


async def main() -> None:
    # At once: text, bytes, or a pathlib.Path, which the child reads itself.
    for source in ("b\na\n", WORDS):
        result = await run("sort", input=source)
        print(result.lines())

    # As it comes, no faster than the child reads it.
    result = await run("sort", input=numbers())
    print(result.lines())

    # In a conversation.
    async with spawn("cat", stdio=["pipe", "pipe", "inherit"]) as child:
        lines = child.stdout.lines()
        for word in ("ping", "pong"):
            child.stdin.write(f"{word}\n")
            print("it answers", await anext(lines))
        child.stdin.end()
        assert await anext(lines, None) is None


WORDS.write_text("pear\napple\n")
asyncio.run(main())
