"""Say "ready"; on SIGTERM say "bye" and exit with the status in argv[1]."""

import os
import signal
import sys


def leave(number: int, frame: object) -> None:
    os.write(1, b"bye\n")
    os._exit(int(sys.argv[1]))


signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
while True:
    signal.pause()
