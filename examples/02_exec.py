"""Run a line in a shell, and have its output.

The shell reads all of the line: pipes, variables, wildcards. So it holds no data
from outside, ever: see 03_exec_file.py.
"""

import asyncio

from child_process import exec


async def main() -> None:
    result = await exec("ls -la / | head -n 5")
    print(result.text)

    result = await exec("ls /no/such/place || echo 'nothing there'")
    print(result.lines(), "and it complained:", result.stderr.strip())


asyncio.run(main())
