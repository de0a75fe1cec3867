"""Start argv[1] more of itself below; say how often SIGINT came, until SIGTERM."""

import os
import signal
import subprocess
import sys

below = int(sys.argv[1])


def say(number: int, frame: object) -> None:
    os.write(1, b"int %d\n" % below)


signal.signal(signal.SIGINT, say)
if below:
    subprocess.Popen([sys.executable, __file__, str(below - 1)])
os.write(1, b"up %d\n" % below)
while True:
    signal.pause()
