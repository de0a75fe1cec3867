"""Sandboxes that refuse how the native launcher makes a child: it has other ways."""

import errno

import pytest

from tests.faults.launchers import hosts_with
from tests.integration.test_fallbacks import EXPECTED, SUITE
from tests.support import system_calls
from tests.support.loops import Loops

CLONE_VM, CLONE_PIDFD = 0x100, 0x1000
NO_PIDFD = (CLONE_PIDFD, errno.EINVAL)
NO_BORROWING = (CLONE_VM, errno.EPERM)

# Programs of the suite may still fork: only clone with these flags is refused.
REFUSING = """
    import ctypes, errno, struct, sys
    from tests.support import system_calls

    def refuse_clone(flags, number):
        code = struct.pack("HBBI", 0x20, 0, 0, 0)  # load the call's number
        code += struct.pack("HBBI", 0x15, 0, 3, system_calls.NUMBERS["clone"])
        code += struct.pack("HBBI", 0x20, 0, 0, 16)  # load its first argument
        code += struct.pack("HBBI", 0x45, 0, 1, flags)  # has it one of them?
        code += struct.pack("HBBI", 0x06, 0, 0, 0x00050000 | number)
        code += struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)  # allow
        kept = ctypes.create_string_buffer(code)
        program = struct.pack("HxxxxxxQ", 6, ctypes.addressof(kept))
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        assert libc.prctl(22, 2, program, 0, 0) == 0, ctypes.get_errno()

    refuse_clone(int(sys.argv[2]), int(sys.argv[3]))
    for name in sys.argv[4].split():
        system_calls.refuse(name, errno.ENOSYS)
"""


@pytest.mark.skipif(not system_calls.available(), reason="needs seccomp's filters")
@pytest.mark.parametrize(
    ("clone", "calls"),
    [
        pytest.param(NO_PIDFD, "", id="a pidfd afterwards"),
        pytest.param(NO_PIDFD, "pidfd_open", id="no pidfd at all"),
        pytest.param(NO_BORROWING, "", id="vfork"),
        pytest.param(NO_BORROWING, "vfork", id="fork"),
        pytest.param(
            NO_BORROWING, "vfork pidfd_open close_range", id="fork, and nothing new"
        ),
    ],
)
def test_a_child_is_made_by_what_there_is(
    clone: tuple[int, int], calls: str, loops: Loops
) -> None:
    """The same results by vfork, and by fork, whose child tells by a pipe."""
    said = hosts_with("native", REFUSING + SUITE, loops.name, *clone, calls)

    assert EXPECTED == said.split()
