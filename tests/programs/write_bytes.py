"""Write argv[1] bytes "x" to stdout, then argv[2] bytes "y" to stderr."""

import os
import sys

for fd, letter, size in zip((1, 2), (b"x", b"y"), sys.argv[1:], strict=False):
    left = int(size)
    while left:
        left -= os.write(fd, letter * min(left, 65536))
