"""Call off any number of commands at once; a cancelled task does the same."""

import asyncio

from child_process import AbortController, Aborted, CommandFailed, run


async def main() -> None:
    controller = AbortController()
    commands = [run("sleep", ["60"], signal=controller.signal) for _ in range(3)]
    asyncio.get_running_loop().call_later(0.1, controller.abort, "no longer needed")
    for outcome in await asyncio.gather(*commands, return_exceptions=True):
        assert isinstance(outcome, Aborted)
        print(outcome)

    # Structured: the first failure cancels the others, and their children end.
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(run("sleep", ["60"]))
            group.create_task(run("sh", ["-c", "exit 3"]))
    except* CommandFailed as failures:
        print(*failures.exceptions)


asyncio.run(main())
