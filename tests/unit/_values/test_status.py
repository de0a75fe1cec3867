import os
import pickle
import resource
import signal

import pytest

from child_process._values.status import ExitStatus, Usage


@pytest.mark.parametrize(
    ("how", "status", "expected"),
    [
        pytest.param(os.CLD_EXITED, 0, ExitStatus(code=0), id="success"),
        pytest.param(os.CLD_EXITED, 255, ExitStatus(code=255), id="highest code"),
        pytest.param(
            os.CLD_KILLED,
            signal.SIGKILL,
            ExitStatus(signal="SIGKILL", signal_number=9),
            id="killed",
        ),
        pytest.param(
            os.CLD_DUMPED,
            signal.SIGSEGV,
            ExitStatus(signal="SIGSEGV", signal_number=11),
            id="dumped core",
        ),
    ],
)
def test_waitids_answer_is_a_status(
    how: int, status: int, expected: ExitStatus
) -> None:
    """The two numbers of the system become a code or a signal."""
    assert expected == ExitStatus.from_waitid(how, status)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(3 << 8, ExitStatus(code=3), id="code"),
        pytest.param(9, ExitStatus(signal="SIGKILL", signal_number=9), id="signal"),
        pytest.param(
            11 | 0x80, ExitStatus(signal="SIGSEGV", signal_number=11), id="dumped core"
        ),
    ],
)
def test_a_wait_status_is_one_too(status: int, expected: ExitStatus) -> None:
    """The one number that older calls give."""
    assert expected == ExitStatus.from_wait(status)


def test_a_usage_is_what_the_system_counted() -> None:
    """Seconds, and how often it waited or had to."""
    used = resource.getrusage(resource.RUSAGE_SELF)

    usage = Usage.of(used)

    assert (used.ru_utime, used.ru_stime) == (usage.user, usage.system)
    assert (used.ru_nvcsw, used.ru_nivcsw) == (
        usage.voluntary_switches,
        usage.involuntary_switches,
    )


@pytest.mark.parametrize(
    ("status", "ok", "returncode"),
    [
        pytest.param(ExitStatus(code=0), True, 0, id="success"),
        pytest.param(ExitStatus(code=3), False, 3, id="failure"),
        pytest.param(
            ExitStatus(signal="SIGKILL", signal_number=9), False, -9, id="signal"
        ),
        pytest.param(ExitStatus(), False, -1, id="not known"),
    ],
)
def test_a_status_is_read_as_subprocess_has_it(
    status: ExitStatus, *, ok: bool, returncode: int
) -> None:
    """`returncode` is the code, or the signal's number as a negative one."""
    assert ok is status.ok
    assert returncode == status.returncode


@pytest.mark.parametrize("value", [ExitStatus(code=1), Usage(0.5, 0.25, 3, 4)])
def test_what_is_known_of_an_end_pickles(value: ExitStatus | Usage) -> None:
    """A status and a usage can be sent to another process."""
    assert value == pickle.loads(pickle.dumps(value))
