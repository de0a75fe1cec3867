"""The other end: a Python program that was started with a channel.

Layer: inside. Imports as little as can be: the parent waits for its first answer.
"""
