"""Give work to a child in messages; the child is worker.py, or worker.js.

Run: ``python parent.py`` or ``python parent.py worker.js``.
"""

import asyncio
import sys
from pathlib import Path

from child_process import fork

HERE = Path(__file__).parent


async def main() -> None:
    worker = HERE / (sys.argv[1] if sys.argv[1:] else "worker.py")
    async with fork(worker) as child:
        child.send({"cmd": "process", "data": {"id": 42, "payload": "analyze this"}})
        reply = await child.receive(timeout=30)
        print("the child says:", reply["data"]["result"])
        child.send({"cmd": "exit"})
    print("the child has ended with", child.exit_code)


asyncio.run(main())
