"""Leave a daemon on purpose: own session, no pipes, argv[1] seconds; print its pid."""

import os
import sys
import time

if os.fork() > 0:
    os._exit(0)
os.setsid()
if (pid := os.fork()) > 0:
    os.write(1, b"%d\n" % pid)
    os._exit(0)
nothing = os.open(os.devnull, os.O_RDWR)
for fd in (0, 1, 2):
    os.dup2(nothing, fd)
time.sleep(float(sys.argv[1]))
