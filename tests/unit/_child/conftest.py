"""Streams of children that are not there: pipes with both ends here."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.streams import Child


@pytest.fixture
def children() -> Iterator[list[Child]]:
    """The children of a test; their descriptors are closed after it."""
    made: list[Child] = []
    yield made
    for child in made:
        child.ends()
        fd, child.stdout._pipe.fd = child.stdout._pipe.fd, -1
        if fd >= 0:
            os.close(fd)


@pytest.fixture
def new(children: list[Child]) -> Any:
    """Makes a new child."""

    def make(**options: bool) -> Child:
        children.append(Child(**options))
        return children[-1]

    return make
