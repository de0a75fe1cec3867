"""One command within 30 seconds, and each way to fail told apart."""

import asyncio
from typing import Any

from child_process import CommandFailed, SpawnError, TimeoutExceeded, run_command


async def attempt(program: str, *args: str, **options: Any) -> str:
    try:
        result = await run_command(program, args, **options)
    except SpawnError as error:
        return f"not started ({error.code}): {error.detail}"
    except TimeoutExceeded as error:
        return f"stopped after {error.seconds} s, having said {error.stdout!r}"
    except CommandFailed as error:
        if error.signal is not None:
            return f"ended by {error.signal}"
        return f"exit code {error.returncode}: {error.stderr.strip()}"
    return f"fine: {result.text}"


async def main() -> None:
    print(await attempt("echo", "hello"))
    print(await attempt("ls", "/no/such/place"))
    print(await attempt("sh", "-c", "kill -KILL $$"))
    print(await attempt("sh", "-c", "echo wait; sleep 60", timeout=0.2))
    print(await attempt("ls", cwd="/no/such/place"))
    print((await attempt("no-such-program"))[:60])


asyncio.run(main())
