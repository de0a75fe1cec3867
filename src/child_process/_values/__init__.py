"""What can be said: values, checked once, that start and open nothing.

Layer: values. Imports only the bottom layer.
"""
