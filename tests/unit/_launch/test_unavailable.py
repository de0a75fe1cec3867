import errno

import pytest

from child_process._launch.unavailable import CLONE_NEWUSER, is_unavailable, unavailable
from child_process._values.confinement import Confinement
from tests.support import samples

NETWORK = 0x40000000


STEPS = ["landlock", "namespaces", "no_new_privs", "seccomp"]


@pytest.mark.parametrize("step", STEPS)
def test_the_part_is_the_step(step: str) -> None:
    """With the system's own words."""
    error = unavailable(errno.ENOSYS, samples.plan("/bin/true"), step)

    assert step == error.part
    assert "not implemented" in error.detail
    assert error.remedy


@pytest.mark.parametrize(
    ("number", "unshare", "uid", "words"),
    [
        pytest.param(errno.EPERM, NETWORK, None, 'add "user"', id="no right"),
        pytest.param(
            errno.EPERM, NETWORK | CLONE_NEWUSER, None, "userns", id="not permitted"
        ),
        pytest.param(
            errno.EPERM, NETWORK | CLONE_NEWUSER, 1000, "leave", id="another user"
        ),
        pytest.param(errno.ENOSPC, NETWORK, None, "max_", id="no more"),
    ],
)
def test_the_remedy_depends_on_who_asked(
    number: int, unshare: int, uid: int | None, words: str
) -> None:
    """Namespaces fail for different reasons with one errno."""
    confinement = Confinement(unshare=unshare)
    plan = samples.plan("/bin/true", confinement=confinement, uid=uid)

    assert words in unavailable(number, plan, "namespaces").remedy


@pytest.mark.parametrize(
    ("number", "step", "expected"),
    [
        *[(errno.ENOSYS, step, True) for step in STEPS],
        *[(errno.EPERM, step, True) for step in STEPS],
        (errno.EINVAL, "namespaces", True),
        (errno.EINVAL, "seccomp", False),
        (errno.EBADF, "landlock", False),
        (errno.EPERM, "limits", False),
        (errno.ENOENT, "exec", False),
    ],
)
def test_a_refusal_is_told_from_a_mistake(
    number: int, step: str, expected: object
) -> None:
    """A mistake is a failed start like any other."""
    assert expected is is_unavailable(number, step)
