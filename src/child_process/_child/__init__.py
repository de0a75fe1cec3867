"""What a user holds: a child, its streams.

Layer: child. On asyncio.
"""
