"""Print as JSON what a child can see of itself."""

import json
import os
import sys

fds = sorted(int(name) for name in os.listdir("/dev/fd"))
facts = {
    "argv": sys.argv[1:],
    "argv0": sys.orig_argv[0],
    "cwd": os.getcwd(),
    "env": dict(os.environ),
    "fds": [fd for fd in fds if os.path.exists(f"/dev/fd/{fd}")],
    "gid": os.getgid(),
    "group": os.getpgid(0),
    "pid": os.getpid(),
    "parent": os.getppid(),
    "session": os.getsid(0),
    "uid": os.getuid(),
}
print(json.dumps(facts))
