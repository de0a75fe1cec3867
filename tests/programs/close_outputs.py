"""Close stdout and stderr, then live argv[1] seconds."""

import os
import sys
import time

os.close(1)
os.close(2)
time.sleep(float(sys.argv[1]))
os._exit(0)
