"""Connects to the port argv[1], passes the connection to the parent, and ends."""

import sys
from socket import create_connection

from child_process import process

process.send({"n": int(sys.argv[2])}, create_connection(("127.0.0.1", sys.argv[1])))
