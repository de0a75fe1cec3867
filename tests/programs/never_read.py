"""Say "ready" and never read stdin; live until killed."""

import signal

print("ready", flush=True)
while True:
    signal.pause()
