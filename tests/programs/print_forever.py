"""Write the line in argv[1] to stdout for ever, as fast as it is read."""

import os
import sys

block = (sys.argv[1] + "\n").encode() * 1024
while True:
    os.write(1, block)
