import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from child_process._launch import proc
from child_process._launch.members import Members
from tests.support import waiting

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are found in /proc"
)


@pytest.fixture
def family() -> Iterator[int]:
    """A shell that runs another one, which runs two sleepers."""
    line = "sh -c 'sleep 60 & sleep 60 & wait' & wait"
    with subprocess.Popen(["sh", "-c", line], start_new_session=True) as root:
        members = Members()
        assert waiting.becomes_true(
            lambda: bool(members.walk([root.pid])) or len(members.remaining()) == 3
        )
        assert waiting.becomes_true(
            lambda: not members.walk([root.pid]) and len(members.remaining()) == 3
        )
        yield root.pid
        os.killpg(root.pid, signal.SIGKILL)


def test_a_walk_finds_all_generations_once(family: int) -> None:
    """Those found before are not new a second time."""
    members = Members()

    first, second = members.walk([family]), members.walk([family])

    assert 3 == len(first)
    assert {} == second
    assert {*first} == {*members.remaining()}
    assert family not in first


def test_what_a_known_one_starts_is_found_without_its_parent(family: int) -> None:
    """Whoever is known is a root of the next walk."""
    members = Members()
    (shell,) = proc.children(family)

    members.add({shell: proc.began(shell) or 0})
    new = members.walk()

    assert {*proc.children(shell)} == {*new}


def test_this_process_is_no_member() -> None:
    """Somebody else's cookie may be ours too."""
    members = Members()

    assert {} == members.add({os.getpid(): proc.began(os.getpid()) or 0})
    assert () == members.remaining()


def test_a_signal_reaches_all_but_a_group(family: int) -> None:
    """The group was signalled as one; the others follow one by one."""
    members = Members()
    members.walk([family])

    members.send(signal.SIGKILL, except_group=family)
    spared = members.remaining()
    members.send(signal.SIGKILL)

    assert 3 == len(spared)
    assert waiting.becomes_true(lambda: not members.remaining())


def test_a_number_that_was_used_again_is_no_member(family: int) -> None:
    """It is forgotten as one that has ended."""
    members = Members()

    members.add({family: 1})

    assert () == members.remaining()
