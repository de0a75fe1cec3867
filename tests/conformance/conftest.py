"""The markers that tie a test of ours to what it answers of Node."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers ``node_test`` and ``node_bug`` known."""
    for line in (
        "node_test(*names): answers these test files of Node; see node_tests.py",
        "node_bug(number): shows that Node's bug is not copied; see node_bugs.py",
    ):
        config.addinivalue_line("markers", line)
