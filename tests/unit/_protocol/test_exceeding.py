import signal

import pytest

from child_process._protocol.exceeding import Sample, named, passed
from child_process._values.limits import Limits
from child_process._values.status import ExitStatus, Usage

CPU, FILE_SIZE = Limits(cpu=2), Limits(file_size=100)


@pytest.mark.parametrize(
    ("sample", "limits", "expected"),
    [
        pytest.param(Sample(100, 1), Limits(memory=100), None, id="all of it"),
        pytest.param(Sample(101, 1), Limits(memory=100), "memory", id="a byte more"),
        pytest.param(Sample(0, 5), Limits(processes=5), None, id="as many"),
        pytest.param(Sample(0, 6), Limits(processes=5), "processes", id="one more"),
        pytest.param(Sample(10**12, 10**6), Limits(cpu=1), None, id="no limit of it"),
        pytest.param(Sample(9, 9), Limits(memory=1, processes=1), "memory", id="both"),
    ],
)
def test_a_sample_is_over_a_limit_or_not(
    sample: Sample, limits: Limits, expected: str | None
) -> None:
    """What is used at a moment."""
    assert expected == passed(sample, limits)


def by(number: int) -> ExitStatus:
    """Return the status of a program that signal *number* ended."""
    return ExitStatus(signal=signal.Signals(number).name, signal_number=number)


def used(seconds: float) -> Usage:
    """Return a usage of *seconds* of processor time."""
    return Usage(
        user=seconds - 0.5, system=0.5, voluntary_switches=0, involuntary_switches=0
    )


@pytest.mark.parametrize(
    ("status", "limits", "usage", "expected"),
    [
        pytest.param(by(signal.SIGXCPU), CPU, None, "cpu", id="told so"),
        pytest.param(by(signal.SIGKILL), CPU, used(3.0), "cpu", id="told, and killed"),
        pytest.param(by(signal.SIGKILL), CPU, used(1.0), None, id="killed by others"),
        pytest.param(by(signal.SIGKILL), CPU, None, None, id="nothing is known"),
        pytest.param(by(signal.SIGXCPU), FILE_SIZE, None, None, id="not our limit"),
        pytest.param(by(signal.SIGXFSZ), FILE_SIZE, None, "file_size", id="file"),
        pytest.param(
            ExitStatus(128 + signal.SIGXFSZ), FILE_SIZE, None, "file_size", id="shell"
        ),
        pytest.param(ExitStatus(128 + signal.SIGXCPU), CPU, None, "cpu", id="its time"),
        pytest.param(ExitStatus(1), FILE_SIZE, None, None, id="an error of its own"),
        pytest.param(ExitStatus(0), CPU, used(3.0), None, id="success"),
        pytest.param(ExitStatus(), CPU, None, None, id="lost"),
    ],
)
def test_an_end_names_its_limit(
    status: ExitStatus, limits: Limits, usage: Usage | None, expected: str | None
) -> None:
    """By a signal that means nothing else, or a shell's word for it."""
    assert expected == named(status, limits, usage)
