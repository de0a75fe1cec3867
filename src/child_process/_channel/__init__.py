"""A channel between two processes, on a loop: the same at both ends.

Layer: channel. Without asyncio until somebody awaits: a child that only answers
messages runs on a loop of its own, in `_inside`.
"""
