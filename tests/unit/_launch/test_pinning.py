import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from child_process._launch.pinning import PinningLauncher
from child_process._values.pinned import Pin
from child_process._values.plan import LaunchPlan
from tests.support import samples


class Recorder:
    """A launcher that keeps the plan, and what its last descriptor is."""

    plan: LaunchPlan
    target: str

    def launch(self, plan: LaunchPlan) -> Any:
        """Start nothing."""
        self.plan = plan
        last = plan.stdio[-1]
        self.target = os.readlink(f"/proc/self/fd/{last}") if type(last) is int else ""
        return self


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """A program that is ours."""
    path = tmp_path / "tool"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def launched(tool: Path, pin: Pin | None) -> tuple[Recorder, Any]:
    """Launch *tool* under *pin*; return what the inner launcher saw, and the handle."""
    recorder = Recorder()
    plan = replace(samples.plan(str(tool)), pin=pin)
    return recorder, PinningLauncher(recorder).launch(plan)


def test_what_is_not_pinned_passes(tool: Path) -> None:
    """The plan stays as it is."""
    recorder, _ = launched(tool, None)

    assert str(tool) == recorder.plan.program


def test_a_pinned_program_is_executed_by_its_descriptor(tool: Path) -> None:
    """The child's number of it is the program."""
    digest = hashlib.sha256(tool.read_bytes()).hexdigest()

    for pin in (Pin(), Pin(sha256=digest, owner=os.geteuid(), mode=0o755)):
        recorder, _ = launched(tool, pin)

        assert "/proc/self/fd/3" == recorder.plan.program
        assert str(tool) == recorder.target
        assert 4 == len(recorder.plan.stdio)


def test_a_digest_is_remembered_until_the_file_changes(tool: Path) -> None:
    """It is computed once, and anew after each change."""
    pin = Pin(sha256=hashlib.sha256(tool.read_bytes()).hexdigest())
    assert "/proc/self/fd/3" == launched(tool, pin)[0].plan.program

    tool.write_text("#!/bin/sh\nexit 1\n")

    assert "has the SHA-256" in launched(tool, pin)[1].error.detail


@pytest.mark.parametrize(
    ("pin", "mode", "expected"),
    [
        pytest.param(Pin(owner=12345), 0o755, "belongs to user", id="owner"),
        pytest.param(Pin(mode=0o700), 0o755, "has mode 0o755, not 0o700", id="mode"),
        pytest.param(Pin(), 0o775, "others than its owner", id="group may write"),
        pytest.param(Pin(), 0o757, "others than its owner", id="all may write"),
        pytest.param(Pin(sha256="0" * 64), 0o755, "has the SHA-256", id="digest"),
    ],
)
def test_what_is_not_as_it_should_be_is_not_started(
    tool: Path, pin: Pin, mode: int, expected: str
) -> None:
    """The error says what is wrong; nothing stays open."""
    tool.chmod(mode)
    before = os.listdir("/proc/self/fd")

    _, handle = launched(tool, pin)

    assert "pin" == handle.error.step
    assert expected in handle.error.detail
    assert before == os.listdir("/proc/self/fd")


def test_what_is_no_file_is_not_started(tmp_path: Path) -> None:
    """A folder, or nothing at all."""
    assert "regular" in launched(tmp_path, Pin())[1].error.detail
    assert "cannot be opened" in launched(tmp_path / "none", Pin())[1].error.detail
