"""A limit ends the whole tree of a command; a daemon it left is left alone."""

import asyncio

from child_process import MaxBufferExceeded, TimeoutExceeded, run

# Its grandchild ignores SIGTERM and holds the output open.
STUBBORN = "(trap '' TERM; exec sleep 60) & echo started; wait"


async def main() -> None:
    try:
        await run("sh", ["-c", STUBBORN], timeout=0.2, teardown=[("SIGTERM", 0.2)])
    except TimeoutExceeded as error:
        # SIGTERM, 0.2 seconds of grace, then SIGKILL for what was left.
        print(f"{error.result.reason} after {error.result.duration:.1f} s")
        print(f"what it had said is kept: {error.stdout!r}")

    try:
        await run("yes", max_buffer=1000)
    except MaxBufferExceeded as error:
        print(f"{error.stream} was cut at {len(error.kept)} characters")

    # Ended by itself, with something left behind that holds its output.
    result = await run("sh", ["-c", "sleep 1 & echo done"])
    print(f"{result.text!r} after {result.duration:.1f} s, drained: {result.drained}")
    # tree="all" ends what is left behind as well.
    result = await run("sh", ["-c", "sleep 60 & echo done"], tree="all")
    print(f"{result.text!r} after {result.duration:.1f} s, drained: {result.drained}")


asyncio.run(main())
