"""The command `child-process`.

Layer: cli. Uses what users use.
"""
