"""In front of `msgspec` in the path: as if it were not installed."""

raise ImportError
