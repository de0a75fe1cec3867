import shutil
import subprocess
import sys
from collections.abc import Callable
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


def heard_by(hook: Callable[[tuple[Any, ...]], None]) -> Callable[..., None]:
    """Return what `sys.audit` is where there is a *hook*."""

    def audit(name: str, *arguments: object) -> None:
        if not isinstance(name, str):
            message = "expected str for argument 'event'"
            raise TypeError(message)
        hook((name, *arguments))

    return audit


def test_a_start_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under our name and `subprocess`'; secrets masked, the plan as it was."""
    events: list[tuple[Any, ...]] = []
    monkeypatch.setattr(sys, "audit", heard_by(events.append))
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

    def refuse(_event: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(sys, "audit", heard_by(refuse))
    recorder = Recorder()

    with pytest.raises(RuntimeError):
        AnnouncingLauncher(recorder).launch(samples.plan("/bin/ls"))

    assert recorder.plan is None


def test_without_a_hook_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan goes on with the name in it: the launcher looks by itself."""
    monkeypatch.setattr(sys, "audit", lambda *_event: None)
    recorder = Recorder()
    plan = samples.plan("ls")

    AnnouncingLauncher(recorder).launch(plan)

    assert recorder.plan is plan


HOOKED = """
import sys, child_process
from child_process._launch import announcing
print(announcing.is_heard())
seen = []
sys.addaudithook(lambda name, args: seen.append(args[0]) if name == NAME else None)
print(announcing.is_heard())
child_process.run_sync("true")
print(*seen)
"""


@pytest.mark.parametrize("name", ["child_process.spawn", "subprocess.Popen"])
def test_a_hook_is_told_which_file_it_is(name: str) -> None:
    """Its path, not its name; for a real hook, which cannot be taken away."""
    program = HOOKED.replace("NAME", repr(name))

    said = subprocess.check_output([sys.executable, "-c", program], text=True)

    heard, hears, *seen = said.split()
    assert ("False", "True") == (heard, hears)
    assert shutil.which("true") in seen
