"""What is written down about real starts."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from child_process import AuditRecord, SpawnError, on_audit, run_sync
from tests.integration.conftest import runs  # noqa: F401 - a fixture


@pytest.fixture
def heard() -> Iterator[list[AuditRecord]]:
    """What a hook was told."""
    records: list[AuditRecord] = []
    remove = on_audit(records.append)
    yield records
    remove()


async def test_a_run_is_written_down(runs: Any, heard: list[AuditRecord]) -> None:  # noqa: F811 - the fixture, imported above
    """Its start with its process id, its end with how it ended."""
    result = await runs("sh", ["-c", "exit 3"], check=False)

    told = [(made.happened, made.pid, made.code) for made in heard]
    assert [("started", result.pid, None), ("ended", result.pid, 3)] == told


async def test_a_program_that_cannot_be_executed_is_written_down(
    runs: Any,  # noqa: F811 - the fixture, imported above
    heard: list[AuditRecord],
) -> None:
    """With the system's reason."""
    with pytest.raises(SpawnError):
        await runs("/etc/passwd")

    assert ["failed"] == [made.happened for made in heard]
    assert "EACCES" in str(heard[0].error)


def test_the_log_has_it(caplog: pytest.LogCaptureFixture) -> None:
    """Of a program that set up logging at the level of information."""
    caplog.set_level(logging.INFO)

    run_sync("true")

    assert ["started", "ended"] == [text.partition(":")[0] for text in caplog.messages]
