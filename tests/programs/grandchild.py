"""Start a grandchild that sleeps, print its pid, and wait for it.

With "stubborn" as argv[1] the grandchild ignores SIGTERM.
"""

import os
import signal
import sys

if (pid := os.fork()) == 0:
    if sys.argv[1:] == ["stubborn"]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(1, b"%d\n" % os.getpid())
    while True:
        signal.pause()
os.waitpid(pid, 0)
