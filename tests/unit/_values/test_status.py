import os
import pickle
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
