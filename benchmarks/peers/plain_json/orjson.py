"""In front of `orjson` in the path: as if it were not installed."""

raise ImportError
