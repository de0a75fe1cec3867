"""Start four that sleep: plain, nohup, setsid, daemon; print their pids; wait."""

import os
import signal
import sys
import time

pids = []
for way in sys.argv[1:]:
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        if way == "nohup":
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        if way in {"setsid", "daemon"}:
            os.setsid()
        if way == "daemon" and os.fork():
            os._exit(0)
        os.write(write, b"%d" % os.getpid())
        os.close(write)
        time.sleep(60)
        os._exit(0)
    pids.append(int(os.read(read, 20)))
print(*pids, flush=True)
signal.pause()
