"""Send what a forked child can see of itself, then end."""

import os
import sys

from child_process import process

process.send(
    {
        "argv": sys.argv,
        "connected": process.connected,
        "cwd": os.getcwd(),
        "env": dict(os.environ),
        "executable": sys.executable,
        "group": os.getpgid(0),
        "modules": sorted(sys.modules),
        "name": __name__,
        "orig_argv": sys.orig_argv,
        "path": sys.path,
        "pid": os.getpid(),
        "session": os.getsid(0),
    }
)
