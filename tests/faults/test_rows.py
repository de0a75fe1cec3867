"""No fault of the matrix is without a test, and no test is named that is not there."""

import pytest

from tests.faults.launchers import ROOT
from tests.faults.rows import ROWS, Row

LAST = 57
"""The rows after it are the channel's, and what is done with hostile data."""


def test_every_fault_has_a_row() -> None:
    """From the host that is killed to the directory that is gone."""
    assert [*range(1, LAST + 1)] == sorted(ROWS)


@pytest.mark.parametrize("row", [pytest.param(ROWS[n], id=f"{n}") for n in ROWS])
def test_the_tests_of_a_fault_exist(row: Row) -> None:
    """A test that was renamed or removed would leave its fault untested."""
    missing = []
    for test in row.tests:
        file, _, name = test.partition("::")
        if f"def {name}(" not in (ROOT / "tests" / file).read_text("utf-8"):
            missing.append(test)

    assert row.tests
    assert [] == missing
