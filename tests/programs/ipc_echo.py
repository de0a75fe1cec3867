"""Send back each message; end when the channel closes."""

from child_process import process

process.on("message", lambda message, handle: process.send(message))
