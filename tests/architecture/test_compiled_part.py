"""What the compiled part must not do, so that one build serves every Python."""

import re

from tests.support.sources import PACKAGE

SOURCES = sorted(PACKAGE.rglob("*.c"))
CALL = re.compile(r'\bPy(?:Arg_\w+|_BuildValue)\([^;"]*"([^"]*)"')


def test_no_format_counts_bytes_by_itself() -> None:
    """Built by Python 3.13, a "#" in one is refused by 3.12 and before."""
    formats = {
        source.name: found
        for source in SOURCES
        if (found := CALL.findall(source.read_text()))
    }

    assert "_spawn.c" in formats
    assert not [text for each in formats.values() for text in each if "#" in text]
