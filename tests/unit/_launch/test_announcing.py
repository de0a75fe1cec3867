import sys
from dataclasses import replace
from typing import Any

import pytest

from child_process._launch.announcing import AnnouncingLauncher
from child_process._masked import Masked, MaskedBytes
from child_process._values.plan import LaunchPlan
from tests.support import samples


class Recorder:
    """A launcher that keeps the plan."""

    plan: LaunchPlan | None = None

    def launch(self, plan: LaunchPlan) -> Any:
        """Start nothing."""
        self.plan = plan


def test_a_start_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under our name and `subprocess`'; secrets masked, the plan as it was."""
    events: list[tuple[Any, ...]] = []
    monkeypatch.setattr(sys, "audit", lambda *event: events.append(event))
    plan = replace(
        samples.plan("/bin/ls", Masked("hunter2")),
        cwd="/tmp",
        environ={b"A": MaskedBytes(b"hunter2"), b"B": b"b"},
    )
    recorder = Recorder()

    AnnouncingLauncher(recorder).launch(plan)

    facts = ("/bin/ls", ("/bin/ls", "***"), "/tmp", {b"A": b"***", b"B": b"b"})
    assert [("child_process.spawn", *facts), ("subprocess.Popen", *facts)] == events
    assert recorder.plan is plan


def test_a_hook_that_raises_prevents_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does for `subprocess`."""

    def refuse(*_event: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(sys, "audit", refuse)
    recorder = Recorder()

    with pytest.raises(RuntimeError):
        AnnouncingLauncher(recorder).launch(samples.plan("/bin/ls"))

    assert recorder.plan is None
