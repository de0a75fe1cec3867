"""Exit with the status in argv[1]; first write argv[2], if any, to stderr."""

import os
import sys

if len(sys.argv) > 2:
    os.write(2, sys.argv[2].encode())
os._exit(int(sys.argv[1]))
