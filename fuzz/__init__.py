"""Fuzz targets for the channel; see README.md."""
