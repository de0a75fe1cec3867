"""Print argv[1] numbered lines, argv[2] seconds apart (0 by default)."""

import os
import sys
import time

for number in range(int(sys.argv[1])):
    os.write(1, b"line %d\n" % number)
    time.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 0)
