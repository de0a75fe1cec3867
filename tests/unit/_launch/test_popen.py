import errno
import json
import os
import pwd

import pytest

from child_process._launch import popen, posix_spawn
from child_process._launch.wiring import wire
from child_process._values.stdio import Slot
from tests.support import programs, samples

IS_ROOT = os.geteuid() == 0
STDOUT = (Slot.IGNORE, Slot.PIPE, Slot.IGNORE)


def shown(uid: int | None, gid: int | None) -> dict[str, object]:
    """Return what a child with *uid* and *gid* sees of itself."""
    program = programs.path("show.py")
    # Whoever it becomes must be able to read and execute these.
    with open(program, encoding="utf-8") as file:
        argv = ["/usr/bin/env", "python3", "-S", "-c", file.read()]
    plan = samples.plan(*argv, stdio=STDOUT, uid=uid, gid=gid)
    wiring = wire(plan.stdio)
    try:
        pid = popen.start(plan, wiring, *posix_spawn.encode(plan))
        wiring.close_theirs()
        os.set_blocking(wiring.ours[1], True)
        with os.fdopen(wiring.ours.pop(1), "rb") as file:
            facts: dict[str, object] = json.load(file)
        os.waitpid(pid, 0)
    finally:
        wiring.close()
    return facts


def test_becoming_oneself_is_allowed_to_everybody() -> None:
    """uid= and gid= of this process change nothing."""
    facts = shown(os.getuid(), os.getgid())

    assert (os.getuid(), os.getgid()) == (facts["uid"], facts["gid"])


@pytest.mark.skipif(not IS_ROOT, reason="only root may become another")
def test_root_becomes_another() -> None:
    """User and group are the child's before its program runs."""
    nobody = pwd.getpwnam("nobody")

    facts = shown(nobody.pw_uid, nobody.pw_gid)

    assert (nobody.pw_uid, nobody.pw_gid) == (facts["uid"], facts["gid"])


@pytest.mark.skipif(IS_ROOT, reason="root may become anybody")
def test_others_may_not_become_root() -> None:
    """The system's EPERM comes through."""
    with pytest.raises(PermissionError):
        shown(0, 0)


def test_descriptors_above_two_are_beyond_it() -> None:
    """`subprocess` cannot put one at an exact number: it says so."""
    plan = samples.plan("/bin/true", stdio=(*samples.QUIET, Slot.PIPE))
    wiring = wire(plan.stdio)

    with pytest.raises(OSError) as caught:
        popen.start(plan, wiring, *posix_spawn.encode(plan))
    wiring.close()

    assert errno.ENOTSUP == caught.value.errno
