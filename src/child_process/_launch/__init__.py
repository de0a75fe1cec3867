"""How processes start and end.

Layer: launch. The only room that starts, signals and waits for processes.
"""
