"""Send which descriptors are open, and what the environment says of a channel."""

import os

before = {name: value for name, value in os.environ.items() if "CHANNEL" in name}

from child_process import process  # noqa: E402 - it takes the variables out

fds = [int(name) for name in os.listdir("/dev/fd")]
process.send(
    {
        "before": before,
        "env": [name for name in os.environ if "CHANNEL" in name or "CHILD_" in name],
        "open": sorted(fd for fd in fds if os.path.exists(f"/dev/fd/{fd}")),
    }
)
