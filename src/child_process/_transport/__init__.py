"""Bytes on the event loop.

Layer: transport.
"""
