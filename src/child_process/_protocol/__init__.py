"""Decisions about one child: facts go in, what is due comes out.

Layer: protocol. No I/O, no clock, no loop: both worlds, async and sync, share it.
"""
