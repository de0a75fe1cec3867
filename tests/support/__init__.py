"""What the tests stand on: leak checks, event loops, child programs."""
