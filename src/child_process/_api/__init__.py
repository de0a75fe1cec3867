"""Node's verbs, and one command the human way.

Layer: api.
"""
