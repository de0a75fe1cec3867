"""Print "hi" and end, leaving a grandchild that holds stdout argv[1] seconds."""

import os
import sys
import time

if os.fork() == 0:
    time.sleep(float(sys.argv[1]))
    os._exit(0)
os.write(1, b"hi\n")
