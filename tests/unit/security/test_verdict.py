import copy
import pickle
from dataclasses import replace

import pytest

from child_process import Denial, PolicyDenied, positional
from child_process._masked import Masked
from tests.support.plans import plan_of

DENIAL = Denial("program", "'x' is not allowed", "add it")


def test_a_denial_says_what_why_and_what_to_do() -> None:
    """On one line, the rule's name in it."""
    assert "'x' is not allowed [program]: add it" == str(DENIAL)
    assert DENIAL == pickle.loads(pickle.dumps(DENIAL))


def test_the_error_lists_every_objection() -> None:
    """Users mend them in one go; control characters are escaped."""
    other = Denial("option", "\x1b[2J", "leave it out")
    error = PolicyDenied([DENIAL, other], plan_of("tar", "-x f"))

    expected = (
        "denied by policy: tar '-x f'\n"
        "- 'x' is not allowed [program]: add it\n"
        "- \\x1b[2J [option]: leave it out"
    )
    assert expected == str(error)
    assert "ERR_ACCESS_DENIED" == error.code
    assert isinstance(error, PermissionError)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_the_error_travels_without_what_is_private(protocol: int) -> None:
    """Environment, descriptors and secrets stay; kinds of words go along."""
    plan = plan_of("tar", positional("a"), Masked("hush"))
    plan = replace(plan, stdio=(0, 1), quoted=(Masked("hush"),))

    data = pickle.dumps(PolicyDenied([DENIAL], plan), protocol)
    error = pickle.loads(data)

    assert b"hush" not in data
    assert (DENIAL,) == error.denials
    assert ("tar", "a", "***") == error.plan.argv
    assert "positional('a')" == repr(error.plan.argv[1])
    assert ({}, ()) == (error.plan.environ, error.plan.stdio)
    assert str(error) == str(copy.copy(error))


def test_a_message_is_bounded() -> None:
    """A megabyte of arguments is no message."""
    denials = [replace(DENIAL, message="x" * 9999) for _ in range(9)]

    assert len(str(PolicyDenied(denials, plan_of("tar", "y" * 99999)))) <= 16 * 1024
