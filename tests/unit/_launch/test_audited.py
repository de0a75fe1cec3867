import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from child_process._launch.audited import LOGGER, AuditedLauncher, on_audit
from child_process._values.plan import LaunchPlan
from child_process._values.status import ExitStatus
from child_process.errors import ExitStatusLost, OptionTypeError, SpawnError
from child_process.security.audit import AuditRecord
from tests.support import samples

PLAN = samples.plan("/bin/ls")


class Handle:
    """A process that does what it is told, and that nobody started."""

    cookie: bytes | None = None

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.pid: int | None = None
        self.fails: Exception | None = None
        self.lost = False
        self.status: ExitStatus | None = None

    def start_soon(self, _loop: object, done: Callable[[], None]) -> None:
        """Start at once."""
        self.wait_started()
        done()

    def wait_started(self, _seconds: float | None = None) -> None:
        """Start, or fail."""
        self.error = self.fails
        self.pid = None if self.fails else 7

    def poll(self) -> ExitStatus | None:
        """Return how it ended."""
        if self.lost:
            raise ExitStatusLost(7)
        return self.status


class Inner:
    """A launcher that hands out *handle*, or refuses."""

    def __init__(self, handle: Handle, denial: Exception | None = None) -> None:
        self.handle = handle
        self.denial = denial

    def launch(self, _plan: LaunchPlan) -> Any:
        """Return the handle."""
        if self.denial is not None:
            raise self.denial
        return self.handle


@pytest.fixture
def heard() -> Iterator[list[AuditRecord]]:
    """What a hook was told."""
    records: list[AuditRecord] = []
    remove = on_audit(records.append)
    yield records
    remove()
    remove()  # a second time does nothing


def launched(handle: Handle) -> Any:
    """Return what the audited launcher makes of *handle*."""
    return AuditedLauncher(Inner(handle)).launch(PLAN)


def test_while_nobody_listens_nothing_is_wrapped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The handle is the inner launcher's own."""
    monkeypatch.setattr(logging.Logger, "hasHandlers", lambda _logger: False)
    handle = Handle()

    assert handle is launched(handle)
    monkeypatch.delitem(sys.modules, "logging")
    assert handle is launched(handle)


def test_a_start_and_an_end_are_told_once(heard: list[AuditRecord]) -> None:
    """However often somebody waits and looks."""
    handle = Handle()
    audited = launched(handle)
    done: list[int] = []

    assert [] == heard
    audited.start_soon(None, lambda: done.append(len(heard)))
    audited.wait_started(1.0)
    assert audited.poll() is None
    handle.status = ExitStatus(code=3)
    assert [handle.status] * 2 == [audited.poll(), audited.poll()]

    assert [1] == done
    told = [(made.happened, made.pid, made.code) for made in heard]
    assert [("started", 7, None), ("ended", 7, 3)] == told
    assert audited.pid == 7


def test_a_failed_start_is_told(heard: list[AuditRecord]) -> None:
    """Whether it fails at once or later."""
    early, late = Handle(SpawnError(2, "ls", [], "stdio", "no room")), Handle()
    late.fails = SpawnError(2, "ls", [], "exec", "gone")

    assert early is launched(early)
    launched(late).wait_started()

    assert ["failed", "failed"] == [made.happened for made in heard]
    assert "no room" in str(heard[0].error)


def test_a_denial_is_told(heard: list[AuditRecord]) -> None:
    """And raised."""
    launcher = AuditedLauncher(Inner(Handle(), PermissionError("not this")))

    with pytest.raises(PermissionError):
        launcher.launch(PLAN)

    assert ["denied"] == [made.decided for made in heard]


def test_a_lost_status_is_told(heard: list[AuditRecord]) -> None:
    """The end is known, and how it came is not."""
    handle = Handle()
    audited = launched(handle)
    audited.wait_started()
    handle.lost = True

    with pytest.raises(ExitStatusLost):
        audited.poll()

    assert "ended" == heard[-1].happened
    assert "waitpid" in str(heard[-1].error)


def test_the_log_has_levels(caplog: pytest.LogCaptureFixture) -> None:
    """What was denied or failed is a warning; the rest is information."""
    caplog.set_level(logging.INFO, LOGGER)

    launched(Handle()).wait_started()
    launched(Handle(SpawnError(2, "ls", [], "stdio", "no room")))

    assert ["INFO", "WARNING"] == [entry.levelname for entry in caplog.records]
    assert all(isinstance(entry.audit, AuditRecord) for entry in caplog.records)  # type: ignore[attr-defined]  # given by extra=
    assert "started: /bin/ls" in caplog.messages[0]


def test_a_hook_that_raises_is_reported_only(
    heard: list[AuditRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start goes on, and so do the other hooks."""
    reports: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", reports.append)
    remove = on_audit(lambda _record: 1 / 0)

    launched(Handle()).wait_started()
    remove()

    assert [ZeroDivisionError] == [report.exc_type for report in reports]
    assert 1 == len(heard)


def test_a_hook_is_a_function() -> None:
    """Anything else is refused at once."""
    with pytest.raises(OptionTypeError, match="hook"):
        on_audit("log")  # type: ignore[arg-type]  # on purpose
