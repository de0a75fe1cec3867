"""Old kernels and closed sandboxes: the newer calls are refused, and not missed.

The whole suite of `test_fallbacks`, with one call refused for good, or all.
"""

import errno

import pytest

from tests.faults.launchers import each_launcher, hosts_with
from tests.integration.test_fallbacks import EXPECTED, SUITE
from tests.support import system_calls
from tests.support.loops import Loops

REFUSED = [
    pytest.param("pidfd_open", errno.ENOSYS, id="pidfd_open, old kernel"),
    pytest.param("pidfd_open", errno.EPERM, id="pidfd_open, sandbox"),
    pytest.param("close_range", errno.ENOSYS, id="close_range, old kernel"),
    pytest.param("close_range", errno.EPERM, id="close_range, sandbox"),
    pytest.param("clone3", errno.ENOSYS, id="clone3, old kernel"),
    pytest.param("clone3", errno.EPERM, id="clone3, sandbox"),
    pytest.param("prctl", errno.EPERM, id="prctl, sandbox"),
    pytest.param("pidfd_open close_range clone3", errno.ENOSYS, id="all that is newer"),
    pytest.param("pidfd_send_signal", errno.EPERM, id="pidfd_send_signal, sandbox"),
]
REFUSING = """
    import sys
    from tests.support import system_calls

    for name in sys.argv[2].split():
        system_calls.refuse(name, int(sys.argv[3]))
"""


@pytest.mark.skipif(not system_calls.available(), reason="needs seccomp's filters")
@pytest.mark.parametrize(("calls", "number"), REFUSED)
@each_launcher
def test_a_refused_call_is_done_without(
    launcher: str, calls: str, number: int, loops: Loops
) -> None:
    """The same results as ever; but the twin starts by Popen where clone3 is EPERM."""
    suite = SUITE
    if (launcher, calls, number) == ("twin", "clone3", errno.EPERM):
        suite = suite.replace('stdio=["pipe"] * 4', 'stdio=["pipe"] * 3')

    said = hosts_with(launcher, REFUSING + suite, loops.name, calls, number)

    assert EXPECTED == said.split()
